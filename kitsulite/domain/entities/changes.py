"""Changing entities: permissions, merging of metadata, and the versions of shots."""

from kitsulite import clock
from kitsulite.domain import access
from kitsulite.domain.entities import casting, vendor_view
from kitsulite.domain.kinds import kind_of
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts
from kitsulite.models.choices import ENTITY_STATUSES
from kitsulite.models.entities import Entity, EntityVersion
from kitsulite.models.fields import as_object

#: kinds whose metadata supervisors may change
SUPERVISED_KINDS = ("shot", "asset", "edit")
#: most seconds since the last change of a version, and since its creation, for a quick change to join it
JOINED_WITHIN, OLDEST_JOINED = 60, 300
FRAMES = ("frame_in", "frame_out")


def may_change(ctx, entity, data):
    """Whether the caller is a manager, or a team member who sees the entity and is its creator, or a supervisor of the
    departments of the metadata.
    """
    member = access.membership(ctx, entity["project_id"])
    if member.is_manager:
        return True
    if not (member.in_team and access.sees_entity(ctx.on(member), entity["id"])):
        return False
    if entity["created_by"] == ctx.person_id:
        return True
    return member.is_supervisor and set(data) == {"data"} and supervises(ctx, entity, data["data"])


def supervises(ctx, entity, metadata):
    """Whether the caller is a supervisor without departments, or of a department of every field."""
    if not ctx.departments:
        return True
    kind = kind_of(ctx, entity)
    if kind not in SUPERVISED_KINDS or not isinstance(metadata, dict) or not metadata:
        return False
    sql = (
        "SELECT d.field_name FROM metadata_descriptor d"
        " JOIN department_metadata_descriptor_link l ON l.metadata_descriptor_id = d.id"
        " JOIN department_link m ON m.department_id = l.department_id"
        " WHERE d.project_id = ? AND d.entity_type = ? AND m.person_id = ?"
    )
    own = ctx.db.column(sql, [entity["project_id"], kind.capitalize(), ctx.person_id])
    return set(metadata) <= set(own)


def check(columns):
    """Raise BadParameter for an unknown status, or metadata that is not an object."""
    if "status" in columns and columns["status"] not in ENTITY_STATUSES:
        raise BadParameter("Invalid status")
    if not isinstance(columns.get("data"), (dict, type(None))):
        raise BadParameter("data must be an object.")


def check_place(ctx, entity, columns):
    """Raise BadParameter if another entity has the same name, project, type and parent as these columns."""
    names = ("name", "project_id", "entity_type_id", "parent_id")
    new = {column: columns.get(column, entity[column]) for column in names}
    if any(new[column] != entity[column] for column in names) and ctx.db.exists(Entity, **new):
        values = ", ".join(str(value) for value in new.values())
        raise BadParameter(f"An entity with this name, project, type and parent exists already: {values}")


def merged(entity, metadata):
    """The metadata of an entity, updated with new values."""
    return entity["data"] if metadata is None else {**as_object(entity["data"]), **metadata}


def keep_version(ctx, entity, name, metadata):
    """Keep a version of a shot that is about to get this name and metadata, if the name or a frame number changes.

    The version has the name before, and the metadata after the change. A quick change joins the caller's last version.
    """
    before, after = frames_of(entity["data"]), frames_of(metadata)
    if name == entity["name"] and before == after:
        return
    last = ctx.db.first(EntityVersion, "entity_id = ?", [entity["id"]], "created_at DESC, rowid DESC")
    if last and joins(ctx, last, entity["name"], before, after):
        ctx.db.update(EntityVersion, last["id"], data=metadata)
    else:
        ctx.db.add(EntityVersion, name=entity["name"], data=metadata, entity_id=entity["id"], person_id=ctx.person_id)


def frames_of(metadata):
    """The frame numbers of a shot, 0 for missing ones."""
    return [as_object(metadata).get(name) or 0 for name in FRAMES]


def joins(ctx, version, name, before, after):
    """Whether a change of frame numbers, or of a name alone, joins a version: a recent one of the caller that knows
    the numbers which stay and, if some change, the name from before."""
    recent = clock.ahead(seconds=-JOINED_WITHIN)[:19] <= version["updated_at"]
    young = clock.ahead(seconds=-OLDEST_JOINED)[:19] <= version["created_at"]
    unchanged = [old == new for old, new in zip(before, after, strict=True)]
    compared = zip(unchanged, before, frames_of(version["data"]), strict=True)
    same = all(number == in_version for stays, number, in_version in compared if stays)
    named = all(unchanged) or version["name"] == name
    return version["person_id"] == ctx.person_id and recent and young and same and named


def follow(ctx, entity, data):
    """Do what follows from a change of an entity, given as it was: recount the shots for which an asset is ready, or
    a shot that was canceled, and so not counted.
    """
    changed = {name for name in ("ready_for", "canceled", "is_shared") if name in data and data[name] != entity[name]}
    kind = kind_of(ctx, entity) if changed else None
    if kind == "asset":
        casting.refresh_shots_of_asset(ctx, entity["id"])
    elif kind == "shot" and "canceled" in changed:
        casting.refresh_shot(ctx, entity["id"])


def versions(ctx, entity_id, kind):
    """The versions of an entity of a kind, newest first, with the metadata that the caller may see."""
    data = vendor_view.metadata_or_null(ctx, f"'{kind}'", "v")
    row = json_object({**parts(EntityVersion, "v"), "data": data, "type": f"'{kind}Version'"})
    version = "SELECT w.*, w.rowid AS place, e.project_id FROM entity_version w JOIN entity e ON e.id = w.entity_id"
    sql = f"SELECT {row} FROM ({version}) v WHERE v.entity_id = ? ORDER BY v.created_at DESC, v.place DESC"
    return ctx.db.json_list(sql, [entity_id])
