"""The preview account of a project: a client account that is not a person, to see what clients see.

It is created without an email address, with a password that is shown once. See `auth.preview_accounts`.
"""

import secrets
import string

from kitsulite import clock
from kitsulite.auth.passwords import hash_password
from kitsulite.auth.preview_accounts import HOURS, is_open, is_preview
from kitsulite.auth.strategies import CLASSIC
from kitsulite.domain.projects import projects
from kitsulite.errors import BadParameter, NotFound
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink

DOMAIN = "preview.kitsu.invalid"
ALPHABET = string.ascii_letters + string.digits


def find(ctx, project_id):
    """The account of a project, or None."""
    return ctx.db.find(Person, preview_project_id=project_id)


def shown(ctx, project_id):
    """The visible parts of a project's account, or None."""
    sql = "SELECT id, email, first_name, last_name, preview_open_until FROM person WHERE preview_project_id = ?"
    for row in ctx.db.rows(sql, [project_id]):
        name = f"{row.pop('first_name')} {row.pop('last_name')}".strip()
        return {**row, "full_name": name}
    return None


def make(ctx, project_id):
    """Create the account of a project, or close it and set a new password. Outside of a transaction."""
    if ctx.settings.auth_strategy != CLASSIC:
        raise BadParameter("Preview accounts require the local authentication strategy")
    password = "".join(secrets.choice(ALPHABET) for _ in range(16))
    stored = hash_password(password)
    with ctx.db.write():
        project = ctx.db.get(Project, project_id)
        account = find(ctx, project["id"])
        if account:
            ctx.db.update(Person, account["id"], password=stored, preview_open_until=None)
        else:
            add(ctx, project, stored)
        return {**shown(ctx, project["id"]), "password": password}


def add(ctx, project, password):
    person_id = ctx.db.add(
        Person,
        first_name="Preview",
        last_name=project["name"],
        email=f"preview-{secrets.token_hex(6)}@{DOMAIN}",
        role="client",
        password=password,
        preview_project_id=project["id"],
        timezone=ctx.settings.default_timezone,
        locale=ctx.settings.default_locale,
    )
    ctx.db.add(ProjectPersonLink, project_id=project["id"], person_id=person_id)
    projects.changed(ctx, project["id"])


def set_open(ctx, project_id, opens):
    """Open the account of a project for an hour, or close it."""
    account = find(ctx, project_id)
    if account is None:
        raise NotFound("No preview account for this project")
    columns = {"preview_open_until": clock.ahead(hours=HOURS) if opens else None}
    if opens and not is_open(account):
        columns["preview_opened_at"] = clock.now()
    ctx.db.update(Person, account["id"], **columns)
    return shown(ctx, project_id)


def check_member(account, project_id, role):
    """Raise BadParameter if a preview account would join another team, or get another role."""
    if not is_preview(account):
        return
    if account["preview_project_id"] != project_id:
        raise BadParameter("A preview account can only belong to its own project")
    if role not in (None, "client"):
        raise BadParameter("A preview account keeps its client role")


def check_assignee(account):
    """Raise BadParameter if a preview account would be assigned."""
    if is_preview(account):
        raise BadParameter("A preview account can't be assigned")
