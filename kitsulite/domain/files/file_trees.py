"""Paths of files, composed from the file tree of a project.

A tree has modes (`working`, `output`, `preview`...), each with a mountpoint, a root, and templates per kind of entity
for the folder and the file name. A template has parts like `<Project>` or `<Project.id>`; each stands for a field of a
row, or for a text.
"""

import re
from dataclasses import dataclass
from typing import Any

from kitsulite.domain.files import default_rows
from kitsulite.domain.kinds import kind_of
from kitsulite.domain.slugs import slug
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.people import Department
from kitsulite.models.projects import Project
from kitsulite.models.tasks import TaskType

TOKEN = re.compile(r"<([\w.]+)>")
FIELDS = ("name", "short_name", "number", "id")
#: kinds with templates of their own; all others count as assets
KINDS = ("shot", "asset", "sequence", "scene", "episode")
UUID4 = re.compile(r"[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}")


class MalformedTree(Exception):
    """A file tree that yields no path; the text says why."""


@dataclass
class Place:
    """What a path is for: a file with a name and revision, of a task or an entity.

    For a file of an asset instance, `entity` is the one that contains it, and `asset` the one it is an instance of.
    """

    task: dict[str, Any] | None = None
    name: str = ""
    revision: int = 1
    entity: dict[str, Any] | None = None
    instance: dict[str, Any] | None = None
    asset: dict[str, Any] | None = None
    task_type_id: str | None = None
    output_type: dict[str, Any] | None = None
    software: dict[str, Any] | None = None
    representation: str = ""


def folder_and_name(ctx, place, mode, sep="/"):
    """(folder, file name without extension) of a file; raises MalformedTree if the project's tree yields none."""
    return folder(ctx, place, mode, sep), file_name(ctx, place, mode)


def folder(ctx, place, mode, sep="/"):
    """The folder of a file, with its parts joined by `sep`."""
    entity, level = entity_and_level(ctx, place, mode)
    text = template(level, "folder_path", template_kind(ctx, place, entity))
    return prefix(level, sep) + fill(ctx, place, entity, text, style(level, "folder_path")).replace("/", sep)


def file_name(ctx, place, mode):
    """The name of a file without its extension."""
    entity, level = entity_and_level(ctx, place, mode)
    text = template(level, "file_name", template_kind(ctx, place, entity))
    return styled(slugged(fill(ctx, place, entity, text, "lowercase")), style(level, "file_name"))


def entity_and_level(ctx, place, mode):
    entity = place.entity or ctx.db.get(Entity, place.task["entity_id"])
    return entity, level_of(ctx.db.get(Project, entity["project_id"])["file_tree"], mode)


def template_kind(ctx, place, entity):
    """The kind whose templates apply to a place."""
    if place.instance:
        return "instance_asset" if place.instance["target_asset_id"] else "instance"
    kind = kind_of(ctx, entity)
    return kind if kind in KINDS else "asset"


def prefix(level, sep):
    """The beginning of all paths of a mode."""
    return f"{level['mountpoint']}{sep}" + (f"{level['root']}{sep}" if level["root"] else "")


def level_of(tree, mode):
    """The part of a tree for a mode."""
    if not tree:
        raise MalformedTree("No tree can be found for given project.")
    if not isinstance(tree, dict) or not isinstance(tree.get(mode), dict):
        raise MalformedTree(f"Mode {mode} cannot be found on given tree.")
    if not all(isinstance(tree[mode].get(key), str) for key in ("mountpoint", "root")):
        raise MalformedTree(f"Can't find given mode ({mode}) in given tree.")
    return tree[mode]


def template(level, key, kind):
    """The template of a kind; without one, raises MalformedTree with the empty text that clients know."""
    templates = level.get(key)
    if not isinstance(templates, dict) or not isinstance(templates.get(kind), str):
        raise MalformedTree("")
    return templates[kind]


def style(level, key):
    templates = level.get(key)
    return templates.get("style", "") if isinstance(templates, dict) else ""


def styled(text, case):
    return text.upper() if case == "uppercase" else text.lower()


def slugged(name):
    """A whole file name as a slug, in which ids keep their dashes."""
    return UUID4.sub(lambda match: match.group().replace("_", "-"), slug(name))


def fill(ctx, place, entity, text, case):
    """A template with its parts filled in."""

    def value(match):
        word, _, field = match.group(1).partition(".")
        field = field if field in FIELDS else "name"
        shown = part(ctx, place, entity, word)
        if isinstance(shown, dict):
            if field not in shown:
                raise MalformedTree(f"{word} has no {field}.")
            shown = shown[field]
        return str(shown or "") if field == "id" else styled(slug(str(shown or "")), case)

    return TOKEN.sub(value, text)


def part(ctx, place, entity, word):
    """The row or text for a word of a template."""
    if word not in PARTS:
        raise MalformedTree(f"Unknown data type: {word}.")
    return PARTS[word](ctx, place, entity)


def task_type_id(place):
    return place.task_type_id or (place.task["task_type_id"] if place.task else None)


def task_type(ctx, place, entity):
    """The task type of a place, else that of its task; empty without both."""
    return ctx.db.get(TaskType, task_type_id(place)) if task_type_id(place) else ""


def department(ctx, place, entity):
    row = task_type(ctx, place, entity)
    return ctx.db.get(Department, row["department_id"]) if row else ""


def entity_type(ctx, place, entity):
    return ctx.db.get(EntityType, entity["entity_type_id"])


def instance(ctx, place, entity):
    """The instance, named by its number."""
    if place.instance is None:
        return ""
    number = f"{place.instance['number']:04}"
    return {**dict.fromkeys(FIELDS, number), "name": place.instance["name"] or number}


def named_sequence(ctx, place, entity):
    """The sequence, with a name like `Seq2` shown as S002; empty if there is none."""
    row = sequence(ctx, entity)
    if row is None:
        return ""
    name = row["name"]
    return {**row, "name": f"S{name[3:]:0>3}" if "Seq" in name else name}


def sequence(ctx, entity):
    kind = kind_of(ctx, entity)
    if kind == "sequence":
        return entity
    has_one = kind in ("shot", "scene") and entity["parent_id"]
    return ctx.db.get(Entity, entity["parent_id"]) if has_one else None


def episode(ctx, place, entity):
    """The episode; without one, the name e001."""
    if kind_of(ctx, entity) == "episode":
        return entity
    above = sequence(ctx, entity)
    return ctx.db.get(Entity, above["parent_id"]) if above and above["parent_id"] else "e001"


#: word of a template -> function of context, place and entity that returns its row or text
PARTS = {
    "Project": lambda ctx, place, entity: ctx.db.get(Project, entity["project_id"]),
    "Task": lambda ctx, place, entity: place.task or "",
    "TaskType": task_type,
    "Department": department,
    **dict.fromkeys(("Shot", "Scene", "TemporalEntity"), lambda ctx, place, entity: entity),
    "Asset": lambda ctx, place, entity: place.asset or entity,
    "AssetType": lambda ctx, place, entity: entity_type(ctx, place, place.asset or entity),
    "TemporalEntityType": entity_type,
    "Sequence": named_sequence,
    "Episode": episode,
    "Software": lambda ctx, place, entity: place.software or default_rows.default_software(ctx),
    "OutputType": lambda ctx, place, entity: place.output_type or default_rows.default_output_type(ctx),
    "Instance": instance,
    "Representation": lambda ctx, place, entity: place.representation,
    **dict.fromkeys(("Name", "OutputFile", "WorkingFile"), lambda ctx, place, entity: place.name),
    **dict.fromkeys(("Version", "Revision"), lambda ctx, place, entity: f"{place.revision:03}"),
}
