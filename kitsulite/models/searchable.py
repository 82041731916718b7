"""What can be searched: the texts of assets, shots and persons, and the changes that affect them.

`store/search.py` builds the index. A view has the columns row_id, scope, name, description
and data; `scope` are two words, the kind of row and the id of its project, with a 0 before them.
"""

TEMPORAL = "('Sequence', 'Episode', 'Scene', 'Edit', 'Concept', 'ConceptFolder')"
#: metadata of shots that consists of numbers, not words
NUMBERS = ("frame_in", "frame_out", "fps", "handle_in", "handle_out")
#: name of a view -> its statement
VIEWS = {
    "search_entity": f"""SELECT e.id AS row_id,
  iif(et.name = 'Shot', '0shots', '0assets') || ' 0' || replace(coalesce(e.project_id, ''), '-', '') AS scope,
  iif(et.name = 'Shot', coalesce(episode.name || ' ', '') || coalesce(sequence.name || ' ', ''), et.name || ' ')
    || e.name
    AS name,
  e.description,
  (SELECT group_concat(value, ' ') FROM json_each(e.data) WHERE et.name <> 'Shot' OR key NOT IN {NUMBERS}) AS data
FROM entity e JOIN entity_type et ON et.id = e.entity_type_id
LEFT JOIN entity sequence ON sequence.id = e.parent_id LEFT JOIN entity episode ON episode.id = sequence.parent_id
WHERE et.name NOT IN {TEMPORAL}""",
    "search_person": """SELECT id AS row_id, '0persons' AS scope, trim(first_name || ' ' || last_name) AS name,
  NULL AS description, NULL AS data
FROM person WHERE active = 1 AND is_guest = 0 AND preview_project_id IS NULL""",
}

#: the ends of conditions on the ids of what is indexed again
SELF = "= NEW.id"
FAMILY = (
    "IN (SELECT NEW.id UNION SELECT id FROM entity WHERE parent_id = NEW.id"
    " UNION SELECT shot.id FROM entity sequence JOIN entity shot ON shot.parent_id = sequence.id"
    " WHERE sequence.parent_id = NEW.id)"
)
OF_TYPE = "IN (SELECT id FROM entity WHERE entity_type_id = NEW.id)"
#: changes that leave names and scopes as they are: name, columns, table, source view
DESCRIBED = ("entity_described", ("description", "data"), "entity", "search_entity")
#: name, event, table, source view, rows to index again (None: only remove OLD.id)
TRIGGERS = (
    ("entity_new", "INSERT", "entity", "search_entity", SELF),
    ("entity_moved", "UPDATE OF name, parent_id, entity_type_id", "entity", "search_entity", FAMILY),
    ("entity_rehoused", "UPDATE OF project_id", "entity", "search_entity", SELF),
    ("entity_gone", "DELETE", "entity", "search_entity", None),
    ("type_new", "INSERT", "entity_type", "search_entity", OF_TYPE),
    ("type_renamed", "UPDATE OF name", "entity_type", "search_entity", OF_TYPE),
    ("person_new", "INSERT", "person", "search_person", SELF),
    ("person_named", "UPDATE OF first_name, last_name, active, is_guest", "person", "search_person", SELF),
    ("person_gone", "DELETE", "person", "search_person", None),
)
