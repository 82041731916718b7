"""The kinds of entities: six temporal ones with fixed names, and the asset types."""

from kitsulite.models.entities import EntityType

#: kinds that are no asset types; their rows are made when they are first needed
TEMPORAL = ("Shot", "Sequence", "Episode", "Scene", "Edit", "Concept")


def temporal_id(ctx, kind):
    """The id of the entity type of a temporal kind, created where it is missing."""
    found = ctx.db.value("SELECT id FROM entity_type WHERE name = ?", [kind])
    if found:
        return found
    with ctx.db.write():
        return ctx.db.add(EntityType, name=kind)


def kind_of(ctx, entity):
    """The kind of an entity in lower case: one of the temporal ones, else asset."""
    name = ctx.db.value("SELECT name FROM entity_type WHERE id = ?", [entity["entity_type_id"]])
    return name.lower() if name in TEMPORAL else "asset"
