"""Permissions that are joined look at the same role, in whatever order they stand."""

import pytest

from kitsulite.api.policies import manager_of, member_of, no_client, no_vendor
from kitsulite.domain import access
from kitsulite.errors import Forbidden


def allows(policy, ctx, project):
    try:
        policy(ctx, {"project_id": project["id"]})
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(("global_role", "role", "allowed"), [("vendor", "user", True), ("user", "vendor", False)])
def test_a_test_of_the_role_looks_at_the_project_in_question(studio, global_role, role, allowed):
    person = studio.person(global_role)
    project = studio.project([(person, role)])
    for policy in (no_vendor & member_of("project_id"), member_of("project_id") & no_vendor):
        assert allows(policy, studio.context(person), project) is allowed


def test_the_role_on_one_project_is_not_that_on_another(studio):
    person = studio.person("user")
    led, watched = studio.project([(person, "manager")]), studio.project([(person, "client")])
    ctx = studio.context(person)
    first = manager_of("project_id")(ctx, {"project_id": led["id"]})
    second = member_of("project_id")(first, {"project_id": watched["id"]})
    assert (first.role, second.role, ctx.role) == ("manager", "client", "user")
    assert not allows(member_of("project_id") & no_client, first, watched)
    assert first.membership.is_manager
    assert not second.membership.is_supervisor


def test_a_person_outside_of_the_team_is_no_manager_of_it(studio):
    person = studio.person("manager")
    member = access.membership(studio.context(person), studio.project()["id"])
    assert (member.role, member.in_team, member.is_member, member.is_manager) == ("manager", False, False, False)


def test_an_admin_leads_every_project(studio):
    member = access.membership(studio.context(studio.admin), studio.project()["id"])
    assert (member.is_member, member.is_manager, member.is_supervisor) == (True, True, True)


def test_a_request_asks_once_what_the_caller_is_on_a_project(studio):
    person = studio.person("user")
    project = studio.project([person])
    with studio.statements() as statements:
        ctx = member_of("project_id")(studio.context(person), {"project_id": project["id"]})
        assert access.is_member(ctx, project["id"])
        assert not access.is_manager(ctx, project["id"].upper())
    assert len(statements) == 1
