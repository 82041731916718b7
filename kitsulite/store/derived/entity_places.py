"""The place of each entity in its project, in the order of names that lists of work use.

An entity with tasks in another project, which imports may leave behind, also has a place there.
"""

from kitsulite.store.derived.table import Derived, differ, trigger

#: stands for a missing name and sorts after all others
NO_NAME = "char(1114111)"
COLUMNS = "entity_id, project_id, episode_name, sequence_name, type_name, entity_name"
TABLE = (
    "CREATE TABLE entity_place (entity_id TEXT, project_id TEXT, episode_name TEXT, sequence_name TEXT, type_name TEXT,"
    " entity_name TEXT, PRIMARY KEY (entity_id, project_id)) WITHOUT ROWID"
)
INDEX = (
    "CREATE INDEX entity_place_order ON entity_place (project_id, episode_name, sequence_name, type_name, entity_name)"
)
#: the places as they should be
VIEW = (
    "CREATE VIEW entity_place_now AS SELECT e.id AS entity_id, p.id AS project_id,"
    " COALESCE(CASE WHEN et.name = 'Sequence' AND parent.id IS NOT NULL THEN parent.name"
    " WHEN grand.id IS NOT NULL THEN grand.name"
    f" WHEN e.source_id IS NOT NULL THEN COALESCE(source.name, 'MP') END, {NO_NAME}) AS episode_name,"
    f" COALESCE(parent.name, {NO_NAME}) AS sequence_name, COALESCE(et.name, {NO_NAME}) AS type_name,"
    " e.name AS entity_name FROM entity e CROSS JOIN project p"
    " ON p.id IN (SELECT e.project_id UNION ALL SELECT t.project_id FROM task t WHERE t.entity_id = e.id)"
    " LEFT JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    " LEFT JOIN entity source ON source.id = e.source_id"
)
NAMED = ("id", "name", "project_id", "entity_type_id", "parent_id", "source_id")
OF_TYPE = "IN (SELECT id FROM entity WHERE entity_type_id = {row}.id)"
#: the entities with a place in a project that is inserted after them, by tools that fill tables in any order
OF_PROJECT = (
    "IN (SELECT id FROM entity WHERE project_id = NEW.id UNION SELECT entity_id FROM task WHERE project_id = NEW.id)"
)
#: SQL condition: a new entity is a parent or source of others, which such tools insert before it
HAS_FAMILY = (
    "EXISTS (SELECT 1 FROM entity WHERE parent_id = NEW.id) OR EXISTS (SELECT 1 FROM entity WHERE source_id = NEW.id)"
)


def is_astray(row: str) -> str:
    """SQL condition on a task: its entity belongs to another project."""
    return f"{row}.project_id IS NOT (SELECT project_id FROM entity WHERE id = {row}.entity_id)"


def enter(which: str) -> str:
    """SQL that adds the places of entities; `which` is the end of a condition on their ids."""
    return (
        f"INSERT INTO entity_place ({COLUMNS}) SELECT {COLUMNS} FROM entity_place_now WHERE entity_id {which}"
        " ON CONFLICT DO UPDATE SET (episode_name, sequence_name, type_name, entity_name)"
        " = (excluded.episode_name, excluded.sequence_name, excluded.type_name, excluded.entity_name);"
    )


def place(which: str) -> str:
    """SQL that replaces the places of entities."""
    return f"DELETE FROM entity_place WHERE entity_id {which}; {enter(which)}"


def family(row: str) -> str:
    """The end of a condition on the ids of an entity and of those whose place contains its name."""
    return (
        f"IN (SELECT {row}.id UNION SELECT id FROM entity WHERE parent_id = {row}.id OR source_id = {row}.id"
        " UNION SELECT e.id FROM entity parent JOIN entity e ON e.parent_id = parent.id"
        f" WHERE parent.parent_id = {row}.id)"
    )


PLACES = Derived(
    "the order of entities",
    prefix="entity_place",
    follows=frozenset({"entity", "entity_type", "project", "task"}),
    schema=(TABLE, INDEX, VIEW),
    filling=(f"INSERT INTO entity_place ({COLUMNS}) SELECT {COLUMNS} FROM entity_place_now ORDER BY entity_id",),
    triggers=(
        trigger("entity_place_new", "AFTER INSERT ON entity", enter("= NEW.id")),
        trigger("entity_place_family", "AFTER INSERT ON entity", enter(family("NEW")), HAS_FAMILY),
        trigger("entity_place_gone", "AFTER DELETE ON entity", place(family("OLD"))),
        trigger(
            "entity_place_moved",
            f"AFTER UPDATE OF {', '.join(NAMED)} ON entity",
            f"DELETE FROM entity_place WHERE entity_id = OLD.id; {place(family('NEW'))}",
            differ(*NAMED),
        ),
        *(
            trigger(f"entity_place_type_{name}", f"AFTER {event} ON entity_type", place(OF_TYPE.format(row=row)))
            for name, event, row in (
                ("new", "INSERT", "NEW"),
                ("gone", "DELETE", "OLD"),
                ("named", "UPDATE OF name", "NEW"),
            )
        ),
        trigger("entity_place_project_new", "AFTER INSERT ON project", enter(OF_PROJECT)),
        trigger("entity_place_task_new", "AFTER INSERT ON task", place("= NEW.entity_id"), is_astray("NEW")),
        trigger("entity_place_task_gone", "AFTER DELETE ON task", place("= OLD.entity_id"), is_astray("OLD")),
        trigger(
            "entity_place_task_moved",
            "AFTER UPDATE OF project_id, entity_id ON task",
            place("IN (OLD.entity_id, NEW.entity_id)"),
            differ("project_id", "entity_id"),
        ),
    ),
    lags="(SELECT count(DISTINCT entity_id) FROM entity_place) <> (SELECT count(*) FROM entity)",
    differing=(
        f"(SELECT count(*) FROM (SELECT {COLUMNS} FROM entity_place_now EXCEPT SELECT {COLUMNS} FROM entity_place))"
        " + (SELECT count(*) FROM entity_place WHERE entity_id NOT IN (SELECT id FROM entity))"
    ),
)
