"""Permissions as small named objects: `allow=` of every route is one of these.

A policy is called with the context and the path parameters and raises Forbidden or
NotFound. The rules themselves stand in `domain/access.py`.
"""

from kitsulite.domain import access


class Policy:
    """A named permission. `kind`: the token that is asked for, access or refresh, None for none."""

    def __init__(self, name, *checks, kind="access"):
        self.name, self.checks, self.kind = name, checks, kind

    @property
    def public(self):
        return self.kind is None

    def __call__(self, ctx, path):
        for check in self.checks:
            check(ctx, path)

    def __and__(self, other):
        return Policy(f"{self.name}, {other.name}", *self.checks, *other.checks, kind=self.kind)

    def __repr__(self):
        return self.name


def _role(name, test):
    return Policy(name, lambda ctx, path: ctx.require(test(ctx)))


def _row(name, check, *parameters):
    return Policy(name, lambda ctx, path: check(ctx, *[path[p] for p in parameters]))


public = Policy("anybody", kind=None)
signed_in = Policy("anybody signed in")
person = _role("a person, no bot", lambda ctx: ctx.claims.get("identity_type") != "bot")
refresher = Policy("a person with a refresh token", *person.checks, kind="refresh")
admin = _role("admin", lambda ctx: ctx.is_admin)
manager = _role("manager", lambda ctx: ctx.is_manager)
no_vendor = _role("no vendor", lambda ctx: ctx.role != "vendor")
no_client = _role("no client", lambda ctx: ctx.role != "client")


def inside(rule):
    """A signed-in caller; the function checks the rule (a text or a policy), which needs the body or a row."""
    return Policy(str(rule))


def member_of(project_id):
    return _row("member of the project", access.require_member, project_id)


def manager_of(project_id):
    return _row("manager of the project", access.require_manager, project_id)


def supervisor_of(project_id):
    return _row("manager or supervisor of the project", access.require_supervisor, project_id)


def reader_of_task(task_id):
    return _row("member of the project who may see the task", access.require_task, task_id)


def actor_on_task(task_id):
    return _row("somebody who works on the task or leads it", access.require_task_action, task_id)


def reader_of_preview(preview_id):
    return _row("member of the project who may see the entity of the preview", access.require_preview, preview_id)


def actor_on_preview(preview_id):
    return _row("somebody who works on the task of the preview or leads it", access.require_preview_action, preview_id)


def manager_of_preview(preview_id):
    return _row("manager of the project of the preview", access.require_preview_manager, preview_id)


def annotator_of_preview(preview_id):
    return _row(
        "manager or client of the project, or supervisor of the department", access.require_annotator, preview_id
    )


def reader_of_thumbnail(preview_id):
    return _row(
        "reader of the preview; everybody but vendors for a shared entity", access.require_thumbnail, preview_id
    )


def member_of_query(project_id="project_id"):
    """Member of the project that a query parameter names; without it admins only."""
    name = "member of the project that the query names"
    return Policy(name, lambda ctx, path: access.require_member(ctx, ctx.request.query.get(project_id)))


def _entity(name, check, entity_id, kind):
    return Policy(name, lambda ctx, path: check(ctx, path[entity_id], kind))


def member_of_entity(entity_id, kind=None):
    return _entity("member of the project", access.require_entity_member, entity_id, kind)


def manager_of_playlist(playlist_id):
    return _row("manager of the project of the playlist", access.require_playlist_manager, playlist_id)


def changer_of_playlist(playlist_id):
    return _row("manager of the project or the supervisor who made it", access.require_playlist_change, playlist_id)


def reader_of_playlist(playlist_id, supervisors=False):
    who = "manager or supervisor of the project" if supervisors else "manager of the project"
    return Policy(
        f"{who}, or a client whom the playlist is for",
        lambda ctx, path: access.require_playlist(ctx, path[playlist_id], supervisors),
    )


def reader_of_entity(entity_id, kind=None):
    return _entity("member of the project who may see the entity", access.require_entity, entity_id, kind)


def manager_of_entity(entity_id, kind=None):
    return _entity("manager of the project", access.require_entity_manager, entity_id, kind)


def owner_of_entity(entity_id, kind=None):
    return _entity("creator of the entity or manager of the project", access.require_entity_owner, entity_id, kind)


def self_or_admin(person_id):
    return _row("the person or an admin", access.require_self, person_id)


def human(person_id):
    """The person of a path is no bot."""
    return _row("a person who is no bot", access.require_human, person_id)


def human_on_task(task_id, person_id):
    return _row("assignee, manager of the project or admin", access.require_human_on_task, task_id, person_id)


def reader_of_time(person_id):
    return _row("the person, or a supervisor, manager or admin", access.require_time_reader, person_id)
