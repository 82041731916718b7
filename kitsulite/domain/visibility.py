"""SQL conditions for the rows of a listing that the caller sees, by their role on the project of each row.

`access.py` has the same rules for single rows. Admins and commands see everything.
"""

from kitsulite.context import Context
from kitsulite.domain.project_status import IS_OPEN
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import quoted

CONCEPT_KINDS = "('Concept', 'ConceptFolder')"
#: SQL list of the ids of concepts and their folders, which clients do not see
CONCEPTS = (
    # starting from the types, as concepts are a small part of all entities
    "(SELECT concept.id FROM entity_type kind CROSS JOIN entity concept ON concept.entity_type_id = kind.id"
    f" WHERE kind.name IN {CONCEPT_KINDS})"
)


def caller(ctx: Context) -> str:
    """The caller's id as SQL literal."""
    return quoted(ctx.person_id)


def has_role(ctx: Context, role: str, project_id: str) -> str:
    """SQL of whether the caller has a role, on the project of the context or else of a row."""
    if ctx.is_admin or ctx.person_id is None:
        return "0"
    if is_id(ctx.membership.project_id):
        return str(int(ctx.role == role))
    if role not in ctx.roles:
        return "0"
    if ctx.roles == {role}:
        return "1"
    own = (
        "SELECT NULLIF(l.role, 'admin') FROM project_person_link l"
        f" WHERE l.person_id = {caller(ctx)} AND l.project_id = {project_id}"
    )
    return f"(COALESCE(({own}), {quoted(str(ctx.global_role))}) = {quoted(role)})"


def no_client(ctx: Context, project_id: str) -> str:
    """SQL condition: the caller is not a client on a project, and may so search for who works on it, and when."""
    is_client = has_role(ctx, "client", project_id)
    return {"0": "1", "1": "0"}.get(is_client, f"NOT {is_client}")


def if_role(has_it: str, condition: str) -> str:
    """SQL of a condition that applies only to a role; `has_it` is the result of `has_role`."""
    return {"0": "1", "1": condition}.get(has_it, f"(NOT {has_it} OR {condition})")


def assigned_entities(ctx: Context, column: str = "t.entity_id", join: str = "") -> str:
    """SQL list of the entities of the caller's tasks, or of a column in a join with these tasks `t`."""
    return (
        f"(SELECT {column} FROM task_person_link l JOIN task t ON t.id = l.task_id {join}"
        f" WHERE l.person_id = {caller(ctx)})"
    )


def assigned_tasks(ctx: Context) -> str:
    """SQL list of the ids of the caller's tasks."""
    return f"(SELECT task_id FROM task_person_link WHERE person_id = {caller(ctx)})"


def sees(ctx: Context, entity_id: str, project_id: str) -> str:
    """SQL condition: the caller sees an entity of their project; vendors need a task on it, clients see no concept.

    `entity_id` and `project_id` are SQL of the ids.
    """
    of_vendor = if_role(has_role(ctx, "vendor", project_id), f"{entity_id} IN {assigned_entities(ctx)}")
    of_client = if_role(has_role(ctx, "client", project_id), f"{entity_id} NOT IN {CONCEPTS}")
    return " AND ".join(condition for condition in (of_vendor, of_client) if condition != "1") or "1"


def reads_task(task: str = "t", person: str = "person.id", role: str = "person.role") -> str:
    """SQL condition: a person may now read a task; `person` and `role` are SQL of their id and global role."""
    team = f"m.project_id = {task}.project_id AND m.person_id = {person}"
    works = (
        "SELECT 1 FROM task beside JOIN task_person_link l ON l.task_id = beside.id"
        f" WHERE beside.entity_id = {task}.entity_id AND l.person_id = {person}"
    )
    own_role = f"COALESCE(NULLIF(m.role, 'admin'), {role})"
    of_client = f"{task}.entity_id NOT IN {CONCEPTS}"
    is_seen = f"CASE {own_role} WHEN 'vendor' THEN EXISTS ({works}) WHEN 'client' THEN {of_client} ELSE 1 END"
    member = f"SELECT 1 FROM project_person_link m WHERE {team} AND {is_seen}"
    return f"({role} = 'admin' OR EXISTS ({member}))"


def tasks_of_teams(ctx: Context, task: str) -> str:
    """SQL condition: a task is in an open project of the caller; vendors see their own in any project of theirs."""
    team = (
        f"SELECT p.id FROM project p JOIN project_person_link l ON l.project_id = p.id AND l.person_id = {caller(ctx)}"
    )
    is_vendor = has_role(ctx, "vendor", f"{task}.project_id")
    of_vendor = f"{task}.id IN {assigned_tasks(ctx)} AND {task}.project_id IN ({team})"
    of_others = f"{task}.project_id IN ({team} WHERE {IS_OPEN})"
    if is_vendor in ("0", "1"):
        return of_vendor if is_vendor == "1" else of_others
    return f"CASE WHEN {is_vendor} THEN {of_vendor} ELSE {of_others} END"
