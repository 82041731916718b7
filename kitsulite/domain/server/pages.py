"""The content of the built-in pages: productions and their progress, present persons, state of the server."""

import json
import shutil
from pathlib import Path

from kitsulite import ZOU_VERSION, __version__
from kitsulite.domain import access
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.domain.server import status
from kitsulite.store.statements import marks

#: name of the file in the data folder of a demo studio with the persons to sign in as
DEMO_NOTE = "demo.json"
#: the tasks that a caller may count in a project `p`: vendors their own, clients all if the production shows them
COUNTED = (
    f"CASE {access.effective_role('p.id', ':person', ':role')} WHEN 'vendor' THEN 'own'"
    " WHEN 'client' THEN iif(COALESCE(p.is_client_stats_visible, 1), 'all', '') ELSE 'all' END"
)
#: the tasks of projects per status: all as they are counted already, less those that do not count
ALL = (
    "SELECT project_id, task_status_id, amount FROM task_group"
    " WHERE project_id IN (SELECT value FROM json_each(:all)) UNION ALL"
    " SELECT t.project_id, t.task_status_id, -1 FROM entity e JOIN task t ON t.entity_id = e.id"
    " WHERE e.canceled = 1 AND t.project_id IN (SELECT value FROM json_each(:all))"
)
OWN = (
    "SELECT t.project_id, t.task_status_id, 1 FROM task_person_link l JOIN task t ON t.id = l.task_id"
    " JOIN entity e ON e.id = t.entity_id WHERE l.person_id = :person AND COALESCE(e.canceled, 0) = 0"
    " AND t.project_id IN (SELECT value FROM json_each(:own))"
)


def about(ctx):
    """The facts for pages before sign-in."""
    return {
        "studio": the_organisation(ctx)["name"],
        "min_password_length": ctx.settings.min_password_length,
        "demo": demo(ctx),
    }


def demo(ctx):
    """Of a demo studio, the `people` to sign in as, and their `shown_password` if it may be shown; else None."""
    try:
        return json.loads((ctx.app.folder / DEMO_NOTE).read_text())
    except (OSError, ValueError):
        return None


def overview(ctx, present=()):
    """The caller's open productions and the state of the server, with more details for administrators.

    `present` are the ids of the persons who are connected to the event stream.
    """
    facts = {
        "version": __version__,
        "api": ZOU_VERSION,
        "health": status.health(ctx),
        "projects": productions(ctx),
        "present": known_to(ctx, present),
    }
    return {**facts, **machine(ctx)} if ctx.is_admin else facts


def productions(ctx):
    """The caller's open productions by name, with the number of tasks in each status."""
    in_open, params = access.in_open_projects(ctx)
    rows = ctx.db.rows(f"SELECT id, name, has_avatar FROM project WHERE id {in_open} ORDER BY name", params)
    counts = {row["id"]: [] for row in rows}
    for project_id, status_id, count in task_counts(ctx, counts):
        counts[project_id].append([status_id, count])
    return [{**row, "has_avatar": bool(row["has_avatar"]), "counts": counts[row["id"]]} for row in rows]


def task_counts(ctx, project_ids):
    """(project, status, number of tasks that the caller may count), done ones first."""
    caller = {"person": ctx.person_id, "role": ctx.global_role}
    counted = {"all": [], "own": [], "": []}
    sql = f"SELECT p.id, {COUNTED} FROM project p WHERE p.id IN (SELECT value FROM json_each(:projects))"
    for project_id, scope in ctx.db.execute(sql, {**caller, "projects": json.dumps([*project_ids])}):
        counted[scope].append(project_id)
    return ctx.db.unchanged(
        f"SELECT found.project_id, ts.id, sum(found.amount) FROM ({ALL} UNION ALL {OWN}) found"
        " JOIN task_status ts ON ts.id = found.task_status_id GROUP BY found.project_id, ts.id"
        " HAVING sum(found.amount) > 0 ORDER BY ts.is_done DESC, ts.is_feedback_request DESC, ts.rowid DESC",
        {**caller, "all": json.dumps(counted["all"]), "own": json.dumps(counted["own"])},
    )


def known_to(ctx, person_ids):
    """The persons among these that the caller works with; everyone but clients works with all."""
    ids = sorted(person_ids)
    if ctx.global_role != "client" or not ids:
        return ids
    return ctx.db.column(
        "SELECT DISTINCT l.person_id FROM project_person_link l JOIN project_person_link mine"
        f" ON mine.project_id = l.project_id WHERE mine.person_id = ? AND l.person_id IN ({marks(ids)})"
        " ORDER BY l.person_id",
        [ctx.person_id, *ids],
    )


def machine(ctx):
    """Where the data is, how large it is, and which programs process it."""
    disk = shutil.disk_usage(ctx.app.folder)
    files = ctx.db.value(
        "SELECT COALESCE((SELECT sum(file_size) FROM preview_file), 0)"
        " + COALESCE((SELECT sum(size) FROM attachment_file), 0)"
    )
    jobs = dict(ctx.db.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())
    return {
        "folder": str(ctx.app.folder.resolve()),
        "addresses": ctx.app.addresses,
        "disk": {"total": disk.total, "free": disk.free, "used": files + Path(ctx.db.path).stat().st_size},
        "last_backup": last_backup(ctx),
        "jobs": {state: jobs.get(state, 0) for state in ("queued", "running", "failed")},
    }


def last_backup(ctx):
    """The moment of the newest backup, or None."""
    backups = ctx.app.backups.shown()["backups"]
    return backups[0]["made_at"][:19] if backups else None
