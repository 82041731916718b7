"""Playlists of a production: listing, opening and filling them."""

from kitsulite.api.policies import admin, changer_of_playlist, member_of, no_vendor, reader_of_playlist
from kitsulite.domain import access, review_access
from kitsulite.domain.kinds import get_of_kind
from kitsulite.domain.playlists import exports as playlist_exports
from kitsulite.domain.playlists import playlists, sheets, temporary, views
from kitsulite.domain.tasks import of_projects as project_work
from kitsulite.errors import NotFound
from kitsulite.exchange.csv import sheets as csv_sheets
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import Project
from kitsulite.store.conditions import Condition
from kitsulite.web import reply
from kitsulite.web.fields import List, Nested, Uuid
from kitsulite.web.route import get, post


@get("/data/projects/<project_id>/playlists", allow=no_vendor & member_of("project_id"))
def project_playlists(ctx, project_id):
    """List the playlists of a production, 20 on a page."""
    return listed(ctx, project_id)


@get("/data/projects/<project_id>/episodes/<episode_id>/playlists", allow=no_vendor & member_of("project_id"))
def episode_playlists(ctx, project_id, episode_id):
    """List the playlists of an episode, or of the packs `main` and `all`, 20 on a page, optionally `for_entity`."""
    if episode_id not in views.PACKS:
        episode_id = get_of_kind(ctx, "Episode", episode_id)["id"]
    return listed(ctx, project_id, episode_id, ctx.request.query.get("for_entity"))


def listed(ctx, project_id, *narrower):
    project_id = ctx.db.require(Project, project_id)
    page, query = ctx.request.integer("page", 1), ctx.request.query
    return views.listed(ctx, project_id, page, query.get("sort_by"), query.get("task_type_id"), *narrower)


@get("/data/projects/<project_id>/playlists/all", allow=admin)
def all_playlists(ctx, project_id):
    """List all whole playlists of a production, or a `page` counted from 1."""
    condition = Condition("project_id = ?", [ctx.db.require(Project, project_id)])
    return project_work.listing(ctx, Playlist, condition, page=ctx.request.integer("page"), relations=True)


@get("/data/projects/<project_id>/playlists/<playlist_id>", allow=no_vendor & member_of("project_id"))
def project_playlist(ctx, project_id, playlist_id):
    """Get a playlist with all previews of its entities."""
    playlist = ctx.db.get(Playlist, playlist_id)
    if playlist["project_id"] != project_id:
        raise NotFound("Playlist not found.")
    return views.whole(review_access.require_playlist_reader(ctx, playlist), playlist)


@post(
    "/data/projects/<project_id>/playlists/temp",
    allow=member_of("project_id"),
    allow_first=True,
    transaction=False,
    body={"task_ids": List(Uuid(), default=list), "entity_ids": List(Uuid(), default=list)},
)
def temporary_playlist(ctx, project_id, task_ids, entity_ids):
    """Get a temporary playlist of the latest work on some tasks and entities; `sort=true` sorts it.

    An entity stands for its last commented task with a preview; entities without one are left out.
    """
    entities = [access.require_entity(ctx, entity_id).row["id"] for entity_id in entity_ids]
    task_ids = [*task_ids, *filter(None, (temporary.last_task(ctx, entity_id) for entity_id in entities))]
    tasks = [access.require_task(ctx, task_id).row for task_id in task_ids]
    return temporary.entries(ctx, project_id, tasks, ctx.request.flag("sort"))


@post(
    "/actions/playlists/<playlist_id>/add-entity",
    status=200,
    allow=changer_of_playlist("playlist_id"),
    allow_first=True,
    body={"entity_id": Uuid(required=True), "preview_file_id": Uuid(blank=True)},
)
def add_entity(ctx, playlist_id, entity_id, preview_file_id):
    """Append an entity to a playlist with a preview, by default its latest one."""
    return playlists.add_entities(ctx, ctx.row, [(entity_id, preview_file_id)])


@post(
    "/actions/playlists/<playlist_id>/add-entities",
    status=200,
    allow=changer_of_playlist("playlist_id"),
    allow_first=True,
    body={
        "entities": List(
            Nested({"entity_id": Uuid(required=True), "preview_file_id": Uuid(blank=True)}), required=True, min=1
        )
    },
)
def add_entities(ctx, playlist_id, entities):
    """Append entities to a playlist, each with a preview, by default its latest one."""
    couples = [(entry["entity_id"], entry["preview_file_id"]) for entry in entities]
    return playlists.add_entities(ctx, ctx.row, couples)


# Downloads


@get(
    "/data/playlists/<playlist_id>/download/zip",
    allow=no_vendor & reader_of_playlist("playlist_id", supervisors=True),
)
def download_playlist(ctx, playlist_id):
    """Download the files of all previews of a playlist, including the others of their revisions."""
    playlist = ctx.row
    name = f"{playlist_exports.context_name(ctx, playlist)}.zip"
    return reply.made(ctx.request, playlist_exports.archive(ctx, playlist), "application/zip", reply.attachment(name))


@get("/export/csv/playlists/<playlist_id>", allow=no_vendor & reader_of_playlist("playlist_id", supervisors=True))
def playlist_sheet(ctx, playlist_id):
    """Download a playlist as a CSV file."""
    playlist = ctx.row
    return reply.csv(sheets.file_name(ctx, playlist), [csv_sheets.text(sheets.rows(ctx, playlist))], "text/csv")
