"""The rows of a new studio, per kind of studio: 2d, 3d, vfx or games.

Rows are looked up by name first; existing ones stay as they are.
"""

from kitsulite.events.bus import emit
from kitsulite.models.entities import EntityType
from kitsulite.models.people import Department, DepartmentLink
from kitsulite.models.projects import ProjectStatus
from kitsulite.models.tasks import TaskStatus, TaskType

_THREE_D = ("Character", "Prop", "Environment", "FX")
ASSET_TYPES = {
    "3d": _THREE_D,
    "2d": ("Character", "Prop", "Background", "FX"),
    "vfx": (*_THREE_D, "Vehicle"),
    "games": (*_THREE_D, "UI"),
}
OTHER_ENTITY_TYPES = ("Episode", "Sequence", "Shot", "Edit", "Scene", "Concept")

_DEPARTMENTS_3D = (
    ("Modeling", "#78909C"),
    ("Animation", "#009688"),
    ("FX", "#26C6DA"),
    ("Compositing", "#F06292"),
    ("Concept", "#8D6E63"),
    ("Layout", "#7CB342"),
)
DEPARTMENTS = {
    "3d": _DEPARTMENTS_3D,
    "2d": (("Concept", "#8D6E63"), ("Layout", "#7CB342"), ("Animation", "#009688"), ("Compositing", "#F06292")),
    "vfx": (*_DEPARTMENTS_3D, ("Matchmove", "#5C6BC0"), ("DMP", "#8D6E63")),
    "games": (
        ("Game Design", "#7B1FA2"),
        ("Level Design", "#00897B"),
        ("Character Art", "#78909C"),
        ("Environment Art", "#43A047"),
        ("Animation", "#009688"),
        ("VFX", "#26C6DA"),
        ("QA", "#E53935"),
    ),
}

_ASSET_3D = (
    ("Asset", "Concept", "#8D6E63", 1, "Concept"),
    ("Asset", "Modeling", "#78909C", 2, "Modeling"),
    ("Asset", "Shading", "#64B5F6", 3, "Modeling"),
    ("Asset", "Rigging", "#9CCC65", 4, "Animation"),
)
_SHOT_3D = (
    ("Shot", "Storyboard", "#43A047", 1, "Concept"),
    ("Shot", "Layout", "#7CB342", 2, "Layout"),
    ("Shot", "Animation", "#009688", 3, "Animation"),
    ("Shot", "Lighting", "#F9A825", 4, "Compositing"),
    ("Shot", "FX", "#26C6DA", 5, "FX"),
    ("Shot", "Rendering", "#F06292", 6, "Compositing"),
    ("Shot", "Compositing", "#ff5252", 7, "Compositing"),
)
#: the task type of every new studio; it has no department
CONCEPT = ("Concept", "Concept", "#8D6E63", 1, None)
#: per kind of studio: (for_entity, name, color, priority, department)
TASK_TYPES = {
    "3d": (CONCEPT, *_ASSET_3D, *_SHOT_3D, ("Edit", "Edit", "#9b298c", 8, "Compositing")),
    "2d": (
        CONCEPT,
        ("Asset", "Concept", "#8D6E63", 1, "Concept"),
        ("Shot", "Storyboard", "#43A047", 1, "Concept"),
        ("Shot", "Layout", "#7CB342", 2, "Layout"),
        ("Shot", "Animation", "#009688", 3, "Animation"),
        ("Shot", "Clean-up", "#4DB6AC", 4, "Animation"),
        ("Shot", "Color", "#F9A825", 5, "Compositing"),
        ("Shot", "Compositing", "#ff5252", 6, "Compositing"),
        ("Edit", "Edit", "#9b298c", 7, "Compositing"),
    ),
    "vfx": (
        CONCEPT,
        *_ASSET_3D,
        ("Shot", "Matchmove", "#5C6BC0", 1, "Matchmove"),
        ("Shot", "Rotomation", "#7986CB", 2, "Matchmove"),
        *_SHOT_3D,
        ("Shot", "DMP", "#A1887F", 8, "DMP"),
        ("Edit", "Edit", "#9b298c", 9, "Compositing"),
    ),
    "games": (
        CONCEPT,
        ("Asset", "Game Design", "#7B1FA2", 1, "Game Design"),
        ("Asset", "Level Design", "#00897B", 2, "Level Design"),
        ("Asset", "Character Art", "#78909C", 3, "Character Art"),
        ("Asset", "Environment Art", "#43A047", 4, "Environment Art"),
        ("Asset", "Animation", "#009688", 5, "Animation"),
        ("Asset", "VFX", "#26C6DA", 6, "VFX"),
        ("Shot", "QA", "#E53935", 1, "QA"),
    ),
}
#: the names of all kinds of studios
ALL_TASK_TYPES = {(for_entity, name) for types in TASK_TYPES.values() for for_entity, name, *_ in types}
ALL_ASSET_TYPES = {name for names in ASSET_TYPES.values() for name in names}
ALL_DEPARTMENTS = {name for departments in DEPARTMENTS.values() for name, _ in departments}
#: name, short name, color, flags
TASK_STATUSES: tuple[tuple[str, str, str, set[str]], ...] = (
    ("Todo", "todo", "#f5f5f5", {"is_default"}),
    ("Work In Progress", "wip", "#3273dc", {"is_wip"}),
    ("Waiting For Approval", "wfa", "#ab26ff", {"is_feedback_request"}),
    ("Retake", "retake", "#ff3860", {"is_retake"}),
    ("Done", "done", "#22d160", {"is_done"}),
    ("Ready To Start", "ready", "#fbc02d", set()),
    ("Neutral", "neutral", "#CCCCCC", {"for_concept", "is_default"}),
    ("Approved", "approved", "#66BB6A", {"for_concept"}),
    ("Rejected", "rejected", "#E81123", {"for_concept"}),
)


def create(ctx, domain="3d"):
    """Create the missing rows of a kind of studio."""
    for name in ("Open", "Closed"):
        if not ctx.db.exists(ProjectStatus, name=name):
            ctx.db.add(ProjectStatus, name=name, color="#000000")
    for name in (*ASSET_TYPES[domain], *OTHER_ENTITY_TYPES):
        if not ctx.db.exists(EntityType, name=name):
            emit(ctx, "asset-type:new", {"asset_type_id": ctx.db.add(EntityType, name=name)})
    departments: dict[str | None, str | None] = {None: None}
    for name, color in DEPARTMENTS[domain]:
        departments[name] = department(ctx, name, color)
    for for_entity, name, color, priority, lead in TASK_TYPES[domain]:
        task_type(ctx, for_entity, name, color, priority, departments[lead])
    for name, short_name, color, flags in TASK_STATUSES:
        task_status(ctx, name, short_name, color, flags)


def change(ctx, domain):
    """Change the kind of a studio without productions: delete what only the old one has, create what is missing."""
    wanted = {(for_entity, name) for for_entity, name, *_ in TASK_TYPES[domain]}
    for row in ctx.db.all(TaskType):
        if (row["for_entity"], row["name"]) in ALL_TASK_TYPES - wanted:
            ctx.db.delete(TaskType, id=row["id"])
            emit(ctx, "task-type:delete", {"task_type_id": row["id"]})
    wanted_types = {*ASSET_TYPES[domain], *OTHER_ENTITY_TYPES}
    for row in ctx.db.all(EntityType):
        if row["name"] in ALL_ASSET_TYPES - wanted_types:
            ctx.db.delete(EntityType, id=row["id"])
            emit(ctx, "asset-type:delete", {"asset_type_id": row["id"]})
    wanted_departments = {name for name, _ in DEPARTMENTS[domain]}
    for row in ctx.db.all(Department):
        if row["name"] in ALL_DEPARTMENTS - wanted_departments and not in_use(ctx, row["id"]):
            ctx.db.delete(Department, id=row["id"])
            emit(ctx, "department:delete", {"department_id": row["id"]})
    create(ctx, domain)


def in_use(ctx, department_id):
    """Whether a department has persons or task types."""
    linked = ctx.db.exists(DepartmentLink, department_id=department_id)
    return linked or ctx.db.exists(TaskType, department_id=department_id)


def department(ctx, name, color):
    """The id of the department with a name, which is created if it is missing."""
    row = ctx.db.find(Department, name=name)
    if row:
        return row["id"]
    department_id = ctx.db.add(Department, name=name, color=color)
    emit(ctx, "department:new", {"department_id": department_id})
    return department_id


def task_type(ctx, for_entity, name, color, priority, department_id):
    if ctx.db.exists(TaskType, name=name, for_entity=for_entity):
        return
    columns = {"name": name, "for_entity": for_entity, "color": color, "priority": priority}
    task_type_id = ctx.db.add(TaskType, **columns, short_name="", department_id=department_id)
    emit(ctx, "task-type:new", {"task_type_id": task_type_id})


def task_status(ctx, name, short_name, color, flags):
    for_concept = "for_concept" in flags
    if "is_default" in flags and ctx.db.exists(TaskStatus, is_default=True, for_concept=for_concept):
        return
    if any(
        ctx.db.exists(TaskStatus, for_concept=for_concept, **by) for by in ({"name": name}, {"short_name": short_name})
    ):
        return
    status_id = ctx.db.add(TaskStatus, name=name, short_name=short_name, color=color, **dict.fromkeys(flags, True))
    emit(ctx, "task-status:new", {"task_status_id": status_id})
