"""Imports from a Shotgun (ShotGrid) site: objects, removed ones, errors."""

from kitsulite.api.policies import admin
from kitsulite.errors import BadParameter
from kitsulite.exchange.shotgun import imports, removal
from kitsulite.models.files import DataImportError
from kitsulite.web.fields import Int
from kitsulite.web.route import delete, get, post

IMPORT = "/import/shotgun/"
REMOVAL = {"allow": admin, "body": {"id": Int(required=True)}}
REMOVE = "/import/shotgun/remove/"


@post(IMPORT + "projects", allow=admin, bulk=True)
@post(IMPORT + "persons", allow=admin, bulk=True)
@post(IMPORT + "project-connections", allow=admin, bulk=True)
@post(IMPORT + "projectconnections", allow=admin, bulk=True)
@post(IMPORT + "episodes", allow=admin, bulk=True)
@post(IMPORT + "sequences", allow=admin, bulk=True)
@post(IMPORT + "scenes", allow=admin, bulk=True)
@post(IMPORT + "shots", allow=admin, bulk=True)
@post(IMPORT + "assets", allow=admin, bulk=True)
@post(IMPORT + "steps", allow=admin, bulk=True)
@post(IMPORT + "status", allow=admin, bulk=True)
@post(IMPORT + "tasks", allow=admin, bulk=True)
@post(IMPORT + "versions", allow=admin, bulk=True)
@post(IMPORT + "notes", allow=admin, bulk=True)
def import_objects(ctx):
    """Import a list of objects; incomplete ones are left out."""
    return imports.run(ctx, ctx.request.path.rpartition("/")[2], ctx.request.json_list(BadParameter))


@post(REMOVE + "project", **REMOVAL)
@post(REMOVE + "person", **REMOVAL)
@post(REMOVE + "episode", **REMOVAL)
@post(REMOVE + "sequence", **REMOVAL)
@post(REMOVE + "scene", **REMOVAL)
@post(REMOVE + "shot", **REMOVAL)
@post(REMOVE + "asset", **REMOVAL)
@post(REMOVE + "step", **REMOVAL)
@post(REMOVE + "status", **REMOVAL)
@post(REMOVE + "task", **REMOVAL)
@post(REMOVE + "version", **REMOVAL)
@post(REMOVE + "note", **REMOVAL)
def remove_row(ctx, id):
    """Remove the row with an id on a Shotgun site, unless others refer to it."""
    return removal.remove(ctx, ctx.request.path.rpartition("/")[2], id)


@post(REMOVE + "project-connection", **REMOVAL)
@post(REMOVE + "projectconnection", **REMOVAL)
def remove_connection(ctx, id):
    """Remove the person of a Shotgun project connection from the team."""
    return removal.remove_connection(ctx, id)


@get("/import/shotgun/errors", allow=admin)
def import_errors(ctx):
    """List the errors of Shotgun imports reported by programs."""
    return ctx.db.all_json(DataImportError, "source = 'shotgun'")


@post("/import/shotgun/errors", allow=admin, status=201)
def report_import_error(ctx):
    """Store an error of a Shotgun import: any JSON."""
    return ctx.db.insert(DataImportError, event_data=ctx.request.strict_json(), source="shotgun")


@delete("/import/shotgun/errors/<error_id>", allow=admin)
def delete_import_error(ctx, error_id):
    """Delete a reported error."""
    ctx.db.delete(DataImportError, id=ctx.db.require(DataImportError, error_id))
