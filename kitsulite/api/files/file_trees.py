"""File trees of productions, and guessing what paths stand for."""

from kitsulite.api.policies import inside, manager_of, member_of
from kitsulite.domain import access
from kitsulite.domain.files import guesses, shipped_trees
from kitsulite.models.projects import Project
from kitsulite.web.fields import Str
from kitsulite.web.route import post

GUESS = {
    "allow": inside(member_of("project_id")),
    "body": {
        "project_id": Str(required=True),
        "file_path": Str(required=True, min=1, max=4000),
        "sep": Str(default="/", min=1),
    },
}


@post(
    "/actions/projects/<project_id>/set-file-tree",
    allow=manager_of("project_id"),
    body={"tree_name": Str(required=True)},
)
def set_file_tree(ctx, project_id, tree_name):
    """Assign one of the shipped file trees to a project."""
    return shipped_trees.give(ctx, project_id, tree_name)


@post("/data/entities/guess-from-path", **GUESS)
@post("/data/entities/guess_from_path", **GUESS)
def guess_from_path(ctx, project_id, file_path, sep):
    """List what the templates of a project's file tree find in a path."""
    project = ctx.db.get(Project, project_id)
    return guesses.of_path(access.require_member(ctx, project["id"]), project["id"], file_path, sep)
