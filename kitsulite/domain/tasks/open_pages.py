"""A page of the tasks of the open projects, in their order of names.

The order is that of projects, then of entities, then of task types. To sort all tasks of a large studio for a
page costs as much as all of them: projects before the page are passed over by their counts, and within a large
project the places of its entities are sorted, which are few, and their entities until the page is full.
"""

import itertools
import json

from kitsulite.domain.tasks.rows import FROM, JOINS, ROW
from kitsulite.store.conditions import Condition

PLACE_ORDER = f"p.name, {ROW['episode_name']} NULLS LAST, parent.name NULLS LAST, et.name"
ORDER = f"{PLACE_ORDER}, e.name, tt.name, t.created_at, t.rowid"
#: tasks that are sorted as they are
FEW = 200
#: the places of the entities of some projects in their order, the names that it goes by, and how many there are
PLACES = (
    "SELECT json_array(e.project_id, e.parent_id, e.entity_type_id, e.source_id),"
    f" json_array(p.name, {ROW['episode_name']}, parent.name, et.name), e.amount"
    " FROM (SELECT project_id, parent_id, entity_type_id, source_id, count(*) AS amount FROM entity"
    " WHERE project_id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4) e"
    " JOIN project p ON p.id = e.project_id JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    f" LEFT JOIN entity source ON source.id = e.source_id ORDER BY {PLACE_ORDER}"
)
#: the entities at some places, by name
ENTITIES = (
    "FROM json_each(?) place CROSS JOIN entity e ON e.project_id = json_extract(place.value, '$[0]')"
    " AND e.parent_id IS json_extract(place.value, '$[1]') AND e.entity_type_id = json_extract(place.value, '$[2]')"
    " AND e.source_id IS json_extract(place.value, '$[3]') ORDER BY e.name"
)
#: tasks with what they belong to, one parameter more: a list of entities
OF_ENTITIES = f"FROM json_each(?) wanted CROSS JOIN task t ON t.entity_id = wanted.value {JOINS}"


def read(ctx, shown, condition, groups, limit, offset):
    """The rows of a page as JSON texts; `groups` are the counts of all tasks that fit."""
    projects, amount, offset = covering(ctx, groups, limit, offset)
    wanted = Condition(condition.sql, condition.params)
    wanted.add("t.project_id IN (SELECT value FROM json_each(?))", [json.dumps(projects)])
    # all of them, such that those of a status are found by the index of projects, types and statuses
    wanted.add("t.task_type_id IN (SELECT id FROM task_type)")
    if amount <= FEW:
        return tasks(ctx, shown, wanted, limit, offset)
    places = ctx.db.execute(PLACES, [json.dumps(projects)]).fetchall()
    # few tasks among many entities: most of these would be looked at
    if (offset + limit) * sum(row[2] for row in places) > amount * amount:
        return tasks(ctx, shown, wanted, limit, offset)
    entities, skipped = in_order(counted(ctx, wanted, places), limit, offset)
    narrow = Condition(wanted.sql, [json.dumps(entities), *wanted.params])
    rows = tasks(ctx, shown, narrow, limit, offset - skipped, source=OF_ENTITIES)
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


def in_order(entities, limit, offset):
    """The ids of the entities that a page covers, and how many tasks come before them."""
    found, skipped, amount = [], 0, 0
    # entities of the same names are mixed
    for _, same in itertools.groupby(entities, key=lambda row: row[:2]):
        rows = list(same)
        number = sum(row[3] for row in rows)
        if not found and skipped + number <= offset:
            skipped += number
            continue
        found += [row[2] for row in rows if row[3]]
        amount += number
        if skipped + amount >= offset + limit:
            break
    return found, skipped


def counted(ctx, condition, places):
    """The entities at places in their order: the names of their place, name, id, and how many tasks fit."""
    one = f"(SELECT count(*) FROM task t WHERE t.entity_id = e.id AND {condition.sql})"
    for names, same in itertools.groupby(places, key=lambda row: row[1]):
        there = f"[{','.join([row[0] for row in same])}]"
        rows = ctx.db.execute(f"SELECT e.name, e.id, {one} {ENTITIES}", [*condition.params, there])
        yield from ((names, *row) for row in rows)


def tasks(ctx, shown, condition, limit, offset, order=ORDER, source=FROM):
    """Some of the tasks that fit, sorted."""
    chosen = f"SELECT t.rowid {source} WHERE {condition.sql} ORDER BY {order} LIMIT ? OFFSET ?"
    return ctx.db.column(
        f"SELECT {shown} {FROM} WHERE t.rowid IN ({chosen}) ORDER BY {order}", [*condition.params, limit, offset]
    )
