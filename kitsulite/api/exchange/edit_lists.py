"""Imports of edit lists: the frame ranges of shots."""

from kitsulite.api.policies import manager_of
from kitsulite.domain.kinds import temporal_id
from kitsulite.errors import BadParameter, Refused
from kitsulite.exchange.edit_lists import imports
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.projects import Project
from kitsulite.web.route import post

CONVENTION = "${project_name}_${sequence_name}-${shot_name}"
CONVENTION_OF_SHOWS = "${project_name}_${episode_name}-${sequence_name}-${shot_name}"
FLAGS = {"true": True, "1": True, "on": True, "false": False, "0": False}


def run(ctx, project, episode, convention):
    """Read the edit list, and then import it in a transaction."""
    request = ctx.request
    parameters = {**request.query, **request.form}
    match_case = FLAGS.get(parameters.get("match_case", "true").lower())
    if match_case is None:
        raise BadParameter("Wrong value for parameter match_case.")
    clips = imports.read(ctx, project, request.file())
    naming = parameters.get("naming_convention") or convention
    with ctx.db.write():
        project = ctx.db.get(Project, project["id"])
        return imports.EditList(ctx, project, episode, naming, match_case).run(clips, request.flag("dry_run"))


@post("/import/otio/projects/<project_id>", allow=manager_of("project_id"), status=201, transaction=False)
def import_edit_list(ctx, project_id):
    """Set the frames of a project's shots from an edit list; `dry_run=true` only reports the effects."""
    project = ctx.db.get(Project, project_id)
    if project["production_type"] == "tvshow":
        raise Refused("EpisodeNotFoundException: the edit list of a TV show belongs to one of its episodes.")
    return run(ctx, project, None, CONVENTION)


@post(
    "/import/otio/projects/<project_id>/episodes/<episode_id>",
    allow=manager_of("project_id"),
    status=201,
    transaction=False,
)
def import_edit_list_of_episode(ctx, project_id, episode_id):
    """Set the frames of an episode's shots from an edit list."""
    project = ctx.db.get(Project, project_id)
    columns = {"project_id": project["id"], "entity_type_id": temporal_id(ctx, "Episode")}
    episode = ctx.db.find(Entity, id=episode_id.lower(), **columns) if is_id(episode_id) else None
    if episode is None:
        raise Refused("EpisodeNotFoundException: the project has no such episode.")
    return run(ctx, project, episode, CONVENTION_OF_SHOWS)
