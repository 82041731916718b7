"""The full name of an entity, `Episode / Sequence / Shot`, and its episode."""


def full_name(alias="e"):
    """SQL of the full name of an entity; `alias` is that of the entity table.

    `Episode / Sequence / Shot` without missing parts; `Type / Name` for all other kinds.
    """
    return select(
        alias,
        "CASE et.name WHEN 'Shot' THEN COALESCE(grand.name || ' / ', '') || COALESCE(parent.name || ' / ', '')"
        " WHEN 'Sequence' THEN COALESCE(parent.name || ' / ', '')"
        f" WHEN 'Episode' THEN '' ELSE et.name || ' / ' END || {alias}.name",
    )


def episode_id(alias="e"):
    """SQL of the id of an entity's episode: that of a sequence, or of a shot's sequence, else the source."""
    return select(
        alias,
        "CASE et.name WHEN 'Shot' THEN parent.parent_id"
        f" WHEN 'Sequence' THEN {alias}.parent_id WHEN 'Episode' THEN NULL ELSE {alias}.source_id END",
    )


def select(alias, value):
    return (
        f"(SELECT {value} FROM entity_type et LEFT JOIN entity parent ON parent.id = {alias}.parent_id"
        f" LEFT JOIN entity grand ON grand.id = parent.parent_id WHERE et.id = {alias}.entity_type_id)"
    )


def named(ctx, entity_id):
    """(full name, episode id or None) of one entity; (None, None) if it is missing."""
    sql = f"SELECT {full_name()}, {episode_id()} FROM entity e WHERE e.id = ?"
    return ctx.db.row(sql, [entity_id]) or (None, None)
