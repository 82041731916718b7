"""Limits vendors to the entities with a task of theirs, without the metadata of other departments.

In SQL, `e` is the entity table unless another alias is given.
"""

from kitsulite.domain.visibility import caller, has_role, sees

#: fields that only departments see to which the caller does not belong
HIDDEN_FIELDS = (
    "SELECT d.field_name FROM metadata_descriptor d WHERE d.project_id = {entity}.project_id AND d.entity_type = {kind}"
    " AND EXISTS (SELECT 1 FROM department_metadata_descriptor_link l WHERE l.metadata_descriptor_id = d.id)"
    " AND NOT EXISTS (SELECT 1 FROM department_metadata_descriptor_link l"
    " JOIN department_link m ON m.department_id = l.department_id"
    " WHERE l.metadata_descriptor_id = d.id AND m.person_id = {person})"
)


def narrow(ctx, condition, entity="e"):
    """Limit a condition to the entities that the caller sees; vendors see those with a task assigned to them."""
    condition.add(sees(ctx, f"{entity}.id", f"{entity}.project_id"))


def metadata(ctx, kind, entity="e"):
    """SQL of the text of the metadata that the caller may see; `kind` is the SQL of the entity's kind.

    For vendors, hidden fields are left out and null becomes `{}`; for all others, it is as stored.
    """
    is_vendor = has_role(ctx, "vendor", f"{entity}.project_id")
    if is_vendor == "0":
        return f"{entity}.data"
    hidden = HIDDEN_FIELDS.format(kind=kind, person=caller(ctx), entity=entity)
    removed = f"SELECT json_group_object(field_name, NULL) FROM ({hidden})"
    masked = f"json_patch(COALESCE({entity}.data, '{{}}'), ({removed}))"
    return masked if is_vendor == "1" else f"CASE WHEN {is_vendor} THEN {masked} ELSE {entity}.data END"


def metadata_or_null(ctx, kind, entity="e"):
    """SQL of the metadata that the caller may see as JSON, null if there is none."""
    return json_or_null(metadata(ctx, kind, entity), entity)


def json_or_null(metadata, entity):
    """SQL of metadata as JSON, null if there is none."""
    return f"json(CASE WHEN {entity}.data IS NOT NULL THEN {metadata} END)"
