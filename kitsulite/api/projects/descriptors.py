"""Metadata descriptors of one production, and of all that the caller manages."""

from kitsulite.api.policies import inside, manager, manager_of, member_of
from kitsulite.domain import access
from kitsulite.domain.ids import path_id
from kitsulite.domain.projects import descriptors, shared_descriptors
from kitsulite.errors import BadParameter
from kitsulite.models.projects import Project
from kitsulite.web.fields import Bool, List, Str
from kitsulite.web.route import delete, get, post, put

DESCRIPTORS = "/data/projects/<project_id>/metadata-descriptors"
EVERYWHERE = "/data/metadata-descriptors/all-projects"
#: kinds of descriptors of all productions; those of tasks are left out, as task types differ
SHARED_TYPES = tuple(kind for kind in descriptors.ENTITY_TYPES if kind != "Task")
CONTENT = {
    "data_type": Str(default="string"),
    "for_client": Bool(default=False),
    "choices": List(Str(required=True), default=[]),
    "departments": List(Str(required=True), default=[]),
}
HEADS = inside("manager of the project, or supervisor of the descriptor's departments")


@get(DESCRIPTORS, allow=member_of("project_id"))
def get_descriptors(ctx, project_id):
    """List the metadata descriptors of a project; clients and vendors see those for them."""
    return descriptors.listed(ctx, path_id(project_id))


@get(f"{DESCRIPTORS}/<metadata_descriptor_id>", allow=member_of("project_id"))
def get_descriptor(ctx, project_id, metadata_descriptor_id):
    """Get a metadata descriptor of a project."""
    return descriptors.get_seen(ctx, project_id, metadata_descriptor_id)


@post(
    DESCRIPTORS,
    allow=HEADS,
    status=201,
    body={
        "name": Str(required=True, min=1, max=120),
        "entity_type": Str(default="Asset", choices=descriptors.ENTITY_TYPES),
        "task_type_id": Str(),
        **CONTENT,
    },
)
def create_descriptor(ctx, project_id, departments, **descriptor):
    """Create a metadata descriptor in a project."""
    project_id = ctx.db.require(Project, project_id)
    ctx = access.require_departments(ctx, project_id, departments)
    return descriptors.create(ctx, project_id, departments=departments, **descriptor)


@put(f"{DESCRIPTORS}/<metadata_descriptor_id>", allow=HEADS, body={"name": Str(), **CONTENT})
def update_descriptor(ctx, project_id, metadata_descriptor_id, departments, **changes):
    """Replace the columns of a metadata descriptor; stored values follow a new name."""
    descriptor = descriptors.get(ctx, project_id, metadata_descriptor_id)
    ctx = access.require_departments(ctx, project_id, [*descriptor["departments"], *departments])
    return descriptors.update(ctx, descriptor, departments=departments, **changes)


@delete(f"{DESCRIPTORS}/<metadata_descriptor_id>", allow=HEADS)
def delete_descriptor(ctx, project_id, metadata_descriptor_id):
    """Delete a metadata descriptor and its stored values."""
    descriptor = descriptors.get(ctx, project_id, metadata_descriptor_id)
    ctx = access.require_departments(ctx, project_id, descriptor["departments"])
    descriptors.delete(ctx, descriptor)


@post(
    f"{DESCRIPTORS}/reorder",
    allow=manager_of("project_id"),
    body={
        "entity_type": Str(required=True, choices=descriptors.ENTITY_TYPES),
        "descriptor_ids": List(Str(required=True), required=True, min=1),
    },
)
def reorder_descriptors(ctx, project_id, entity_type, descriptor_ids):
    """Set the order of the metadata descriptors of a kind."""
    return descriptors.reorder(ctx, path_id(project_id), entity_type, descriptor_ids)


@post(
    EVERYWHERE,
    allow=manager,
    allow_first=True,
    status=201,
    body={
        "name": Str(required=True, min=1, max=120),
        "entity_type": Str(default="Asset", choices=SHARED_TYPES),
        **CONTENT,
    },
)
def create_shared_descriptor(ctx, **descriptor):
    """Create a metadata descriptor in all open projects without it that the caller manages."""
    return shared_descriptors.create(ctx, **descriptor)


@put(
    f"{EVERYWHERE}/<field_name>",
    allow=manager,
    allow_first=True,
    body={"entity_type": Str(required=True, choices=SHARED_TYPES), "name": Str(), **CONTENT},
)
def update_shared_descriptor(ctx, field_name, **changes):
    """Change the metadata descriptor with a field name in all open projects that the caller manages."""
    return shared_descriptors.update(ctx, field_name, **changes)


@delete(f"{EVERYWHERE}/<field_name>", allow=manager, status=200)
def delete_shared_descriptor(ctx, field_name):
    """Delete the metadata descriptor with a field name in all open projects that the caller manages."""
    entity_type = ctx.request.query.get("entity_type")
    if entity_type not in SHARED_TYPES:
        raise BadParameter("Invalid entity_type")
    return shared_descriptors.delete(ctx, field_name, entity_type)


@post(
    "/actions/metadata-descriptors/all-projects/reorder",
    allow=manager,
    allow_first=True,
    body={
        "entity_type": Str(required=True, choices=SHARED_TYPES),
        "field_order": List(Str(required=True), required=True, min=1),
    },
)
def reorder_shared_descriptors(ctx, entity_type, field_order):
    """Set the order of the metadata descriptors of a kind in all open projects that the caller manages."""
    return shared_descriptors.reorder(ctx, entity_type, field_order)
