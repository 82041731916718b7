"""The columns of task types in the sheets of entities: a status, a comment and assignees of each task."""

from dataclasses import dataclass

from kitsulite.domain.comments import comments
from kitsulite.domain.planning import assignments
from kitsulite.domain.tasks import tasks
from kitsulite.errors import BadParameter
from kitsulite.exchange.csv.columns import COMMENT, PERSONS, TASK
from kitsulite.exchange.missing_tasks import MissingTasks
from kitsulite.models.entities import EntityType
from kitsulite.models.projects import ProjectStatusAutomationLink
from kitsulite.models.tasks import TaskPersonLink

TASKS_OF = "SELECT task_type_id, id FROM task WHERE entity_id = ? ORDER BY created_at DESC, rowid DESC"


@dataclass
class Work:
    """What a row says of a task; `comment` is None without a column for it."""

    task_type_id: str
    status: dict | None
    comment: str | None
    persons: list[str]


class TaskCells:
    """Reads the cells of the tasks of a row, and does what they say."""

    def __init__(self, ctx, project_id, kind, people, statuses):
        self.ctx, self.kind, self.people, self.statuses = ctx, kind, people, statuses
        self.missing = MissingTasks(ctx, project_id, kind)
        self.all_ids, self.make = self.missing.all_ids, self.missing.make
        self.types = {}
        for task_type in self.missing.types:
            # of task types of the same name the first one counts
            self.types.setdefault(task_type["name"], task_type["id"])
        self.workflows = {}
        #: whether a comment may change other tasks
        self.spreads = ctx.db.exists(ProjectStatusAutomationLink, project_id=project_id)
        self.commented = self.assigned = 0

    def read(self, report, row):
        """The work of a row: of the task types that it says something of."""
        found = []
        for name, task_type_id in self.types.items():
            status = report.read(row, (TASK, name), self.statuses.one)
            comment = row.text((COMMENT, name))
            persons = report.read(row, (PERSONS, name), self.people.assignees) or []
            if status or (comment or "").strip() or persons:
                found.append(Work(task_type_id, status, comment, persons))
        return found

    def wanted(self, entity_type_id):
        """The ids of the task types that an entity of a type gets tasks of."""
        if self.kind != "Asset":
            return self.all_ids
        if entity_type_id not in self.workflows:
            workflow = self.ctx.db.related(EntityType, entity_type_id, "task_types")
            fitting = [row_id for row_id in self.all_ids if not workflow or row_id in workflow]
            self.workflows[entity_type_id] = fitting
        return self.workflows[entity_type_id]

    def known(self, entity_id):
        """The tasks that an entity has: task type id -> task id."""
        return dict(self.ctx.db.execute(TASKS_OF, [entity_id]).fetchall())

    def do(self, entity_id, known, works):
        """Assign and comment as a row says, on tasks that are made if they are missing."""
        self.make(entity_id, known, [work.task_type_id for work in works])
        for work in works:
            task = self.missing.row(known[work.task_type_id], entity_id, work.task_type_id)
            for person_id in work.persons:
                self.assign(task, person_id)
            self.comment(task, work)

    def assign(self, task, person_id):
        """Assign a person and emit the events, which tell of known assignees again."""
        ctx = self.ctx
        self.assigned += ctx.db.link(TaskPersonLink, task_id=task["id"], person_id=person_id)
        assignments.emit_assignment(ctx, "assign", task, person_id)
        tasks.update_and_emit(ctx, task, assigner_id=ctx.person_id)

    def comment(self, task, work):
        """Comment on a task, unless it is a retake too much."""
        if work.comment is None and (not work.status or work.status["id"] == task["task_status_id"]):
            return
        status = work.status or self.statuses.by_id.get(task["task_status_id"]) or tasks.default_status(self.ctx)
        try:
            comments.check_retakes(self.ctx, task, status)
        except BadParameter:
            return
        comments.create(self.ctx, task, status, self.ctx.person_id, work.comment or "")
        if self.spreads or "#" in (work.comment or ""):
            self.missing.fresh.clear()
        self.commented += 1
