"""Guesses what a path stands for (entity, task type and so on), by the file tree of its project."""

import re

from kitsulite.domain import access
from kitsulite.domain.files import file_trees
from kitsulite.domain.kinds import of_kind
from kitsulite.models.base import Table
from kitsulite.models.entities import EntityType
from kitsulite.models.files import OutputType
from kitsulite.models.people import Department
from kitsulite.models.projects import Project
from kitsulite.models.tasks import TaskType

PLAIN_TOKEN = re.compile(r"<(\w+)>")
#: word -> table in which its name is looked up
NAMED: dict[str, type[Table]] = {
    "Project": Project,
    "AssetType": EntityType,
    "TemporalEntityType": EntityType,
    "TaskType": TaskType,
    "Department": Department,
    "OutputType": OutputType,
}
TEMPORAL = {"Episode": (), "Sequence": ("Episode",), "Scene": ("Sequence",), "Shot": ("Sequence",)}
TYPED = {"Asset": "AssetType", "TemporalEntity": "TemporalEntityType"}


def of_path(ctx, project_id, path, sep):
    """What each template of the project's tree finds in a path: `[{"Template": kind, word: id}]`."""
    guesses = []
    project = ctx.db.get(Project, project_id)
    tree = project["file_tree"] if isinstance(project["file_tree"], dict) else {}
    for mode in in_order(tree):
        level = readable_level(tree, mode)
        if level is None:
            continue
        style = file_trees.style(level, "folder_path")
        start = file_trees.prefix(level, sep)
        if file_trees.styled(path, style).startswith(file_trees.styled(start, style)):
            parts = path[len(start) :].split(sep)
            guesses += guesses_of_level(ctx, project, level["folder_path"], parts, sep)
    return [guess for position, guess in enumerate(guesses) if guess not in guesses[:position]]


def readable_level(tree, mode):
    try:
        level = file_trees.level_of(tree, mode)
    except file_trees.MalformedTree:
        return None
    return level if isinstance(level.get("folder_path"), dict) else None


def guesses_of_level(ctx, project, templates, parts, sep):
    for kind in in_order(templates):
        template = templates[kind]
        if kind != "style" and isinstance(template, str):
            words = read(template.replace("/", sep).split(sep), parts)
            if words:
                yield {"Template": kind, **resolved(ctx, project, words)}


def in_order(names):
    """Names in the order of PostgreSQL's JSON objects: short ones first."""
    return sorted(names, key=lambda name: (len(name), name))


def read(template, parts):
    """Token -> text in the path; None if the path does not match the template."""
    words = {}
    for pattern, part in zip(template, parts, strict=False):
        word = PLAIN_TOKEN.search(pattern)
        if word:
            before, after = word.start(), len(pattern) - word.end()
            words.setdefault(word[1], part.replace("_", " ")[before : len(part) - after])
        elif pattern != part:
            return None
    return words


def resolved(ctx, project, words):
    """Token -> id or text, up to the first that is unknown."""
    ids = {}
    for word, text in words.items():
        value = resolve(ctx, project, ids, word, text)
        if value is None:
            break
        ids[word] = value
    return ids


def resolve(ctx, project, ids, word, text):
    """The id or text that a word stands for; None if it is unknown."""
    if word in ("Name", "Representation"):
        return text
    if word == "Version":
        return str(int(text)) if re.fullmatch(r"\d{1,9}", text, re.ASCII) and int(text) else None
    if word == "Project":
        return project["id"] if project["name"].casefold() == text.casefold() else None
    if word in NAMED:
        return first(ctx, NAMED[word].table(), "folded(name) = ?", [text.casefold()])
    if "Project" not in ids:
        return None
    if word == "Task":
        return task(ctx, ids)
    if word in TEMPORAL or word in TYPED:
        return entity(ctx, project, ids, word, text)
    return None


def entity(ctx, project, ids, word, text):
    """The id of the entity with a name, within the parents found before, if the caller sees it."""
    where, params = "project_id = ? AND folded(name) = ?", [project["id"], text.casefold()]
    if word in TYPED:
        if TYPED[word] not in ids:
            return None
        where, params = f"{where} AND entity_type_id = ?", [*params, ids[TYPED[word]]]
    else:
        where = f"{where} AND {of_kind(word, 'entity')}"
        if word == "Shot" and "Sequence" not in ids:
            return None
        for parent in TEMPORAL[word]:
            if parent in ids:
                where, params = f"{where} AND parent_id = ?", [*params, ids[parent]]
    row_id = first(ctx, "entity", where, params)
    hidden = row_id and word not in ("Episode", "Sequence") and not access.sees_entity(ctx, row_id)
    return None if hidden else row_id


def task(ctx, ids):
    """The id of the task of the entity and task type found before."""
    entity_id = next((ids[word] for word in ("Scene", "Asset", "Shot") if word in ids), None)
    if not entity_id or "TaskType" not in ids:
        return None
    return first(ctx, "task", "entity_id = ? AND task_type_id = ?", [entity_id, ids["TaskType"]])


def first(ctx, table, where, params):
    return ctx.db.value(f"SELECT id FROM {table} WHERE {where} ORDER BY created_at, rowid LIMIT 1", params)
