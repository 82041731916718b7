"""Numbers of tasks, frames and drawings per episode, by status and by number of retakes.

They include the tasks of all shots and scenes in an episode.
"""

from kitsulite.domain import visibility
from kitsulite.domain.kinds import of_kind
from kitsulite.models.projects import Project

ALL = "all"
SUMS = "count(*) AS count, sum(COALESCE(e.nb_frames, 0)) AS frames, sum(COALESCE(t.nb_drawings, 0)) AS drawings"
COUNTED = ("count", "frames", "drawings")
KINDS = ("done", "retake", "other")


def grouped(ctx, project_id, columns, group):
    """The sums of a project's tasks, by episode, task type and further columns."""
    own = f" AND t.id IN {visibility.assigned_tasks(ctx)}" if ctx.role == "vendor" else ""
    sql = (
        # starting from the episodes, since many productions have none
        f"SELECT parent.parent_id AS episode_id, t.task_type_id, {columns}, {SUMS} FROM entity episode"
        " CROSS JOIN entity parent ON parent.parent_id = episode.id CROSS JOIN entity e ON e.parent_id = parent.id"
        " CROSS JOIN task t ON t.entity_id = e.id JOIN task_status ts ON ts.id = t.task_status_id"
        f" WHERE episode.project_id = :project AND {of_kind('Episode', 'episode')}"
        f" AND t.project_id = :project{own}"
        f" GROUP BY parent.parent_id, t.task_type_id, {group}"
    )
    return ctx.db.rows(sql, {"project": ctx.db.require(Project, project_id)})


def levels(row):
    """The levels at which a row counts: its episode and all, each for its task type and all."""
    for episode_id in (row["episode_id"], ALL):
        for task_type_id in (row["task_type_id"], ALL):
            yield episode_id, task_type_id


def add(sums, row):
    for name in COUNTED:
        sums[name] = sums.get(name, 0) + row[name]


def by_status(ctx, project_id):
    """`{episode: {task type: {status: {name, color, count, frames, drawings}}}}`, with `all` in addition to ids."""
    stats = {}
    columns = "ts.id AS status_id, ts.short_name AS name, ts.color AS color"
    for row in grouped(ctx, project_id, columns, "ts.id"):
        for episode_id, task_type_id in levels(row):
            statuses = stats.setdefault(episode_id, {}).setdefault(task_type_id, {})
            add(statuses.setdefault(row["status_id"], {"name": row["name"], "color": row["color"]}), row)
    return stats


def retakes(ctx, project_id):
    """`{episode: {task type: {max_retake_count, evolution, done, retake, other}}}`, with `all` in addition to ids.

    The evolution has the number of retaken tasks for each take; it is empty for `all` episodes.
    """
    stats = {ALL: {ALL: level()}}
    columns = "COALESCE(t.retake_count, 0) AS takes, ts.is_done, ts.is_retake"
    rows = grouped(ctx, project_id, columns, "takes, ts.is_done, ts.is_retake")
    for row in rows:
        for episode_id, task_type_id in levels(row):
            numbers = stats.setdefault(episode_id, {}).setdefault(task_type_id, level())
            numbers["max_retake_count"] = max(numbers["max_retake_count"], row["takes"])
            add(numbers["done" if row["is_done"] else "retake" if row["is_retake"] else "other"], row)
    for row in rows:
        for task_type_id in (row["task_type_id"], ALL):
            follow_takes(stats[row["episode_id"]][task_type_id], row)
    return stats


def level():
    return {"max_retake_count": 0, "evolution": {}, **empty()}


def empty():
    return {kind: dict.fromkeys(COUNTED, 0) for kind in KINDS}


def follow_takes(numbers, row):
    """Count the tasks of a row in every take of an episode."""
    for take in range(1, numbers["max_retake_count"] + 1):
        kind = "retake" if take <= row["takes"] else "done" if row["is_done"] else "other"
        add(numbers["evolution"].setdefault(str(take), empty())[kind], row)
