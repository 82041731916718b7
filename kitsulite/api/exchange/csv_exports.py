"""Exports of productions and the studio as CSV, sent row by row."""

from kitsulite import clock
from kitsulite.api.policies import manager, member_of, no_vendor
from kitsulite.domain.slugs import slug
from kitsulite.exchange.csv import casting, entities, sheets, studio
from kitsulite.models.projects import Project
from kitsulite.web import reply
from kitsulite.web.route import get

READER = member_of("project_id") & no_vendor


def of_entities(ctx, project_id, kind):
    project = ctx.db.get(Project, project_id)
    header, rows = entities.header_and_rows(ctx, project, kind, ctx.request.query)
    return sent(f"{project['name']} {kind}", header, rows, "text/csv")


def sent(name, header, rows, content_type="text/csv; charset=utf-8"):
    return reply.csv(f"kitsu_{slug(name)}.csv", sheets.pieces(header, rows), content_type)


def of_studio(ctx, name, sheet):
    return sent(name, sheet.header, studio.rows(ctx, sheet))


@get("/export/csv/projects/<project_id>/assets.csv", allow=READER, long=True)
def assets_sheet(ctx, project_id):
    """Export the assets of a project with their tasks; with `complete=true`, everything that an import reads."""
    return of_entities(ctx, project_id, "assets")


@get("/export/csv/projects/<project_id>/shots.csv", allow=READER, long=True)
def shots_sheet(ctx, project_id):
    """Export the shots of a project with their tasks."""
    return of_entities(ctx, project_id, "shots")


@get("/export/csv/projects/<project_id>/edits.csv", allow=READER, long=True)
def edits_sheet(ctx, project_id):
    """Export the edits of a project with their tasks."""
    return of_entities(ctx, project_id, "edits")


@get("/export/csv/projects/<project_id>/casting.csv", allow=READER, long=True)
def casting_sheet(ctx, project_id):
    """Export the casting of a project."""
    project, query = ctx.db.get(Project, project_id), ctx.request.query
    header, rows = casting.header_and_rows(ctx, project, query.get("episode_id"), ctx.request.flag("is_shot_casting"))
    return sent(f"{project['name']} casting", header, rows, "text/csv")


@get("/export/csv/persons.csv", allow=manager)
def persons_sheet(ctx):
    """Export the persons of the studio."""
    return of_studio(ctx, "people export", studio.PERSONS)


@get("/export/csv/projects.csv", allow=manager)
def projects_sheet(ctx):
    """Export the projects of the studio with their status."""
    return of_studio(ctx, "export", studio.PROJECTS)


@get("/export/csv/task-types.csv", allow=manager)
def task_types_sheet(ctx):
    """Export the task types of departments."""
    return of_studio(ctx, "export", studio.TASK_TYPES)


@get("/export/csv/tasks.csv", allow=manager, long=True)
def tasks_sheet(ctx):
    """Export the tasks of all open projects."""
    return of_studio(ctx, "tasks export", studio.TASKS)


@get("/export/csv/time-spents.csv", allow=manager, long=True)
def time_spents_sheet(ctx):
    """Export the time spent on all open projects."""
    return of_studio(ctx, f"{clock.now()[:10]} open projects time spents export", studio.TIME_SPENTS)
