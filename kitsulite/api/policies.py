"""Permissions as small named objects: `allow=` of every route is one of these.

A policy is called with the context and the path parameters. It raises Forbidden or NotFound, or
returns the context of the project in question, which the function of the route then gets; its
`row` is what the policy has read. Tests of the role look at that project, in whatever order
policies are joined by `&`. The rules themselves stand in `domain/access.py` and `domain/review_access.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kitsulite.context import Context
from kitsulite.domain import access, review_access
from kitsulite.models.choices import MANAGERS

Check = Callable[[Context, Mapping[str, Any]], Context | None]
Test = Callable[[Context], bool]


class Policy:
    """A named permission. `kind`: the token that it needs, access or refresh, None for none.

    `checks` look at the caller or find the project in question, `tests` at the role on that project.
    """

    def __init__(self, name: str, *checks: Check, tests: tuple[Test, ...] = (), kind: str | None = "access") -> None:
        self.name, self.checks, self.tests, self.kind = name, checks, tests, kind

    @property
    def public(self) -> bool:
        return self.kind is None

    def __call__(self, ctx: Context, path: Mapping[str, Any]) -> Context:
        for check in self.checks:
            ctx = check(ctx, path) or ctx
        for test in self.tests:
            ctx.require(test(ctx))
        return ctx

    def __and__(self, other: "Policy") -> "Policy":
        tests = (*self.tests, *other.tests)
        return Policy(f"{self.name}, {other.name}", *self.checks, *other.checks, tests=tests, kind=self.kind)

    def __repr__(self) -> str:
        return self.name


def _caller(name: str, test: Test) -> Policy:
    return Policy(name, lambda ctx, path: ctx.require(test(ctx)))


def _role(name: str, test: Test) -> Policy:
    return Policy(name, tests=(test,))


def _row(name: str, check: Callable[..., Context | None], *parameters: str) -> Policy:
    return Policy(name, lambda ctx, path: check(ctx, *[path[p] for p in parameters]))


public = Policy("anybody", kind=None)
signed_in = Policy("anybody signed in")
person = _caller("a person, no bot", lambda ctx: ctx.claims.get("identity_type") != "bot")
refresher = Policy("a person with a refresh token", *person.checks, kind="refresh")
admin = _caller("admin", lambda ctx: ctx.is_admin)
manager = _caller("manager", lambda ctx: ctx.global_role in MANAGERS)
no_vendor = _role("no vendor", lambda ctx: ctx.role != "vendor")
no_client = _role("no client", lambda ctx: ctx.role != "client")


def inside(rule: Any) -> Policy:
    """A signed-in caller; the function checks the rule (a text or a policy), which needs the body or a row."""
    return Policy(str(rule))


def member_of(project_id: str) -> Policy:
    return _row("member of the project", access.require_member, project_id)


def manager_of(project_id: str) -> Policy:
    return _row("manager of the project", access.require_manager, project_id)


def supervisor_of_task_type(project_id: str, task_type_id: str) -> Policy:
    name = "manager of the project or supervisor of the task type there"
    return _row(name, access.require_supervisor_of_task_type, project_id, task_type_id)


def supervisor_of(project_id: str) -> Policy:
    return _row("manager or supervisor of the project", access.require_supervisor, project_id)


def reader_of_task(task_id: str) -> Policy:
    return _row("member of the project who may see the task", access.require_task, task_id)


def actor_on_task(task_id: str) -> Policy:
    return _row("a person who works on the task or leads it", access.require_task_action, task_id)


def reader_of_preview(preview_id: str) -> Policy:
    return _row(
        "member of the project who may see the entity of the preview", review_access.require_preview, preview_id
    )


def actor_on_preview(preview_id: str) -> Policy:
    return _row(
        "a person who works on the task of the preview or leads it", review_access.require_preview_action, preview_id
    )


def manager_of_preview(preview_id: str) -> Policy:
    return _row("manager of the project of the preview", review_access.require_preview_manager, preview_id)


def annotator_of_preview(preview_id: str) -> Policy:
    return _row(
        "manager or client of the project, or supervisor of the department", review_access.require_annotator, preview_id
    )


def reader_of_thumbnail(preview_id: str) -> Policy:
    return _row(
        "reader of the preview; everybody but vendors for a shared entity", review_access.require_thumbnail, preview_id
    )


def member_of_query() -> Policy:
    """Member of the project in the query parameter `project_id`; without it, only admins."""
    name = "member of the project that the query names"
    return Policy(name, lambda ctx, path: access.require_member(ctx, ctx.request.query.get("project_id")))


def _entity(name: str, check: Callable[..., Context | None], entity_id: str, kind: str | None) -> Policy:
    return Policy(name, lambda ctx, path: check(ctx, path[entity_id], kind))


def member_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    return _entity("member of the project", access.require_entity_member, entity_id, kind)


def manager_of_playlist(playlist_id: str) -> Policy:
    return _row("manager of the project of the playlist", review_access.require_playlist_manager, playlist_id)


def changer_of_playlist(playlist_id: str) -> Policy:
    return _row(
        "manager of the project or the supervisor who made it", review_access.require_playlist_change, playlist_id
    )


def reader_of_playlist(playlist_id: str, supervisors: bool = False) -> Policy:
    who = "manager or supervisor of the project" if supervisors else "manager of the project"
    return Policy(
        f"{who}, or a client whom the playlist is for",
        lambda ctx, path: review_access.require_playlist(ctx, path[playlist_id], supervisors),
    )


def viewer_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    """A reader, or a person to whom lists show the row: a shared asset, or a parent of their work."""
    name = "member of the project who may see the entity, or whose own work shows it"
    return _entity(name, access.require_entity_view, entity_id, kind)


def reader_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    return _entity("member of the project who may see the entity", access.require_entity, entity_id, kind)


def manager_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    return _entity("manager of the project", access.require_entity_manager, entity_id, kind)


def supervisor_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    return _entity("manager or supervisor of the project", access.require_entity_supervisor, entity_id, kind)


def owner_of_entity(entity_id: str, kind: str | None = None) -> Policy:
    return _entity(
        "creator of the entity, if a member who sees it, or manager of the project",
        *(access.require_entity_owner, entity_id, kind),
    )


def self_or_admin(person_id: str) -> Policy:
    return _row("the person or an admin", access.require_self, person_id)


def human(person_id: str) -> Policy:
    """The person in the path is not a bot."""
    return _row("a person who is not a bot", access.require_human, person_id)


def human_on_task(task_id: str, person_id: str) -> Policy:
    return _row("assignee, manager of the project or admin", access.require_human_on_task, task_id, person_id)


def reader_of_time(person_id: str) -> Policy:
    return _row("the person, or a supervisor, manager or admin", access.require_time_reader, person_id)
