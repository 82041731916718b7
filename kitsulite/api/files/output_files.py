"""Output files of entities, and of asset instances within entities."""

from kitsulite.api.files.policies import member_of_instance, reader_of_instance, reader_of_instance_anywhere
from kitsulite.api.files.working_files import no_path
from kitsulite.api.policies import manager_of, member_of_entity, no_client, reader_of_entity
from kitsulite.domain.files import file_trees, output_files
from kitsulite.domain.files.output_files import Owner
from kitsulite.web.fields import Int, Str
from kitsulite.web.route import get, post

ENTITY = "/data/entities/<entity_id>"
INSTANCE = "/data/asset-instances/<asset_instance_id>"
PLACED = INSTANCE + "/entities/<temporal_entity_id>"
ENTITY_READER, ENTITY_MEMBER = reader_of_entity("entity_id"), member_of_entity("entity_id")
FILTERS = {name: Str() for name in ("output_type_id", "task_type_id", "representation", "file_status_id", "name")}
KIND = {"name": Str(default="main"), "output_type_id": Str(required=True), "task_type_id": Str(required=True)}
PATH = {
    **KIND,
    "mode": Str(default="output"),
    "revision": Int(default=0),
    "extension": Str(),
    "representation": Str(default=""),
    "separator": Str(default="/"),
}
NEW = {
    **KIND,
    "name": Str(default="main", max=250),
    "mode": Str(),
    "person_id": Str(),
    "working_file_id": Str(),
    "comment": Str(default=""),
    "revision": Int(default=0),
    "extension": Str(default="", max=10),
    "representation": Str(default="", max=20),
    "nb_elements": Int(default=1),
    "sep": Str(default="/"),
    "file_status_id": Str(),
}


def computed(ctx, owner, extension, **file):
    try:
        folder, name = output_files.path(ctx, owner, **file)
    except file_trees.MalformedTree as error:
        raise no_path(ctx, error) from None
    return {"folder_path": folder, "file_name": name}


@post(ENTITY + "/output-file-path", allow=ENTITY_READER, body=PATH)
def entity_output_path(ctx, entity_id, **file):
    """Compute the folder and the name of an output file of an entity."""
    return computed(ctx, Owner(ctx.row), **file)


@post(PLACED + "/output-file-path", allow=reader_of_instance, body=PATH)
def instance_output_path(ctx, asset_instance_id, temporal_entity_id, **file):
    """Compute the folder and the name of an output file of an asset instance."""
    return computed(ctx, ctx.row, **file)


@post(ENTITY + "/output-files/new", allow=ENTITY_MEMBER & no_client, status=201, body=NEW)
def create_entity_output(ctx, entity_id, mode, **file):
    """Create an output file of an entity."""
    return output_files.create(ctx, Owner(ctx.row), "error", **file)


@post(PLACED + "/output-files/new", allow=member_of_instance & no_client, status=201, body=NEW)
def create_instance_output(ctx, asset_instance_id, temporal_entity_id, mode, **file):
    """Create an output file of an asset instance."""
    return output_files.create(ctx, ctx.row, "message", **file)


@post(ENTITY + "/output-files/next-revision", allow=ENTITY_MEMBER, body=KIND)
def next_entity_revision(ctx, entity_id, **kind):
    """Get the next revision of an output file of an entity."""
    return {"next_revision": output_files.next_revision(ctx, Owner(ctx.row), **kind)}


@post(PLACED + "/output-files/next-revision", allow=member_of_instance, body=KIND)
def next_instance_revision(ctx, asset_instance_id, temporal_entity_id, **kind):
    """Get the next revision of an output file of an asset instance."""
    return {"next_revision": output_files.next_revision(ctx, ctx.row, **kind)}


@get(ENTITY + "/output-files/last-revisions", allow=ENTITY_READER, args=FILTERS)
def last_entity_outputs(ctx, entity_id, **filters):
    """List the last output files of an entity."""
    return output_files.last_revisions(ctx, Owner(ctx.row), filters)


@get(PLACED + "/output-files/last-revisions", allow=reader_of_instance, args=FILTERS)
def last_instance_outputs(ctx, asset_instance_id, temporal_entity_id, **filters):
    """List the last output files of an asset instance."""
    return output_files.last_revisions(ctx, ctx.row, filters)


@get(ENTITY + "/output-types", allow=ENTITY_READER)
def entity_output_types(ctx, entity_id):
    """List the types of the output files of an entity."""
    return output_files.types(ctx, Owner(ctx.row))


@get(PLACED + "/output-types", allow=reader_of_instance)
def instance_output_types(ctx, asset_instance_id, temporal_entity_id):
    """List the types of the output files of an asset instance."""
    return output_files.types(ctx, ctx.row)


@get(ENTITY + "/output-types/<output_type_id>/output-files", allow=ENTITY_READER)
def entity_outputs_of_type(ctx, entity_id, output_type_id):
    """List the output files of one type of an entity."""
    return output_files.of_type(ctx, Owner(ctx.row), output_type_id, ctx.request.query.get("representation"))


@get(PLACED + "/output-types/<output_type_id>/output-files", allow=reader_of_instance)
def instance_outputs_of_type(ctx, asset_instance_id, temporal_entity_id, output_type_id):
    """List the output files of one type of an asset instance."""
    return output_files.of_type(ctx, ctx.row, output_type_id, ctx.request.query.get("representation"))


@get(ENTITY + "/output-files", allow=ENTITY_READER, args=FILTERS)
def entity_outputs(ctx, entity_id, **filters):
    """List the output files of an entity, highest revision first."""
    return output_files.of_entity(ctx, entity_id, filters)


@get(INSTANCE + "/output-files", allow=reader_of_instance_anywhere, args={**FILTERS, "temporal_entity_id": Str()})
def instance_outputs(ctx, asset_instance_id, **filters):
    """List the output files of an asset instance, highest revision first."""
    return output_files.of_instance(ctx, asset_instance_id, filters)


@get("/data/projects/<project_id>/output-files", allow=manager_of("project_id"), args=FILTERS)
def project_outputs(ctx, project_id, **filters):
    """List the output files of the entities of a project, newest first."""
    return output_files.of_project(ctx, project_id, filters)
