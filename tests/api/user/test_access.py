"""Who may call the caller's own routes: any person, no bot, nobody without a token."""

import re

import pytest
from support import ROLES

from kitsulite.application import declared_routes, load_routes
from kitsulite.models.fields import new_id

ROUTES = declared_routes()

load_routes()
OWN = [route for route in ROUTES if re.match(r"/(data|actions)/user/", route.rule)]
BODIES = {
    "/data/user/filters": {"name": "a", "query": "b"},
    "/data/user/filter-groups": {"name": "a"},
    "/data/user/notifications/<notification_id>": {"read": True},
    "/actions/user/tasks/subscribe": {"task_ids": [new_id()]},
    "/actions/user/tasks/unsubscribe": {"task_ids": [new_id()]},
}


def call(api, route):
    path = re.sub(r"<date>", "2026-01-01", route.rule)
    path = re.sub(r"<\w+>", lambda _: new_id(), path)
    options = {} if route.method == "GET" else {"json": BODIES.get(route.rule, {})}
    return getattr(api, route.method.lower())(path, **options).status_int


@pytest.mark.parametrize("route", OWN, ids=repr)
def test_own_routes_are_for_persons_of_every_role(studio, route):
    assert call(studio.nobody, route) == 401
    for role in ROLES:
        assert call(studio.api(studio.person(role)), route) in (200, 201, 204, 404), role
    for role in ("admin", "user"):
        _, api = studio.bot(role)
        assert call(api, route) == 403, role
