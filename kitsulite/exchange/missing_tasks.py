"""The tasks that imported entities lack."""

from kitsulite.domain.tasks import creation, tasks
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Task


class MissingTasks:
    """Makes tasks for entities of a kind in a project; `made` counts them."""

    def __init__(self, ctx, project_id, kind):
        self.ctx, self.project_id = ctx, project_id
        #: the task types that the project uses for the kind, by their place in the pipeline
        self.types = creation.enabled(ctx, project_id, kind)
        # in the order in which the project took them in
        usable = {task_type["id"] for task_type in self.types}
        self.all_ids = [row_id for row_id in ctx.db.related(Project, project_id, "task_types") if row_id in usable]
        self.first_status = self.pattern = None
        self.made, self.fresh = 0, set()

    def make(self, entity_id, known, task_type_ids):
        """Make the tasks of an entity that are missing of these types and add them to the known ones."""
        for task_type_id in task_type_ids:
            if task_type_id not in known:
                self.first_status = self.first_status or tasks.default_status(self.ctx)
                entity = {"id": entity_id, "project_id": self.project_id}
                known[task_type_id] = creation.add(self.ctx, entity, task_type_id, self.first_status["id"])
                self.fresh.add(known[task_type_id])
                self.made += 1

    def row(self, task_id, entity_id, task_type_id):
        """The row of a task; of one that was just made without a look: it differs from others in its ids alone."""
        if self.pattern is None or task_id not in self.fresh:
            row = self.ctx.db.get(Task, task_id)
            self.pattern = row if task_id in self.fresh else self.pattern
        else:
            row = {**self.pattern, "id": task_id, "entity_id": entity_id, "task_type_id": task_type_id}
        self.fresh.discard(task_id)
        return row
