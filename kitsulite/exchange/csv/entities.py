"""Exports assets, shots and edits as sheets: one entity per row, two columns per task type."""

import json
from dataclasses import dataclass, field
from itertools import chain

from kitsulite.domain.kinds import of_kind
from kitsulite.domain.people.persons import full_name
from kitsulite.domain.projects import descriptors
from kitsulite.errors import BadParameter
from kitsulite.exchange.csv.cells import cell
from kitsulite.models.fields import is_id
from kitsulite.models.tasks import Task
from kitsulite.store.conditions import Condition
from kitsulite.store.database import parsed

MINUTES_OF_DAY = 8 * 60
#: the cells of a task type for an entity without a task of it
NO_TASK = ("", "")
ASSIGNED = "SELECT 1 FROM task_person_link l WHERE l.task_id = {task} AND l.person_id = ?"
ASSIGNEES = Task.relations["assignees"].ids("t.id")
TASKS = (
    "(SELECT json_group_array(json_array(t.task_type_id, ts.short_name, {work})) FROM task t"
    " LEFT JOIN task_status ts ON ts.id = t.task_status_id WHERE t.entity_id = e.id AND {chosen})"
)


@dataclass(frozen=True)
class Sheet:
    """What the sheet of a kind shows: SQL of the columns before and after description and time, joins and order.

    `more`: SQL of columns that only an import needs, shown on demand.
    """

    kind: str
    places: dict[str, str]
    joins: str
    order: str
    facts: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)


SHEETS = {
    "assets": Sheet(
        "Asset",
        {"Type": "et.name", "Name": "e.name"},
        "JOIN entity_type et ON et.id = e.entity_type_id",
        "et.name, e.name, e.rowid",
        more={
            "Episode": "(SELECT source.name FROM entity source WHERE source.id = e.source_id)",
            "Ready for": "(SELECT tt.name FROM task_type tt WHERE tt.id = e.ready_for)",
        },
    ),
    "shots": Sheet(
        "Shot",
        {"Episode": "episode.name", "Sequence": "parent.name", "Name": "e.name"},
        "JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity episode ON episode.id = parent.parent_id",
        "episode.name IS NULL, episode.name, parent.name, e.name, e.rowid",
        ("Frames", "Frame In", "Frame Out", "FPS"),
    ),
    "edits": Sheet(
        "Edit",
        {"Episode": "parent.name", "Name": "e.name"},
        "LEFT JOIN entity parent ON parent.id = e.parent_id",
        "parent.name IS NULL, parent.name, e.name, e.rowid",
    ),
}


def header_and_rows(ctx, project, noun, query):
    """(header, iterator of rows) of the assets, shots or edits of a project, as the caller may see them."""
    sheet = SHEETS[noun]
    condition, chosen_tasks = requested(ctx, sheet, project, query if noun != "edits" else {})
    fields = visible_descriptors(ctx, project, sheet.kind)
    types = task_types(ctx, condition, sheet, chosen_tasks)
    names = list(dict.fromkeys(types.values()))
    more = columns_for_import(sheet, project) if query.get("complete", "").lower() == "true" else {}
    header = ["Project", *sheet.places, "Description", "Time Spent", *sheet.facts, *more]
    header += [name for _, name, _ in fields]
    for name in names:
        header += [name, "Assignations"]
    return header, rows(ctx, project, sheet, condition, fields, types, chosen_tasks, more)


def columns_for_import(sheet, project):
    """SQL of the additional columns that an import needs; only TV shows have episodes."""
    is_tv_show = project["production_type"] == "tvshow"
    return {name: sql for name, sql in sheet.more.items() if name != "Episode" or is_tv_show}


def requested(ctx, sheet, project, query):
    """(condition of the entities `e`, (SQL, parameters) of their tasks `t`) that a query asks for."""
    condition = Condition(f"e.project_id = ? AND {of_kind(sheet.kind)}", [project["id"]])
    chosen_tasks = ("1", [])
    if query.get("id"):
        condition.add("e.id = ?", [checked_id("id", query["id"])])
    if query.get("assigned_to"):
        chosen_tasks = (f"EXISTS ({ASSIGNED.format(task='t.id')})", [ctx.person_id])
        condition.add(f"EXISTS (SELECT 1 FROM task t WHERE t.entity_id = e.id AND {chosen_tasks[0]})", chosen_tasks[1])
    episode_id = query.get("episode_id")
    if episode_id and episode_id != "all":
        of_episode(condition, sheet, episode_id)
    return condition, chosen_tasks


def of_episode(condition, sheet, episode_id):
    """Add to a condition that entities belong to an episode; `main` stands for assets without one."""
    if episode_id == "main":
        condition.add("e.source_id IS NULL" if sheet.kind == "Asset" else "0")
        return
    episode_id = checked_id("episode_id", episode_id)
    if sheet.kind == "Asset":
        cast = "SELECT entity_out_id FROM entity_link WHERE entity_in_id = ?"
        condition.add(f"e.source_id = ? OR e.id IN ({cast})", [episode_id, episode_id])
    else:
        condition.add("parent.parent_id = ?", [episode_id])


def checked_id(name, value):
    if not is_id(value):
        raise BadParameter(f"Invalid UUID format for {name}: {value[:80]}")
    return value.lower()


def visible_descriptors(ctx, project, kind):
    """(field name, name, type) of the metadata that the caller may see."""
    sql = (
        "SELECT d.field_name, d.name, d.data_type FROM metadata_descriptor d"
        f" WHERE d.project_id = :project AND d.entity_type = :kind AND {descriptors.seen_by(ctx, 'd')}"
        " ORDER BY d.position IS NULL, d.position, d.name"
    )
    return ctx.db.execute(sql, {"project": project["id"], "kind": kind}).fetchall()


def task_types(ctx, condition, sheet, chosen_tasks):
    """The task types of the shown tasks in the order of their columns: id -> name."""
    sql = (
        "SELECT tt.id, tt.name FROM task_type tt WHERE tt.id IN (SELECT t.task_type_id FROM task t"
        f" JOIN entity e ON e.id = t.entity_id {sheet.joins} WHERE {condition.sql} AND {chosen_tasks[0]})"
        " ORDER BY tt.priority IS NULL, tt.priority, tt.name, tt.rowid"
    )
    return dict(ctx.db.execute(sql, [*condition.params, *chosen_tasks[1]]).fetchall())


def rows(ctx, project, sheet, condition, fields, types, chosen_tasks, more):
    """Iterate over the rows of a sheet."""
    names = list(dict.fromkeys(types.values()))
    places = ", ".join([*more.values(), *sheet.places.values()])
    # clients do not see who works on a task, and how long
    work = "0, json_array()" if ctx.role == "client" else f"t.duration, {ASSIGNEES}"
    sql = (
        f"SELECT {places}, e.description, e.nb_frames, e.data, {TASKS.format(chosen=chosen_tasks[0], work=work)}"
        f" FROM entity e {sheet.joins} WHERE {condition.sql} ORDER BY {sheet.order}"
    )
    cursor = ctx.db.execute(sql, [*chosen_tasks[1], *condition.params])
    # as long as that statement is read, others see the same state of the file
    persons = dict(ctx.db.execute(f"SELECT id, {full_name()} FROM person").fetchall())
    for *leading, description, nb_frames, data, tasks in cursor:
        extra, place = leading[: len(more)], leading[len(more) :]
        data, tasks = metadata(data), parsed(tasks)[0]
        spent = sum(duration or 0 for _, _, duration, _ in tasks) / MINUTES_OF_DAY
        facts = [nb_frames, *(data.get(key) for key in ("frame_in", "frame_out", "fps"))] if sheet.facts else []
        cells = {
            types[task_type]: (
                status,
                ",".join([persons[person_id] for person_id in assignees if person_id in persons]),
            )
            for task_type, status, _, assignees in tasks
            if task_type
        }
        yield [
            project["name"],
            *place,
            description,
            f"{spent:.2f}",
            *facts,
            *extra,
            *(cell(data.get(field), kind) for field, _, kind in fields),
            *chain.from_iterable([cells.get(name, NO_TASK) for name in names]),
        ]


def metadata(text):
    data = json.loads(text) if text else None
    return data if isinstance(data, dict) else {}
