"""Cancels and deletes entities, with everything that depends on them, in one transaction."""

from kitsulite.domain import playlist_entries
from kitsulite.domain.comments import chats
from kitsulite.domain.deletion import references
from kitsulite.domain.deletion import tasks as task_deletion
from kitsulite.domain.entities import casting
from kitsulite.domain.files import working_files
from kitsulite.domain.kinds import key_of, kind_of
from kitsulite.domain.playlists import playlists
from kitsulite.domain.removal import remove_row
from kitsulite.errors import Refused, RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.activity import Subscription
from kitsulite.models.entities import Entity, EntityConceptLink, EntityLink, EntityVersion
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import ScheduleItem
from kitsulite.models.tasks import Task

#: kinds that are canceled first if they have tasks, and only deleted with force
CANCELED_FIRST = ("asset", "shot", "edit", "concept")


def delete(ctx, entity, force=False):
    """Delete an asset, shot, edit or concept; one with tasks is only canceled unless forced."""
    if ctx.db.exists(Task, entity_id=entity["id"]) and not force:
        cancel(ctx, entity)
    else:
        erase(ctx, entity)


def cancel(ctx, entity):
    """Mark an entity as canceled; an asset is no longer ready for any shot."""
    kind = kind_of(ctx, entity)
    ctx.db.update(Entity, entity["id"], canceled=True)
    emit(ctx, f"{kind}:update", {f"{kind}_id": entity["id"]}, entity["project_id"])
    if kind == "asset":
        casting.refresh_shots_of_asset(ctx, entity["id"])


def erase(ctx, entity):
    """Delete an entity with its tasks and links; its children, and entities of which it is the source, stay."""
    shots = ctx.db.column(casting.SHOTS_THAT_CAST, [entity["id"]])
    remove_tasks(ctx, entity)
    release(ctx, entity)
    for column in ("parent_id", "source_id"):
        ctx.db.execute(f"UPDATE entity SET {column} = NULL WHERE {column} = ?", [entity["id"]])
    remove_entity(ctx, entity)
    emit_deletion(ctx, entity)
    casting.refresh_shots(ctx, shots)


def delete_scene(ctx, scene):
    """Delete a scene, or cancel it if something refers to it."""
    try:
        with ctx.db.savepoint():
            remove_entity(ctx, scene)
    except RowRejected:
        ctx.db.update(Entity, scene["id"], canceled=True)
    emit_deletion(ctx, scene)


def delete_sequence(ctx, sequence, force=False):
    """Delete a sequence, with `force` also its shots, scenes and tasks; raises Refused if anything is left below it."""
    if force:
        for child in ctx.db.all(Entity, "parent_id = ?", [sequence["id"]]):
            kind = kind_of(ctx, child)
            if kind == "shot":
                erase(ctx, child)
            elif kind == "scene":
                delete_scene(ctx, child)
        remove_tasks(ctx, sequence)
        release(ctx, sequence)
    remove_parent(ctx, sequence)


def delete_episode(ctx, episode, force=False):
    """Delete an episode, with `force` also its sequences, edits, own assets, tasks and playlists."""
    if force:
        for child in ctx.db.all(Entity, "parent_id = ?", [episode["id"]]):
            kind = kind_of(ctx, child)
            if kind == "sequence":
                delete_sequence(ctx, child, force=True)
            elif kind == "edit":
                erase(ctx, child)
        for asset in ctx.db.all(Entity, "source_id = ?", [episode["id"]]):
            erase(ctx, asset)
        remove_tasks(ctx, episode)
        for playlist in ctx.db.all(Playlist, "episode_id = ?", [episode["id"]]):
            playlists.remove(ctx, playlist)
        release(ctx, episode)
    remove_parent(ctx, episode)


def remove_parent(ctx, entity):
    """Delete a sequence or episode; raises Refused if something refers to it."""
    try:
        remove_entity(ctx, entity)
    except RowRejected:
        raise Refused(f"Some data are still linked to this {kind_of(ctx, entity)}.") from None
    emit_deletion(ctx, entity)


def remove_bare(ctx, entity):
    """Delete an entity with only its links and versions; raises RowRejected if more refers to it."""
    shots = ctx.db.column(casting.SHOTS_THAT_CAST, [entity["id"]])
    if kind_of(ctx, entity) == "sequence":
        ctx.db.delete(Subscription, entity_id=entity["id"])
    for link in (EntityLink, EntityConceptLink):
        ctx.db.delete(link, "entity_in_id = ? OR entity_out_id = ?", [entity["id"]] * 2)
    ctx.db.delete(EntityVersion, entity_id=entity["id"])
    remove_entity(ctx, entity)
    casting.refresh_shots(ctx, shots)


def release(ctx, entity):
    """Remove what depends on an entity, except tasks and children."""
    working_files.remove_contents(ctx, "entity_id = ?", [entity["id"]])
    references.release(ctx.db, Entity, "SELECT ?", [entity["id"]])


def remove_tasks(ctx, entity):
    task_deletion.remove_all(ctx, ctx.db.all(Task, "entity_id = ?", [entity["id"]]))


def remove_entity(ctx, entity):
    """Remove an entity with its playlist entries, chat and schedule items; raises RowRejected if more refers to it."""
    remove_row(ctx.db, Entity, entity["id"])
    ctx.db.delete(ScheduleItem, object_id=entity["id"])
    playlist_entries.forget(ctx, [entity["id"]])
    chats.remove_of(ctx, "(?)", [entity["id"]])


def emit_deletion(ctx, entity):
    """Emit the event of a deletion."""
    kind = kind_of(ctx, entity)
    emit(ctx, f"{kind}:delete", {key_of(kind): entity["id"]}, entity["project_id"])


def delete_several(ctx, project_id, entity_ids, force=False):
    """Delete assets, shots, edits and concepts of a project; returns the ids of those deleted or canceled.

    Concepts and entities that are canceled already are deleted. Other kinds, unknown ids and those of other projects
    are ignored.
    """
    done = []
    for entity_id in entity_ids:
        entity = ctx.db.find(Entity, id=entity_id, project_id=project_id)
        kind = entity and kind_of(ctx, entity)
        if kind in CANCELED_FIRST:
            delete(ctx, entity, force or bool(entity["canceled"]) or kind == "concept")
            done.append(entity_id)
    return done
