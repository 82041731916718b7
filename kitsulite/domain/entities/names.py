"""The full name of an entity, `Episode / Sequence / Shot`, and the episode that it belongs to."""


def full_name(alias="e"):
    """SQL of the full name of an entity, the entity table having this alias.

    `Episode / Sequence / Shot` as far as there are any; `Type / Name` for all other kinds.
    """
    return select(
        alias,
        "CASE et.name WHEN 'Shot' THEN COALESCE(grand.name || ' / ', '') || COALESCE(parent.name || ' / ', '')"
        " WHEN 'Sequence' THEN COALESCE(parent.name || ' / ', '')"
        f" WHEN 'Episode' THEN '' ELSE et.name || ' / ' END || {alias}.name",
    )


def episode_id(alias="e"):
    """SQL of the id of an entity's episode: of the sequence of a shot, of a sequence, else its source."""
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
