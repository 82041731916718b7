"""Folders of the concepts of a production. Clients and vendors see none."""

from kitsulite.api.policies import member_of, no_client, no_vendor, supervisor_of, supervisor_of_entity
from kitsulite.domain.entities import concept_folders, entities
from kitsulite.web.fields import List, Str, Uuid
from kitsulite.web.route import delete, get, post, put

LEADER = supervisor_of("project_id")
LEADER_OF_FOLDER = supervisor_of_entity("concept_folder_id", concept_folders.KIND)
NAMED = {"name": Str(required=True, min=1, max=160)}


@get("/data/projects/<project_id>/concept-folders", allow=member_of("project_id") & no_vendor & no_client)
def project_folders(ctx, project_id):
    """List the folders of the concepts of a project."""
    return entities.in_project(ctx, concept_folders.KIND, project_id)


@post("/data/projects/<project_id>/concept-folders", allow=LEADER, status=201, body=NAMED)
def create_folder(ctx, project_id, name):
    """Create a folder of concepts, or return the existing one with the same name."""
    return concept_folders.create(ctx, project_id, name)


@put("/data/concept-folders/<concept_folder_id>", allow=LEADER_OF_FOLDER, body=NAMED)
def rename_folder(ctx, concept_folder_id, name):
    """Rename a folder of concepts."""
    return concept_folders.rename(ctx, ctx.row, name)


@delete("/data/concept-folders/<concept_folder_id>", allow=LEADER_OF_FOLDER)
def delete_folder(ctx, concept_folder_id):
    """Delete a folder of concepts, which are in no folder then."""
    concept_folders.remove(ctx, ctx.row)


@post(
    "/actions/projects/<project_id>/move-concepts",
    allow=LEADER,
    body={"concept_ids": List(Uuid(), required=True), "concept_folder_id": Uuid()},
)
def move_concepts(ctx, project_id, concept_ids, concept_folder_id):
    """Move concepts of a project into a folder, or out of all; returns the ids of the moved ones."""
    return concept_folders.move(ctx, project_id, concept_ids, concept_folder_id)
