"""Imports of sheets, in whole or not at all; each begins its transaction once the sheet is read."""

from kitsulite.api.policies import admin, manager_of, supervisor_of_task_type
from kitsulite.aside import aside
from kitsulite.exchange.csv import casting_import, estimations_import, persons_import
from kitsulite.exchange.csv.assets_import import AssetsImport
from kitsulite.exchange.csv.edits_import import EditsImport
from kitsulite.exchange.csv.shots_import import ShotsImport
from kitsulite.models.entities import Entity
from kitsulite.web.route import post


def of_entities(ctx, project_id, importer):
    flag = ctx.request.flag
    # seconds of work for a whole production
    with aside():
        return importer.run(ctx, project_id, ctx.request.file().file, flag("update"), flag("dry_run"))


@post("/import/csv/projects/<project_id>/assets", allow=manager_of("project_id"), status=201, transaction=False)
def import_assets(ctx, project_id):
    """Import assets from a CSV file; `update=true` changes existing ones, `dry_run=true` only reports the effects."""
    return of_entities(ctx, project_id, AssetsImport)


@post("/import/csv/projects/<project_id>/shots", allow=manager_of("project_id"), status=201, transaction=False)
def import_shots(ctx, project_id):
    """Import shots from a CSV file; `update=true` changes existing ones, `dry_run=true` only reports the effects."""
    return of_entities(ctx, project_id, ShotsImport)


@post("/import/csv/projects/<project_id>/edits", allow=manager_of("project_id"), status=201, transaction=False)
def import_edits(ctx, project_id):
    """Import edits from a CSV file; `update=true` changes existing ones, `dry_run=true` only reports the effects."""
    return of_entities(ctx, project_id, EditsImport)


@post("/import/csv/projects/<project_id>/casting", allow=manager_of("project_id"), status=201, transaction=False)
def import_casting(ctx, project_id):
    """Import the casting of a project from a CSV file; `dry_run=true` only reports the effects."""
    with aside():
        return casting_import.run(ctx, project_id, ctx.request.file().file, ctx.request.flag("dry_run"))


def of_estimations(ctx, project_id, episode_id=None):
    with aside():
        stream = ctx.request.file().file
        return estimations_import.run(ctx, project_id, ctx.row, episode_id, stream, ctx.request.flag("dry_run"))


LEADER = supervisor_of_task_type("project_id", "task_type_id")


@post(
    "/import/csv/projects/<project_id>/task-types/<task_type_id>/estimations",
    allow=LEADER,
    status=201,
    transaction=False,
)
def import_estimations(ctx, project_id, task_type_id):
    """Import the estimations of a task type from a CSV file; `dry_run=true` only reports the effects."""
    return of_estimations(ctx, project_id)


@post(
    "/import/csv/projects/<project_id>/episodes/<episode_id>/task-types/<task_type_id>/estimations",
    allow=LEADER,
    status=201,
    transaction=False,
)
def import_estimations_of_episode(ctx, project_id, episode_id, task_type_id):
    """Import the estimations of a task type in an episode (`main` and `all`: in all) from a CSV file."""
    is_any = episode_id in ("main", "all")
    return of_estimations(ctx, project_id, None if is_any else Entity.id.sought(episode_id))


@post("/import/csv/persons", allow=admin, status=201, transaction=False)
def import_persons(ctx):
    """Import persons from a CSV file; `update=true` changes existing ones, `dry_run=true` only reports the effects."""
    flag = ctx.request.flag
    return persons_import.run(ctx, ctx.request.file().file, flag("update"), flag("dry_run"))
