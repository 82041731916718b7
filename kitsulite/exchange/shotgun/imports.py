"""The kinds of objects on a Shotgun (ShotGrid) site; each object becomes a row, found again by its id there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitsulite.domain.people import persons
from kitsulite.errors import BadParameter, RowRejected
from kitsulite.exchange.shotgun import entities, studio, work
from kitsulite.exchange.shotgun.reading import Skipped
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.fields import BadValue, dump
from kitsulite.models.people import Person
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Comment, Task, TaskStatus, TaskType


@dataclass(frozen=True)
class Importer:
    """`take` turns an object into a row and returns its id; `finish` is called once for all objects."""

    model: Any
    take: Callable
    finish: Callable | None = None


#: kind of object -> Importer
IMPORTERS = {
    "projects": Importer(Project, studio.import_project),
    "persons": Importer(Person, studio.import_person),
    "project-connections": Importer(Project, studio.import_connection),
    "projectconnections": Importer(Project, studio.import_connection),
    "episodes": Importer(Entity, entities.import_episode),
    "sequences": Importer(Entity, entities.import_sequence),
    "scenes": Importer(Entity, entities.import_scene),
    "shots": Importer(Entity, entities.import_shot),
    "assets": Importer(Entity, entities.import_asset, entities.cast_in_parents),
    "steps": Importer(TaskType, studio.import_step),
    "status": Importer(TaskStatus, studio.import_status),
    "tasks": Importer(Task, work.import_task),
    "versions": Importer(PreviewFile, work.import_version),
    "notes": Importer(Comment, work.import_note),
}


def run(ctx, kind, entries):
    """Import objects of a kind; returns their rows. Incomplete objects are left out.

    One that the database refuses ends the import; those before it stay.
    """
    importer = IMPORTERS[kind]
    ids = []
    for number, entry in enumerate(entries, 1):
        try:
            with ctx.db.savepoint():
                if not isinstance(entry, dict):
                    raise Skipped
                ids.append(importer.take(ctx, entry))
        except Skipped:
            continue
        except (RowRejected, BadValue, BadParameter) as error:
            raise BadParameter(f"Object {number}: {error}", keeps_changes=True) from None
    if importer.finish:
        importer.finish(ctx, [entry for entry in entries if isinstance(entry, dict)])
    return answer(ctx, importer.model, ids)


def answer(ctx, model, ids):
    """The rows with these ids and all columns; secret ones as in a new row."""
    columns = persons.full_parts(alias="made") if model is Person else parts(model, "made")
    hidden = {
        name: "NULL" if field.default is None else str(field.default)
        for name, field in model.columns().items()
        if field.secret
    }
    row = json_object({**columns, **hidden})
    sql = f"SELECT {row} FROM json_each(?) j JOIN {model.table()} made ON made.id = j.value ORDER BY j.key"
    return ctx.db.json_list(sql, [dump(ids)])
