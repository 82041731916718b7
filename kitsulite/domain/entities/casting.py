"""Changing the casting of entities, and what follows from it.

An asset that is cast in a shot is also cast in the shot's episode, by a link that is marked as derived and removed
with the last shot that casts the asset. `nb_entities_out` counts the casting of an entity, without canceled assets;
`nb_assets_ready` of a shot's task counts the cast assets that are ready for that task.
"""

from kitsulite import clock
from kitsulite.domain import belonging
from kitsulite.domain.kinds import kind_of, of_kind
from kitsulite.events.bus import emit, gathering
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import dump

#: kinds with their own event for a changed casting
KINDS_WITH_EVENTS = ("shot", "episode")
EPISODE_OF_SHOT = "SELECT sequence.parent_id FROM entity sequence WHERE sequence.id = ?"
SHOTS_OF_EPISODE = (
    "SELECT shot.id FROM entity shot JOIN entity sequence ON sequence.id = shot.parent_id"
    f" WHERE sequence.parent_id = ? AND {of_kind('Shot', 'shot')}"
)
SHOTS_THAT_CAST = (
    "SELECT shot.id FROM entity_link l JOIN entity shot ON shot.id = l.entity_in_id"
    " WHERE l.entity_out_id = ? AND shot.parent_id IS NOT NULL AND COALESCE(shot.canceled, 0) = 0"
)
#: a task's shot `e` with its sequence and episode, and the order of shots by these
PLACE_OF_TASK = (
    "JOIN entity e ON e.id = t.entity_id LEFT JOIN entity sequence ON sequence.id = e.parent_id"
    " LEFT JOIN entity episode ON episode.id = sequence.parent_id"
)
BY_PLACE = "episode.name NULLS LAST, sequence.name, e.name"
LINK = "SELECT id FROM entity_link WHERE entity_in_id = ? AND entity_out_id = ?"
#: the number of assets that an entity casts; a derived link to an episode
NUMBER_OF = (
    "SELECT count(*) FROM entity_link l JOIN entity asset ON asset.id = l.entity_out_id"
    " WHERE l.entity_in_id = {} AND COALESCE(asset.canceled, 0) = 0"
)
NUMBER = NUMBER_OF.format("?")
MADE_FOR_A_SHOT = "entity_in_id = ? AND entity_out_id = ? AND json_extract(data, '$.auto')"
#: the number of assets of a task's entity that are ready for it: shared ones of other projects, and those whose
#: `ready_for` is the task's type or a later one in the order of the project
_PRIORITY = (
    "COALESCE((SELECT NULLIF(p.priority, 0) FROM project_task_type_link p JOIN task_type tt ON tt.id = p.task_type_id"
    " WHERE p.project_id = task.project_id AND p.task_type_id = {task_type} AND tt.for_entity = 'Shot'), {none})"
)
_NB_READY = (
    "(SELECT count(*) FROM entity_link l JOIN entity asset ON asset.id = l.entity_out_id"
    " WHERE l.entity_in_id = task.entity_id AND COALESCE(asset.canceled, 0) = 0"
    " AND (asset.is_shared = 1 AND asset.project_id <> task.project_id OR asset.ready_for IS NOT NULL"
    f" AND {_PRIORITY.format(task_type='task.task_type_id', none=0)}"
    f" <= {_PRIORITY.format(task_type='asset.ready_for', none=-1)}))"
)


def read(ctx, items):
    """The links in a list of `{asset_id, nb_occurences, label}`, in order: (asset id, columns).

    Items without an asset or a number are left out. Raises NotFound for an unknown asset, BadValue for an invalid
    value.
    """
    links = []
    for item in items:
        if isinstance(item, dict) and "asset_id" in item and "nb_occurences" in item:
            columns = {
                "nb_occurences": EntityLink.nb_occurences.clean(item["nb_occurences"]),
                "label": EntityLink.label.clean(item.get("label", "")),
            }
            links.append((ctx.db.require(Entity, item["asset_id"]), columns))
    return links


def replace(ctx, entity, items):
    """Replace the casting of an entity by a list of `{asset_id, nb_occurences, label}`; see `read`."""
    links = read(ctx, items)
    kind = kind_of(ctx, entity)
    previous = set(ctx.db.related(Entity, entity["id"], "entities_out"))
    new = {asset_id for asset_id, _ in links}
    added, removed = sorted(new - previous), sorted(previous - new)
    belonging.check(ctx, Entity, entity, {}, {"entities_out": added})
    if kind == "episode":
        for asset_id in removed:
            remove_from_shots(ctx, entity, asset_id)
    ctx.db.delete(EntityLink, entity_in_id=entity["id"])
    episode_id = episode_of(ctx, entity) if kind == "shot" else None
    with gathering(ctx):
        for asset_id, columns in links:
            cast_with_episode(ctx, entity, kind, episode_id, asset_id, columns)
    announce(ctx, entity, kind, added, removed)
    if episode_id:
        for asset_id in removed:
            remove_from_episode(ctx, entity, episode_id, asset_id)


def cast_in_many(ctx, asset, entities, number=None, label=None):
    """Cast an asset in several entities, whose other casting stays; a number of 0 removes it.

    Without a number or label, those of an existing link stay; a new one has 1 and none.
    """
    for entity in entities:
        link = ctx.db.find(EntityLink, entity_in_id=entity["id"], entity_out_id=asset["id"])
        if number == 0:
            if link:
                take_out(ctx, entity, asset["id"])
            continue
        before = link or {"nb_occurences": 1, "label": ""}
        columns = {
            "nb_occurences": before["nb_occurences"] if number is None else number,
            "label": before["label"] if label is None else label,
        }
        kind = kind_of(ctx, entity)
        episode_id = episode_of(ctx, entity) if kind == "shot" else None
        cast_with_episode(ctx, entity, kind, episode_id, asset["id"], columns)
        announce(ctx, entity, kind, [] if link else [asset["id"]], [])


def take_out(ctx, entity, asset_id):
    """Remove an asset from the casting of an entity; of an episode, also from its shots."""
    if kind_of(ctx, entity) == "episode":
        remove_from_shots(ctx, entity, asset_id)
    unlink(ctx, entity, asset_id)


def unlink(ctx, entity, asset_id):
    """Remove the link of an asset to an entity, and the derived one to the episode of a shot if it is the last."""
    kind = kind_of(ctx, entity)
    ctx.db.delete(EntityLink, entity_in_id=entity["id"], entity_out_id=asset_id)
    announce(ctx, entity, kind, [], [asset_id])
    episode_id = episode_of(ctx, entity) if kind == "shot" else None
    if episode_id:
        remove_from_episode(ctx, entity, episode_id, asset_id)


def announce(ctx, entity, kind, added, removed):
    """Recount the casting of an entity and the readiness of a shot, and emit the changed casting."""
    number = count(ctx, entity["id"])
    if kind == "shot":
        refresh_shot(ctx, entity["id"])
    emit_casting(ctx, kind if kind in KINDS_WITH_EVENTS else "asset", entity, number, added, removed)


def cast_with_episode(ctx, entity, kind, episode_id, asset_id, columns):
    """Cast an asset in an entity; if that is a shot, first in its episode."""
    if episode_id:
        cast_in_episode(ctx, entity, episode_id, asset_id, columns["label"])
    cast(ctx, entity, asset_id, columns)
    if kind == "episode":
        emit(ctx, "asset:update", {"asset_id": asset_id}, entity["project_id"])


def cast(ctx, entity, asset_id, columns):
    """Link an asset to an entity, or change the existing link."""
    ends = {"entity_in_id": entity["id"], "entity_out_id": asset_id}
    number = {"nb_occurences": columns["nb_occurences"]}
    link_id = ctx.db.value(LINK, [*ends.values()])
    if link_id:
        ctx.db.update(EntityLink, link_id, **columns)
        emit(ctx, "entity-link:update", {"entity_link_id": link_id, **number}, entity["project_id"])
    else:
        link_id = ctx.db.add(EntityLink, **ends, **columns)
        emit(ctx, "entity-link:new", {"entity_link_id": link_id, **ends, **number}, entity["project_id"])


def episode_of(ctx, shot):
    """The id of the episode of a shot, or None."""
    return ctx.db.value(EPISODE_OF_SHOT, [shot["parent_id"]])


def cast_in_episode(ctx, shot, episode_id, asset_id, label):
    """Cast an asset of a shot in the episode too, unless it is already."""
    if ctx.db.exists(EntityLink, entity_in_id=episode_id, entity_out_id=asset_id):
        return
    ends = {"entity_in_id": episode_id, "entity_out_id": asset_id}
    ctx.db.add(EntityLink, **ends, nb_occurences=1, label=label, data={"auto": True})
    count(ctx, episode_id)
    emit(ctx, "asset:update", {"asset_id": asset_id}, shot["project_id"])


def remove_from_episode(ctx, shot, episode_id, asset_id):
    """Remove an asset from the casting of an episode if none of its shots casts it; a link set by hand stays."""
    others = f"SELECT 1 FROM entity_link WHERE entity_out_id = ? AND entity_in_id IN ({SHOTS_OF_EPISODE}) LIMIT 1"
    if ctx.db.value(others, [asset_id, episode_id]):
        return
    if ctx.db.delete(EntityLink, MADE_FOR_A_SHOT, [episode_id, asset_id]):
        episode = {"id": episode_id, "project_id": shot["project_id"]}
        emit_casting(ctx, "episode", episode, count(ctx, episode_id), [], [asset_id])
        emit(ctx, "asset:update", {"asset_id": asset_id}, shot["project_id"])


def remove_from_shots(ctx, episode, asset_id):
    """Remove an asset that an episode no longer casts from all of its shots."""
    casting = f"SELECT entity_in_id FROM entity_link WHERE entity_out_id = ? AND entity_in_id IN ({SHOTS_OF_EPISODE})"
    for shot_id in ctx.db.column(casting, [asset_id, episode["id"]]):
        ctx.db.delete(EntityLink, entity_in_id=shot_id, entity_out_id=asset_id)
        refresh_shot(ctx, shot_id)
        number = ctx.db.value(NUMBER, [shot_id])
        emit_casting(ctx, "shot", {"id": shot_id, "project_id": episode["project_id"]}, number, [], [asset_id])


def count(ctx, entity_id):
    """Recount the casting of an entity; returns the number."""
    number = ctx.db.value(NUMBER, [entity_id])
    ctx.db.update(Entity, entity_id, nb_entities_out=number)
    return number


def emit_casting(ctx, kind, entity, number, added, removed):
    """Emit the event of a changed casting."""
    payload = {f"{kind}_id": entity["id"], "nb_entities_out": number}
    payload.update(added_asset_ids=added, removed_asset_ids=removed)
    emit(ctx, f"{kind}:casting-update", payload, entity["project_id"])


# Readiness


def refresh_shot(ctx, shot_id):
    """Recount how many assets are ready for each task of a shot, and emit the changes."""
    refresh(ctx, "= ?", [shot_id])


def refresh_shots_of_asset(ctx, asset_id):
    """Recount the ready assets of all shots that cast an asset."""
    refresh(ctx, f"IN ({SHOTS_THAT_CAST})", [asset_id])


def refresh_shots(ctx, shot_ids):
    """Recount the ready assets of several shots."""
    refresh(ctx, "IN (SELECT value FROM json_each(?))", [dump(shot_ids)])


def refresh(ctx, shots, params):
    """Recount the ready assets of the shots whose ids the SQL `shots` selects, by episode, sequence and name.

    A wrong number of cast assets is corrected too.
    """
    wrong = (
        f"SELECT shot.id, shot.project_id FROM entity shot WHERE {of_kind('Shot', 'shot')} AND shot.id {shots}"
        f" AND COALESCE(shot.nb_entities_out, 0) <> ({NUMBER_OF.format('shot.id')}) ORDER BY shot.name, shot.id"
    )
    for shot in ctx.db.rows(wrong, params):
        emit_casting(ctx, "shot", shot, count(ctx, shot["id"]), [], [])
    sql = (
        f"UPDATE task SET nb_assets_ready = {_NB_READY}, updated_at = ?"
        f" WHERE entity_id {shots} AND nb_assets_ready IS NOT {_NB_READY}"
    )
    ctx.db.execute(sql, [clock.now(), *params])
    tasks = (
        f"SELECT t.id, t.nb_assets_ready, t.project_id FROM task t {PLACE_OF_TASK}"
        f" WHERE t.entity_id {shots} ORDER BY {BY_PLACE}, t.entity_id, t.rowid"
    )
    for task_id, ready, project_id in ctx.db.execute(tasks, params).fetchall():
        payload = {"task_id": task_id, "nb_assets_ready": ready}
        emit(ctx, "task:update-casting-stats", payload, project_id, stored=False)
