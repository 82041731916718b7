"""The avatars of persons, productions and the organisation; paths may end in `.png`."""

from kitsulite.api.policies import Policy, admin, inside, manager_of, self_or_admin, signed_in
from kitsulite.domain import access
from kitsulite.domain.people import avatars, organisations
from kitsulite.errors import Answer, NotFound
from kitsulite.models.people import Organisation, Person
from kitsulite.models.projects import Project
from kitsulite.web import reply
from kitsulite.web.route import get, post

PERSON = "/pictures/thumbnails/persons/<instance_id>"
ORGANISATION = "/pictures/thumbnails/organisations/<instance_id>"
PROJECT = "/pictures/thumbnails/projects/<instance_id>"
WRITE = {"status": 201, "transaction": False}


def known(model):
    """Require that the row in the path exists, before anything else is checked."""
    return Policy(
        f"known {model.table()}", lambda ctx, path: ctx.on(ctx.membership, ctx.db.get(model, path["instance_id"]))
    )


def upload(ctx, model, plural, row_id):
    avatars.store(ctx, model, row_id, ctx.request.file().file)
    return {"thumbnail_path": f"pictures/thumbnails/{plural}/{row_id}.png"}


def shown(ctx, row, file_id):
    if not row["has_avatar"]:
        raise NotFound("There is no avatar.")
    return reply.stored(ctx, ctx.app.files.find(*avatars.PLACE, file_id), "image/png", row)


@post(PERSON, allow=known(Person) & self_or_admin("instance_id"), **WRITE)
@post(PERSON + ".png", allow=known(Person) & self_or_admin("instance_id"), **WRITE)
def upload_person_avatar(ctx, instance_id):
    """Upload the avatar of a person."""
    return upload(ctx, Person, "persons", instance_id)


@get(PERSON, allow=signed_in)
@get(PERSON + ".png", allow=signed_in)
def person_avatar(ctx, instance_id):
    """Show the avatar of a person."""
    return shown(ctx, ctx.db.get(Person, instance_id), instance_id)


@post(ORGANISATION, allow=known(Organisation) & admin, **WRITE)
@post(ORGANISATION + ".png", allow=known(Organisation) & admin, **WRITE)
def upload_organisation_avatar(ctx, instance_id):
    """Upload the logo of the organisation."""
    return upload(ctx, Organisation, "organisations", instance_id)


@get(ORGANISATION, allow=signed_in)
@get(ORGANISATION + ".png", allow=signed_in)
def organisation_avatar(ctx, instance_id):
    """Show the logo of the organisation."""
    ctx.db.require(Organisation, instance_id)
    return shown(ctx, organisations.the_organisation(ctx), instance_id)


@post(PROJECT + ".png", allow=known(Project) & admin)
def refuse_project_avatar(ctx, instance_id):
    """Refuse, and tell where avatars of productions are uploaded."""
    message = "Upload project thumbnails on the url without extension: /pictures/thumbnails/projects/<project_id>."
    raise Answer(405, {"error": True, "message": message})


@post(PROJECT, allow=known(Project) & manager_of("instance_id"), **WRITE)
def upload_project_avatar(ctx, instance_id):
    """Upload the avatar of a production."""
    return upload(ctx, Project, "projects", instance_id)


@get(PROJECT, allow=inside("admin, manager, or member of the project"))
@get(PROJECT + ".png", allow=inside("admin, manager, or member of the project"))
def project_avatar(ctx, instance_id):
    """Show the avatar of a production."""
    project = ctx.db.get(Project, instance_id)
    if project["has_avatar"] and ctx.global_role != "manager":
        access.require_member(ctx, project["id"])
    return shown(ctx, project, project["id"])
