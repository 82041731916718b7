"""The statuses of projects, and which of them count as open."""

from kitsulite.models.projects import ProjectStatus

OPEN = "Open"
#: SQL: the project `p` is open
IS_OPEN = "p.project_status_id IN (SELECT id FROM project_status WHERE name = 'Open')"
#: SQL: the project `p` is open in the sense of the lists for admins
IS_WIDELY_OPEN = "p.project_status_id IN (SELECT id FROM project_status WHERE name IN ('Active', 'open', 'Open'))"


def status_id(ctx, name=OPEN):
    """The id of the project status with a name, which is created if it is missing."""
    status = ctx.db.find(ProjectStatus, name=name)
    return status["id"] if status else ctx.db.add(ProjectStatus, name=name, color="#000000")


def is_open(ctx, project):
    """Whether a project has the status `Open`."""
    return ctx.db.exists(ProjectStatus, id=project["project_status_id"], name=OPEN)
