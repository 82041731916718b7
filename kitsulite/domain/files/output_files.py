"""Output files: the deliveries of a task, one row per name, type, representation and revision.

The files belong to an `Owner`: an entity, or an asset instance within an entity.
"""

from dataclasses import dataclass, field
from typing import Any

from kitsulite.domain import belonging
from kitsulite.domain.files import default_rows, file_trees
from kitsulite.domain.ids import path_id
from kitsulite.errors import Answer, BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, nested, parts
from kitsulite.models.fields import is_id
from kitsulite.models.files import FileStatus, OutputFile, OutputType, WorkingFile
from kitsulite.models.people import Person
from kitsulite.models.tasks import TaskType
from kitsulite.store.conditions import Condition

FILTERS = ("output_type_id", "task_type_id", "representation", "file_status_id", "name", "temporal_entity_id")
HIGHEST_FIRST = "f.revision DESC, f.created_at DESC, f.rowid DESC"
SHOWN = json_object({**parts(OutputFile, "f"), "source_file": nested(WorkingFile, "f.source_file_id")})
OF_ENTITY = "f.entity_id = ? AND f.asset_instance_id IS NULL"
#: columns that together are unique, with null counting as a value
KEY = (
    *("name", "entity_id", "asset_instance_id", "output_type_id", "task_type_id", "temporal_entity_id"),
    *("representation", "revision"),
)


@dataclass(frozen=True)
class Owner:
    """The owner of files: `entity`, or `instance` of `asset` in the temporal `entity`."""

    entity: dict[str, Any]
    instance: dict[str, Any] | None = None
    asset: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self):
        """The columns by which its files refer to it."""
        if self.instance is None:
            return {"entity_id": self.entity["id"]}
        place = {"asset_instance_id": self.instance["id"], "temporal_entity_id": self.entity["id"]}
        return {"entity_id": self.asset["id"], **place}

    @property
    def project_id(self):
        return (self.asset or self.entity)["project_id"]

    def condition(self, own=True):
        """The condition for its files; without `own`, including those of the instances of an asset."""
        if self.instance is None:
            return Condition(OF_ENTITY if own else "f.entity_id = ?", [self.entity["id"]])
        ids = [self.instance["id"], self.entity["id"]]
        return Condition("f.asset_instance_id = ? AND f.temporal_entity_id = ?", ids)

    def place(self, output_type, task_type_id, name, representation, revision):
        return file_trees.Place(
            name=name,
            revision=revision,
            entity=self.entity,
            instance=self.instance,
            asset=self.asset,
            task_type_id=task_type_id,
            output_type=output_type,
            representation=representation,
        )


def listing(ctx, condition, order=HIGHEST_FIRST, joins=""):
    return ctx.db.json_list(
        f"SELECT {SHOWN} FROM output_file f {joins} WHERE {condition.sql} ORDER BY {order}", condition.params
    )


def single(ctx, file_id):
    return ctx.db.objects(f"SELECT {SHOWN} FROM output_file f WHERE f.id = ?", [file_id])[0]


def filtered(condition, filters):
    """A condition narrowed by filters: column -> value, which may be empty."""
    for column in FILTERS:
        value = filters.get(column)
        if value:
            if column.endswith("_id") and not is_id(value):
                raise BadParameter(f"Invalid UUID value: {value[:80]}")
            condition.add(f"f.{column} = ?", [value.lower() if column.endswith("_id") else value])
    return condition


def of_entity(ctx, entity_id, filters):
    """The files of an entity itself, highest revision first."""
    where = f"{OF_ENTITY} AND f.temporal_entity_id IS NULL AND f.revision >= 0"
    return listing(ctx, filtered(Condition(where, [entity_id]), filters))


def of_instance(ctx, instance_id, filters):
    """The files of an asset instance in any entity, highest revision first."""
    return listing(ctx, filtered(Condition("f.asset_instance_id = ? AND f.revision >= 0", [instance_id]), filters))


def of_project(ctx, project_id, filters):
    """The files of the entities of a project, newest first."""
    own = "f.asset_instance_id IS NULL AND f.temporal_entity_id IS NULL AND f.revision >= 0"
    condition = Condition(f"e.project_id = ? AND {own}", [path_id(project_id)])
    # a join: a list of the ids of all entities would take much longer to make than to look for their files
    joins = "JOIN entity e ON e.id = f.entity_id"
    return listing(ctx, filtered(condition, filters), "f.created_at DESC, f.rowid DESC", joins)


def of_type(ctx, owner, output_type_id, representation):
    """The files of a type, of one representation unless it is None."""
    condition = owner.condition()
    condition.add("f.output_type_id = ?", [ctx.db.require(OutputType, output_type_id)])
    if representation is not None:
        condition.add("f.representation = ?", [representation])
    return listing(ctx, condition)


def types(ctx, owner):
    """The types of an owner's files by name, including those of an asset's instances."""
    condition = owner.condition(own=False)
    ids = f"id IN (SELECT f.output_type_id FROM output_file f WHERE {condition.sql})"
    return ctx.db.all_json(OutputType, ids, condition.params, "name, rowid")


def last_revisions(ctx, owner, filters):
    """The file with the highest revision for each task type, output type, name and representation."""
    condition = filtered(owner.condition(), filters)
    group = ("task_type_id", "output_type_id", "name", "representation")
    condition.add(" AND ".join(f"f.{column} IS NOT NULL" for column in group))
    ranked = (
        f"SELECT f.id, row_number() OVER (PARTITION BY {', '.join(f'f.{column}' for column in group)}"
        f" ORDER BY f.revision DESC, f.rowid DESC) AS place FROM output_file f WHERE {condition.sql}"
    )
    last = Condition(f"f.id IN (SELECT id FROM ({ranked}) WHERE place = 1)", condition.params)
    return listing(ctx, last, "f.created_at, f.rowid")


def next_revision(ctx, owner, name, output_type_id, task_type_id):
    """The next revision for a name, output type and task type; raises NotFound for unknown types."""
    condition = owner.condition(own=False)
    types = [ctx.db.require(OutputType, output_type_id), ctx.db.require(TaskType, task_type_id)]
    condition.add("f.output_type_id = ? AND f.task_type_id = ? AND f.name = ? AND f.revision > 0", [*types, name])
    return (ctx.db.value(f"SELECT max(f.revision) FROM output_file f WHERE {condition.sql}", condition.params) or 0) + 1


def path(ctx, owner, name, mode, output_type_id, task_type_id, revision, representation, separator):
    """(folder, file name) of an output file; without a revision, the name of an entity's file has the next one."""
    output_type = ctx.db.get(OutputType, output_type_id)
    task_type_id = ctx.db.require(TaskType, task_type_id)
    place = owner.place(output_type, task_type_id, name, representation, revision)
    folder = file_trees.folder(ctx, place, mode, separator)
    if revision == 0 and owner.instance is None:
        place.revision = next_revision(ctx, owner, name, output_type_id, task_type_id)
    return folder, file_trees.file_name(ctx, place, mode)


def create(ctx, owner, error_key, output_type_id, task_type_id, revision, sep, nb_elements, **given):
    """Create an output file and compute its path; `error_key` is the key of the message in a refusal.

    A tree that yields no path is a refusal, but the file stays, without a path.
    """
    output_type = find(ctx, OutputType, output_type_id)
    refuse(not output_type, error_key, "Cannot find given output type.")
    task_type_id = ctx.db.require(TaskType, task_type_id)
    person = find(ctx, Person, given.pop("person_id") or ctx.person_id)
    refuse(not person, error_key, "Cannot find given person.")
    if revision < 1:
        revision = next_revision(ctx, owner, given["name"], output_type_id, task_type_id)
    working_file = find(ctx, WorkingFile, given.pop("working_file_id"))
    file_status = find(ctx, FileStatus, given.pop("file_status_id") or default_rows.default_file_status(ctx))
    columns = {
        **given,
        **owner.columns,
        "person_id": person["id"],
        "output_type_id": output_type["id"],
        "task_type_id": task_type_id,
        "revision": revision,
        "nb_elements": nb_elements,
        "source_file_id": working_file and working_file["id"],
        "file_status_id": file_status and file_status["id"],
    }
    refuse(not file_status or exists(ctx, columns), error_key, "The given output file already exists.")
    belonging.check(ctx, OutputFile, {}, columns)
    file_id = ctx.db.add(OutputFile, **columns)
    emit(ctx, "output-file:new", {"output_file_id": file_id}, owner.project_id)
    place = owner.place(output_type, task_type_id, given["name"], given["representation"], revision)
    try:
        folder, name = file_trees.folder_and_name(ctx, place, "output", sep)
    except file_trees.MalformedTree as error:
        raise Answer(400, {error_key: str(error)}, keeps_changes=True) from None
    if nb_elements > 1 and owner.instance is None:
        name = f"{name}_[1-{nb_elements}]"
    ctx.db.update(OutputFile, file_id, path=f"{folder}{sep}{name}{given['extension']}")
    return {**single(ctx, file_id), "folder_path": folder, "file_name": name}


def find(ctx, model, row_id):
    """The row with an id, or None."""
    return ctx.db.find(model, id=row_id.lower()) if is_id(row_id) else None


def exists(ctx, columns):
    same = " AND ".join(f"{column} IS ?" for column in KEY)
    return ctx.db.value(f"SELECT 1 FROM output_file WHERE {same}", [columns.get(column) for column in KEY]) is not None


def refuse(condition, key, message):
    if condition:
        raise Answer(400, {key: message})
