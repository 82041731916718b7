"""A page of the tasks of the open projects, in their order of names.

The order is that of projects, then of entities, then of task types. To sort all tasks of a large studio for a
page costs as much as all of them: projects before the page are passed over by their counts, and within a large
project its entities are sorted, which are few, until the page is full.
"""

import itertools
import json

from kitsulite.domain.tasks.rows import FROM, ROW
from kitsulite.store.conditions import Condition

ENTITY_ORDER = f"p.name, {ROW['episode_name']} NULLS LAST, parent.name NULLS LAST, et.name, e.name"
ORDER = f"{ENTITY_ORDER}, tt.name, t.created_at, t.rowid"
#: tasks that are sorted as they are
FEW = 2000
ENTITIES = (
    "FROM entity e JOIN project p ON p.id = e.project_id JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    " LEFT JOIN entity source ON source.id = e.source_id"
)


def read(ctx, shown, condition, groups, limit, offset):
    """The rows of a page as JSON texts; `groups` are the counts of all tasks that fit."""
    projects, amount, offset = covering(ctx, groups, limit, offset)
    wanted = Condition(condition.sql, condition.params)
    wanted.add("t.project_id IN (SELECT value FROM json_each(?))", [json.dumps(projects)])
    if amount <= FEW:
        return tasks(ctx, shown, wanted, limit, offset)
    entities, skipped = in_order(ctx, wanted, projects, limit, offset)
    narrow = Condition(wanted.sql, wanted.params)
    narrow.add("t.entity_id IN (SELECT value FROM json_each(?))", [json.dumps(entities)])
    rows = tasks(ctx, shown, narrow, limit, offset - skipped)
    # tasks whose entity belongs to another project are only found by sorting all
    return rows if len(rows) == min(limit, amount - offset) else tasks(ctx, shown, wanted, limit, offset)


def covering(ctx, groups, limit, offset):
    """The projects that a page covers, how many tasks they have, and how many of these come before the page."""
    amounts = {}
    for group in groups:
        amounts[group["project_id"]] = amounts.get(group["project_id"], 0) + group["amount"]
    found, before, amount = [], 0, 0
    by_name = "SELECT id FROM project WHERE id IN (SELECT value FROM json_each(?)) ORDER BY name"
    for project_id in ctx.db.column(by_name, [json.dumps(list(amounts))]):
        if not found and before + amounts[project_id] <= offset:
            before += amounts[project_id]
        elif before + amount < offset + limit:
            found.append(project_id)
            amount += amounts[project_id]
    return found, amount, offset - before


def in_order(ctx, condition, projects, limit, offset):
    """The entities that a page covers, and how many tasks come before them."""
    sorted_entities = (
        f"SELECT e.id, json_array(p.name, {ROW['episode_name']}, parent.name, et.name, e.name) AS names {ENTITIES}"
        f" WHERE e.project_id IN (SELECT value FROM json_each(?)) ORDER BY {ENTITY_ORDER} LIMIT -1"
    )
    # counted one by one, so that no entity after the page is
    one = f"(SELECT count(*) FROM task t WHERE t.entity_id = sorted.id AND {condition.sql})"
    cursor = ctx.db.execute(
        f"SELECT sorted.id, sorted.names, {one} FROM ({sorted_entities}) sorted",
        [*condition.params, json.dumps(projects)],
    )
    found, skipped, amount = [], 0, 0
    # entities of the same names are mixed
    for _, same in itertools.groupby(cursor, key=lambda row: row[1]):
        rows = list(same)
        number = sum(row[2] for row in rows)
        if not found and skipped + number <= offset:
            skipped += number
            continue
        found += [row[0] for row in rows if row[2]]
        amount += number
        if skipped + amount >= offset + limit:
            break
    return found, skipped


def tasks(ctx, shown, condition, limit, offset, order=ORDER):
    """Some of the tasks that fit, sorted."""
    chosen = f"SELECT t.rowid {FROM} WHERE {condition.sql} ORDER BY {order} LIMIT ? OFFSET ?"
    return ctx.db.column(
        f"SELECT {shown} {FROM} WHERE t.rowid IN ({chosen}) ORDER BY {order}", [*condition.params, limit, offset]
    )
