"""The columns of task types in the sheets of entities: a status, a comment and assignees of each task."""

from dataclasses import dataclass

from kitsulite.domain.comments import comments
from kitsulite.domain.comments.plain import PlainComments
from kitsulite.domain.planning import assignments
from kitsulite.domain.tasks import tasks
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.exchange.csv.columns import COMMENT, PERSONS, TASK
from kitsulite.exchange.missing_tasks import MissingTasks
from kitsulite.models.entities import EntityType
from kitsulite.models.fields import dump
from kitsulite.models.tasks import Task, TaskPersonLink

#: the tasks of some entities; of several of the same type the oldest comes last
TASKS_OF = (
    "SELECT t.id, t.project_id, t.entity_id, t.task_type_id, t.task_status_id, t.last_comment_date, t.retake_count,"
    " t.real_start_date FROM task t WHERE t.entity_id IN (SELECT value FROM json_each(?))"
    " ORDER BY t.created_at DESC, t.rowid DESC"
)
ASSIGNED = (
    "SELECT l.task_id, l.person_id FROM task_person_link l JOIN task t ON t.id = l.task_id"
    " WHERE t.entity_id IN (SELECT value FROM json_each(?))"
)


@dataclass(slots=True)
class Work:
    """What a row says of a task; `comment` is None without a column for it."""

    task_type_id: str
    status: dict | None
    comment: str | None
    persons: list[str]


class TaskCells:
    """Reads the cells of the tasks of a row, and does what they say."""

    def __init__(self, ctx, project, kind, people, statuses, rows):
        self.ctx, self.kind, self.people, self.statuses, self.rows = ctx, kind, people, statuses, rows
        self.missing = MissingTasks(ctx, project["id"], kind, rows)
        self.all_ids = self.missing.all_ids
        self.plain = PlainComments(ctx, project["id"], rows)
        self.are_retakes_limited = (project["max_retakes"] or 0) > 0
        self.types = {}
        for task_type in self.missing.types:
            # of task types of the same name the first one counts
            self.types.setdefault(task_type["name"], task_type["id"])
        self.columns = [
            (task_type_id, [(about, name) for about in (TASK, COMMENT, PERSONS)])
            for name, task_type_id in self.types.items()
        ]
        self.workflows = {}
        #: entity -> its tasks by type, and who is assigned to them, of the entities that rows are about just now
        self.tasks, self.links = {}, set()
        self.commented = self.assigned = 0

    def read(self, report, row):
        """The work of a row: of the task types that it says something of."""
        found = []
        for task_type_id, (of_status, of_comment, of_persons) in self.columns:
            status = report.read(row, of_status, self.statuses.one)
            comment = row.text(of_comment) if of_comment in row.places else None
            persons = report.read(row, of_persons, self.people.assignees) or [] if of_persons in row.places else []
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

    def load(self, entity_ids):
        """Look up the tasks of entities that are there."""
        ids = dump(list(entity_ids))
        self.tasks.update({entity_id: {} for entity_id in entity_ids})
        for task in self.ctx.db.rows(TASKS_OF, [ids]):
            self.tasks[task["entity_id"]][task["task_type_id"]] = task
        self.links.update(self.ctx.db.execute(ASSIGNED, [ids]).fetchall())

    def forget(self):
        """Notify the followers of tasks, once they are written, and hold them no longer."""
        self.plain.notify()
        self.tasks.clear()
        self.links.clear()

    def known(self, entity_id):
        """The tasks of an entity, new or looked up, by type."""
        return self.tasks.setdefault(entity_id, {})

    def make(self, entity_id, task_type_ids):
        """Make the tasks of an entity that are missing of these types."""
        self.missing.make(entity_id, self.known(entity_id), task_type_ids)

    def do(self, entity_id, works):
        """Assign and comment as a row says, on tasks that are made if they are missing."""
        self.make(entity_id, [work.task_type_id for work in works])
        for work in works:
            task = self.known(entity_id)[work.task_type_id]
            for person_id in work.persons:
                self.assign(task, person_id)
            self.comment(task, work)

    def assign(self, task, person_id):
        """Assign a person and emit the events, for known assignees too."""
        ctx, link = self.ctx, (task["id"], person_id)
        if link not in self.links:
            self.links.add(link)
            self.rows.add(TaskPersonLink, task_id=task["id"], person_id=person_id)
            self.assigned += 1
        assignments.emit_assignment(ctx, "assign", task, person_id)
        self.rows.change(Task, task["id"], assigner_id=ctx.person_id)
        emit(ctx, "task:update", {"task_id": task["id"]}, task["project_id"])

    def comment(self, task, work):
        """Comment on a task, unless it is a retake too much."""
        if work.comment is None and (not work.status or work.status["id"] == task["task_status_id"]):
            return
        status = work.status or self.statuses.by_id.get(task["task_status_id"]) or tasks.default_status(self.ctx)
        text = work.comment or ""
        is_limited = self.are_retakes_limited and status["is_retake"] and task["retake_count"]
        if not is_limited and self.plain.is_plain(task, status, text):
            self.plain.add(task, status, text)
        elif not self.comment_with_all(task, status, text):
            return
        self.commented += 1

    def comment_with_all(self, task, status, text):
        """Comment on a task where other tasks or persons may be meant; whether that is allowed."""
        self.rows.flush()
        self.plain.notify()
        try:
            comments.create(self.ctx, self.ctx.db.get(Task, task["id"]), status, self.ctx.person_id, text)
        except BadParameter:
            return False
        finally:
            # what comes next happens later
            self.rows.flush()
            self.load([task["entity_id"]])
        return True
