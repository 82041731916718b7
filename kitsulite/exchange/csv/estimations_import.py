"""Imports estimations, start and due dates of the tasks of one type from a sheet, one entity per row."""

import datetime as dt
import math

from kitsulite.domain.kinds import IS_ASSET_TYPE, of_kind
from kitsulite.domain.tasks import tasks
from kitsulite.events.bus import gathering
from kitsulite.exchange.csv import reading
from kitsulite.exchange.csv.cells import Metadata, People
from kitsulite.exchange.csv.columns import keys, unknown
from kitsulite.exchange.csv.name_index import NameIndex
from kitsulite.models.fields import BadValue, as_object, is_day
from kitsulite.models.people import Organisation
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task

COLUMNS = ("Parent", "Entity", "Estimation", "Drawings", "Start date", "Due date", "Difficulty")
#: the kind that a task type is for -> SQL of its entities: id, name of what they are listed under, name, episode
ENTITIES = {
    "Asset": "SELECT e.id, et.name, e.name, e.source_id FROM entity e"
    f" JOIN entity_type et ON et.id = e.entity_type_id AND et.{IS_ASSET_TYPE} WHERE e.project_id = ?",
    "Shot": "SELECT e.id, parent.name, e.name, parent.parent_id FROM entity e"
    f" JOIN entity parent ON parent.id = e.parent_id WHERE e.project_id = ? AND {of_kind('Shot')}",
}
ONE_DAY = dt.timedelta(days=1)


def run(ctx, project_id, task_type, episode_id, stream, dry_run):
    """Import a sheet for the tasks of a type, in one episode unless it is None; returns a null per row."""
    sheet = reading.sheet(stream, COLUMNS)
    with ctx.db.write(), reading.importing(dry_run) as report, gathering(ctx):
        project_id = ctx.db.require(Project, project_id)
        described = "project_id = ? AND entity_type = 'Task' AND task_type_id = ?"
        metadata = Metadata(ctx, People(ctx, project_id), described, [project_id, task_type["id"]])
        sheet.set_keys(keys(sheet.header, COLUMNS, (), metadata.fields))
        entities = named_entities(ctx, project_id, task_type, episode_id)
        unit = Unit(ctx.db.first(Organisation) or {})
        report.more = {"unknown_columns": unknown(sheet.columns, COLUMNS)}
        for row in report.good(sheet):
            before = len(report.problems)
            task = find_task(ctx, report, row, entities, task_type)
            columns = read(report, row, unit)
            data = {field: value for field, value in metadata.read(report, row).items() if value != ""}
            if task and len(report.problems) == before and report.writes:
                if data:
                    columns["data"] = metadata.merged(as_object(task["data"]), data)
                tasks.update_and_emit(ctx, task, **columns)
                report.changed += 1
    return [None] * len(sheet.rows)


class Unit:
    """The unit of estimations: days of the organisation, or hours."""

    def __init__(self, organisation):
        self.hours_by_day = organisation.get("hours_by_day") or 8
        self.in_hours = bool(organisation.get("format_duration_in_hours"))

    def minutes(self, number):
        return round(number * 60 * (1 if self.in_hours else self.hours_by_day))

    def days(self, number):
        """The number of working days, the last of which may be partial."""
        return max(math.ceil(number / self.hours_by_day if self.in_hours else number), 1)


def named_entities(ctx, project_id, task_type, episode_id):
    """The entities that a task type applies to, by the name of their parent and their own."""
    entities = NameIndex()
    if task_type["for_entity"] in ENTITIES:
        for entity_id, parent, name, episode in ctx.db.execute(ENTITIES[task_type["for_entity"]], [project_id]):
            if episode_id in (None, episode):
                entities.add(entity_id, parent, name)
    return entities


def find_task(ctx, report, row, entities, task_type):
    """The task of the entity in a row; None if there is none, which is reported."""
    if not report.filled(row, "Parent", "Entity"):
        return None

    def find(_):
        parent, name = row.text("Parent"), row.text("Entity")
        entity_id = entities.one((parent, name))
        if entity_id is None:
            raise BadValue(f"Entity '{name[:80]}' with parent '{parent[:80]}' not found")
        task = ctx.db.find(Task, entity_id=entity_id, task_type_id=task_type["id"])
        if task is None:
            raise BadValue(f"{name[:80]} has no task of the type {task_type['name']}.")
        return task

    return report.read(row, "Entity", find)


def read(report, row, unit):
    """The columns of a task in a row."""
    number = report.read(row, "Estimation", amount)
    columns = {
        "estimation": None if number is None else unit.minutes(number),
        "nb_drawings": report.read(row, "Drawings", whole),
        "difficulty": report.read(row, "Difficulty", difficulty),
        "start_date": report.read(row, "Start date", day),
        "due_date": report.read(row, "Due date", day),
    }
    if columns["start_date"] and columns["due_date"] is None and number is not None:
        columns["due_date"] = working_day(columns["start_date"], unit.days(number))
    stored = {name: value for name, value in columns.items() if value is not None}
    return {name: Task.columns()[name].clean(value) for name, value in stored.items()}


def working_day(first, number):
    """The last of some working days that begin on a date."""
    date = dt.date.fromisoformat(first)
    for _ in range(number - 1):
        date += ONE_DAY
        while date.weekday() > 4:
            date += ONE_DAY
    return date.isoformat()


# Readers of cells

#: most working days between the first and the last date of a plan
MOST_DAYS = 10_000


def amount(text):
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST_DAYS:
        raise BadValue("It must be a number like 2.5.")
    return number


def whole(text):
    number = reading.integer(text)
    if number is None:
        raise BadValue("It must be a whole number.")
    return number


def difficulty(text):
    number = whole(text)
    if not 1 <= number <= 5:
        raise BadValue("It must be a whole number from 1 to 5.")
    return number


def day(text):
    if not is_day(text):
        raise BadValue("It must be a date like 2024-01-31.")
    return text
