"""Reads and applies the columns of task types in sheets of entities: status, comment and assignees of each task."""

from collections.abc import Sequence
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

#: the tasks of some entities; if there are several of a type, the oldest comes last
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
    """What a row says about a task, of which there are many; `comment` is None if there is no column for it."""

    task_type_id: str
    status: dict | None
    comment: str | None
    persons: Sequence[str]


class TaskCells:
    """Reads the task cells of rows and applies them."""

    def __init__(self, ctx, project, kind, people, statuses, rows):
        self.ctx, self.kind, self.people, self.statuses, self.rows = ctx, kind, people, statuses, rows
        self.missing = MissingTasks(ctx, project["id"], kind, rows)
        self.all_ids = self.missing.all_ids
        self.plain = PlainComments(ctx, project["id"], rows)
        self.are_retakes_limited = (project["max_retakes"] or 0) > 0
        self.types = {}
        for task_type in self.missing.types:
            # if several task types have the same name, the first one counts
            self.types.setdefault(task_type["name"], task_type["id"])
        self.columns = [
            (task_type_id, [(about, name) for about in (TASK, COMMENT, PERSONS)])
            for name, task_type_id in self.types.items()
        ]
        self.workflows = {}
        #: the tasks by entity and type, and their assignees, for the entities of the current rows
        self.tasks, self.links = {}, set()
        self.commented = self.assigned = 0

    def read(self, report, row):
        """The Work in a row, for the task types that it mentions."""
        works = []
        for task_type_id, (of_status, of_comment, of_persons) in self.columns:
            status = report.read(row, of_status, self.statuses.one)
            comment = row.text(of_comment) if of_comment in row.positions else None
            persons = report.read(row, of_persons, self.people.assignees) or () if of_persons in row.positions else ()
            if status or (comment or "").strip() or persons:
                works.append(Work(task_type_id, status, comment, persons))
        return works

    def types_for(self, entity_type_id):
        """The ids of the task types for which an entity of a type gets tasks."""
        if self.kind != "Asset":
            return self.all_ids
        if entity_type_id not in self.workflows:
            workflow = self.ctx.db.related(EntityType, entity_type_id, "task_types")
            fitting = [row_id for row_id in self.all_ids if not workflow or row_id in workflow]
            self.workflows[entity_type_id] = fitting
        return self.workflows[entity_type_id]

    def load(self, entity_ids):
        """Look up the tasks of existing entities."""
        ids = dump(list(entity_ids))
        self.tasks.update({entity_id: {} for entity_id in entity_ids})
        for task in self.ctx.db.rows(TASKS_OF, [ids]):
            self.tasks[task["entity_id"]][task["task_type_id"]] = task
        self.links.update(self.ctx.db.execute(ASSIGNED, [ids]).fetchall())

    def forget(self):
        """Notify the subscribers of the tasks, which are written now, and drop the tasks."""
        self.plain.notify()
        self.tasks.clear()
        self.links.clear()

    def known(self, entity_id):
        """The tasks of an entity by type, whether new or looked up."""
        return self.tasks.setdefault(entity_id, {})

    def make(self, entity_id, task_type_ids):
        """Create the missing tasks of these types for an entity."""
        self.missing.make(entity_id, self.known(entity_id), task_type_ids)

    def do(self, entity_id, works):
        """Assign persons and comment as a row says; missing tasks are created."""
        self.make(entity_id, [work.task_type_id for work in works])
        for work in works:
            task = self.known(entity_id)[work.task_type_id]
            for person_id in work.persons:
                self.assign(task, person_id)
            self.comment(task, work)

    def assign(self, task, person_id):
        """Assign a person and emit the events, even if the person is assigned already."""
        ctx, link = self.ctx, (task["id"], person_id)
        if link not in self.links:
            self.links.add(link)
            self.rows.add(TaskPersonLink, task_id=task["id"], person_id=person_id)
            self.assigned += 1
        assignments.emit_assignment(ctx, "assign", task, person_id)
        self.rows.change(Task, task["id"], assigner_id=ctx.person_id)
        emit(ctx, "task:update", {"task_id": task["id"]}, task["project_id"])

    def comment(self, task, work):
        """Comment on a task, unless it exceeds the number of retakes."""
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
        """Comment on a task if other tasks or persons may be affected; returns whether that is allowed."""
        self.rows.flush()
        self.plain.notify()
        try:
            comments.create(self.ctx, self.ctx.db.get(Task, task["id"]), status, self.ctx.person_id, text)
        except BadParameter:
            return False
        finally:
            # rows that follow get a later moment
            self.rows.flush()
            self.load([task["entity_id"]])
        return True
