"""Shots: entities in a sequence, which may belong to an episode."""

import functools

from kitsulite.domain import access, belonging
from kitsulite.domain.entities import changes as entity_changes
from kitsulite.domain.entities import entities, vendor_view, with_tasks
from kitsulite.domain.frame_rate import fps_of
from kitsulite.domain.kinds import get_of_kind, of_kind
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.base import chosen
from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project
from kitsulite.models.task_texts import IN_SHOT
from kitsulite.models.tasks import Task

PLACE = {
    "project_name": "project.name",
    "sequence_id": "parent.id",
    "sequence_name": "parent.name",
    "episode_id": "grand.id",
    "episode_name": "COALESCE(grand.name, '')",
}
#: listings leave out shots without a sequence
HAS_SEQUENCE = "parent.id IS NOT NULL"
FIELDS = (
    *("canceled", "data", "description", "entity_type_id", "episode_id", "episode_name", "fps", "frame_in"),
    *("frame_out", "id", "name", "nb_frames", "parent_id", "preview_file_id", "project_id", "project_name"),
    *("sequence_id", "sequence_name", "source_id", "nb_entities_out", "is_casting_standby", "type"),
)
#: columns that changing a shot ignores
KEPT = ("id", "created_at", "updated_at", "project_id", "shotgun_id", "created_by")


def create(ctx, project_id, name, sequence_id=None, **columns):
    """Create a shot, or return the existing one with the same name in the same sequence, as entity row."""
    sequence = entities.parent_of(ctx, "Sequence", project_id, sequence_id)
    shot, is_new = entities.create(ctx, "Shot", project_id, name, sequence_id, **columns)
    if is_new:
        episode_id = sequence["parent_id"] if sequence else None
        emit(ctx, "shot:new", {"shot_id": shot["id"], "episode_id": episode_id}, shot["project_id"])
    return shot


def listing(ctx, criteria):
    """Shots in a sequence, by name; `sequence_id` selects those of one sequence."""
    criteria = dict(criteria)
    project_id = criteria.get("project_id")
    if "sequence_id" in criteria:
        sequence = get_of_kind(ctx, "Sequence", criteria["sequence_id"])
        project_id, criteria["parent_id"] = sequence["project_id"], sequence["id"]
        # its shots are of its project, which has many more
        criteria.pop("project_id", None)
    ctx = access.require_member(ctx, project_id)
    condition = entities.of("Shot", criteria, ctx)
    condition.add(HAS_SEQUENCE)
    vendor_view.narrow(ctx, condition)
    shown = {**entities.shown(ctx, "Shot"), "project_name": "project.name", "sequence_name": "parent.name"}
    return entities.listing(ctx, shown, condition, f"folded(e.name), {entities.BY_NAME}")


def listing_with_tasks(ctx, id=None, project_id=None, episode_id=None, assigned_to=None, compact=False):
    """Shots that lie in a sequence, with their tasks: a `with_tasks.Listing`."""
    condition = with_tasks.requested(ctx, "Shot", id=id, project_id=project_id, assigned_to=assigned_to)
    condition.add(HAS_SEQUENCE)
    if episode_id == "main":
        condition.add("0")
    elif episode_id not in (None, "all"):
        condition.add("grand.id = ?", [episode_id])
    shot = chosen({**with_tasks.entity_values(ctx, "Shot"), **PLACE}, FIELDS)
    return with_tasks.listing(ctx, shot, with_tasks.Tasks(ctx, IN_SHOT, project_id), condition, compact=compact)


def single(ctx, shot_id):
    """A shot with its relations, place and tasks; raises NotFound for one without a sequence."""
    tasks = with_tasks.nested(chosen(with_tasks.task_values(ctx), IN_SHOT))
    return entities.read(ctx, single_sql(entities.metadata(ctx, "Shot"), tasks), [Entity.id.sought(shot_id)])


@functools.lru_cache(maxsize=100)
def single_sql(metadata, tasks):
    """The statement of a shot of an id; SQL of its metadata and its tasks as the caller sees them."""
    values = {**entities.shown_with(metadata, "Shot", relations=True), **with_tasks.frames(metadata), **PLACE}
    return entities.single_sql({**values, "tasks": tasks}, f"{of_kind('Shot')} AND e.id = ? AND {HAS_SEQUENCE}")


def change(ctx, shot_id, data):
    """Change columns of a shot, and replace its metadata; unknown keys are ignored. Returns the entity row."""
    entity_changes.check(data)
    columns = Entity.columns()
    changes = {key: columns[key].clean(value) for key, value in data.items() if key in columns and key not in KEPT}
    if changes.get("name") is not None and not changes["name"].strip():
        raise BadParameter("name must not be empty.")
    before = ctx.db.get(Entity, shot_id)
    belonging.check(ctx, Entity, before, changes)
    ctx.db.update(Entity, shot_id, **changes)
    entity_changes.follow(ctx, before, changes)
    shot = ctx.db.get(Entity, shot_id)
    emit(ctx, "shot:update", {"shot_id": shot["id"]}, shot["project_id"])
    return shot


def set_nb_frames(ctx, project_id, task_type_id, episode_id=None):
    """Set the number of frames of shots to the length of their newest preview for a task type.

    `episode_id` limits it to an episode; previews without a duration are ignored. Returns `[{id, nb_frames}]`.
    """
    condition = entities.of("Shot")
    condition.add("e.project_id = ?", [Entity.project_id.sought(project_id)])
    condition.add("t.task_type_id = ?", [Task.task_type_id.sought(task_type_id)])
    if episode_id:
        condition.add("parent.parent_id = ?", [Entity.parent_id.sought(episode_id)])
    newest = (
        "SELECT e.id, f.duration, max(f.created_at) FROM preview_file f JOIN task t ON t.id = f.task_id"
        " JOIN entity e ON e.id = t.entity_id LEFT JOIN entity parent ON parent.id = e.parent_id"
        f" WHERE {condition.sql} GROUP BY e.id ORDER BY e.name"
    )
    rows = ctx.db.execute(newest, condition.params).fetchall()
    fps = fps_of(ctx.db.find(Project, id=project_id) or {"fps": None})
    shots = [
        {"id": shot_id, "nb_frames": round(duration * fps)} for shot_id, duration, _ in rows if duration is not None
    ]
    for shot in shots:
        ctx.db.update(Entity, shot["id"], nb_frames=shot["nb_frames"])
    return shots
