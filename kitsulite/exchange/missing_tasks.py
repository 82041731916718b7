"""Creates the tasks that imported entities lack."""

from kitsulite.domain.tasks import creation, tasks
from kitsulite.events.bus import emit
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task


class MissingTasks:
    """Creates tasks for entities of a kind in a project and adds them to `rows`; `created` counts them."""

    def __init__(self, ctx, project_id, kind, rows):
        self.ctx, self.project_id, self.rows = ctx, project_id, rows
        #: the task types that the project uses for the kind, in the order of the pipeline
        self.types = creation.enabled(ctx, project_id, kind)
        # in the order in which they were added to the project
        usable = {task_type["id"] for task_type in self.types}
        self.all_ids = [row_id for row_id in ctx.db.related(Project, project_id, "task_types") if row_id in usable]
        self.first_status = None
        self.created = 0

    def make(self, entity_id, by_type, task_type_ids):
        """Create an entity's missing tasks of these types and add them to the known ones, by type."""
        for task_type_id in task_type_ids:
            if task_type_id not in by_type:
                by_type[task_type_id] = self.add(entity_id, task_type_id)
                self.created += 1

    def add(self, entity_id, task_type_id):
        """Create a task; returns it with the columns that a comment may change."""
        self.first_status = self.first_status or tasks.default_status(self.ctx)
        identity = {"project_id": self.project_id, "entity_id": entity_id, "task_type_id": task_type_id}
        columns = {"task_status_id": self.first_status["id"], "assigner_id": self.ctx.person_id}
        task_id = self.rows.add(Task, name="main", **identity, **columns)
        emit(self.ctx, "task:new", {"task_id": task_id}, self.project_id)
        untouched = {"last_comment_date": None, "retake_count": 0, "real_start_date": None}
        return {"id": task_id, **identity, **columns, **untouched}
