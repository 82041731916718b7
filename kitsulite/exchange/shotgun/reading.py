"""Reads objects of a Shotgun site, and finds and stores their rows."""

from kitsulite.domain import belonging
from kitsulite.domain.kinds import of_kind, temporal_id
from kitsulite.models.entities import Entity

BLACK = "#000000"


class Skipped(Exception):
    """An object that is not imported because it is incomplete."""


def need(value, *path):
    """The value under a path of keys; raises Skipped if one is missing."""
    for key in path:
        if not isinstance(value, dict) or key not in value:
            raise Skipped
        value = value[key]
    return value


def part(value, *path):
    """The value under a path of keys, None if one is missing."""
    try:
        return need(value, *path)
    except Skipped:
        return None


def parts(value, key):
    """The objects in a list, which may be missing."""
    items = value.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def custom(entry, *without):
    """The fields that the site defined itself, except known ones and nulls."""
    return {
        key: value for key, value in entry.items() if key.startswith("sg_") and key not in without and value is not None
    }


def color(text):
    """Convert `r,g,b` to #rrggbb; raises Skipped for anything else."""
    try:
        numbers = [int(number) for number in text.split(",")]
    except (AttributeError, ValueError):
        raise Skipped from None
    if len(numbers) != 3 or not all(0 <= number <= 255 for number in numbers):
        raise Skipped
    return "#" + "".join(f"{number:02x}" for number in numbers)


def is_known(shotgun_id):
    """Whether a value can be the id of an object."""
    return isinstance(shotgun_id, int) and not isinstance(shotgun_id, bool) and abs(shotgun_id) < 2**31


def find(ctx, model, shotgun_id):
    """The row of an object in a table, or None."""
    return ctx.db.find(model, shotgun_id=shotgun_id) if is_known(shotgun_id) else None


def find_id(ctx, model, shotgun_id):
    """The id of an object's row in a table, or None."""
    row = find(ctx, model, shotgun_id)
    return row and row["id"]


def find_entity(ctx, kind, shotgun_id):
    """The entity of an object, or None."""
    where = f"shotgun_id = ? AND {of_kind(kind, 'entity')}"
    return ctx.db.first(Entity, where, [shotgun_id]) if is_known(shotgun_id) else None


def entity_id(ctx, kind, shotgun_id):
    """The id of an object's entity, or None."""
    entity = find_entity(ctx, kind, shotgun_id)
    return entity and entity["id"]


def cleaned(model, columns):
    """The stored values of columns."""
    return {name: model.columns()[name].clean(value) for name, value in columns.items()}


def store(ctx, model, row, columns, **for_new):
    """Change the known row, or insert one; returns its id."""
    columns = cleaned(model, columns)
    if row:
        ctx.db.update(model, row["id"], **columns)
        return row["id"]
    return ctx.db.add(model, **{**columns, **for_new})


def store_entity(ctx, kind, entity, columns):
    """Change or insert an entity of a temporal kind, which must not contain itself; returns its id."""
    for name in ("parent_id", "source_id"):
        if entity and columns.get(name):
            belonging.check_above(ctx.db, Entity, name, {entity["id"]: columns[name]})
    new = {"entity_type_id": temporal_id(ctx, kind), "created_by": ctx.person_id}
    return store(ctx, Entity, entity, columns, **new)
