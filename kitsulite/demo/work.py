"""The history of a demo production: comments, revisions, time sheets, playlists."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from kitsulite.context import Row
from kitsulite.demo import cast, drawings
from kitsulite.demo.pictures import Pictures
from kitsulite.demo.studio import Studio
from kitsulite.domain.comments import comments
from kitsulite.domain.planning import time_spents
from kitsulite.domain.previews import annotations, previews
from kitsulite.models.entities import Entity
from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist, PreviewFile
from kitsulite.models.tasks import Task, TaskPersonLink, TaskStatus, TaskType

#: task type -> its supervisor, if it is not the manager
LEADS = {"Animation": "Ines", "Layout": "Ines"}
#: task type -> its artists
ARTISTS = {
    "Concept": ("Rosa", "Jonas"),
    "Modeling": ("Jonas",),
    "Shading": ("Jonas",),
    "Rigging": ("Jonas",),
    "Storyboard": ("Rosa", "Yuki"),
    "Layout": ("Yuki",),
    "Animation": ("Yuki", "Priya"),
    "Lighting": ("Rosa",),
    "Compositing": ("Rosa",),
}
#: possible histories of an open task, as short names of statuses
OPEN = (("wip",), ("wip", "wfa"), ("wip", "wfa", "retake"), ("ready",), (), ("wip", "wfa", "retake", "wfa"))
DAYS_OF_TIME_SHEETS = 12
#: added to a day, it makes a stored moment
MIDNIGHT = "T00:00:00.000000"


class Work:
    """The history of a production, in the order in which it happened."""

    def __init__(self, studio: Studio, production: cast.Production, project: Row, pictures: Pictures) -> None:
        self.studio, self.production, self.project, self.pictures = studio, production, project, pictures
        self.db, self.numbers = studio.ctx.db, studio.numbers
        self.statuses = {row["short_name"]: row for row in self.db.all(TaskStatus)}
        self.types = {row["id"]: row for row in self.db.all(TaskType)}
        #: (days ago, number, what to do then)
        self.steps: list[tuple[float, int, Callable[[], None]]] = []

    def run(self) -> None:
        by_kind: dict[bool, list[Row]] = {True: [], False: []}
        for entity in self.db.all(Entity, "project_id = ?", [self.project["id"]]):
            if entity["id"] in self.studio.subjects:
                by_kind[entity["parent_id"] is not None].append(entity)
        for of_kind in by_kind.values():
            for number, entity in enumerate(of_kind):
                self.plan_entity(entity, number / len(of_kind))
        for days_ago, _, step in sorted(self.steps, key=lambda step: (-step[0], step[1])):
            self.studio.go_to(days_ago)
            step()
        self.keep_time_sheets()
        self.add_playlists()

    # Tasks

    def plan_entity(self, entity: Row, position: float) -> None:
        """Plan the tasks of an entity; `position` is its place among the others, from 0 to 1."""
        tasks = self.db.all(Task, "entity_id = ?", [entity["id"]])
        done = round((self.production.progress * 1.6 - position * 0.9 + self.numbers.uniform(-0.1, 0.1)) * len(tasks))
        done = max(0, min(len(tasks), done))
        for number, task in enumerate(tasks):
            task_type = self.types[task["task_type_id"]]["name"]
            artist = self.numbers.choice(ARTISTS[task_type])
            end = 46 - 11 * number - 8 * position + self.numbers.uniform(-2, 2)
            history: tuple[str, ...] = ()
            if number < done:
                has_retake = self.numbers.random() < 0.25
                history = ("wfa", *(("retake", "wfa") if has_retake else ()), "done")
                end = max(end, 2 + self.numbers.random())
            elif number == done:
                history = self.numbers.choice(OPEN)
                end = self.numbers.uniform(0.05, 4)
            self.plan_task(entity, task, artist, history, end, number <= done + 1)

    def plan_task(
        self, entity: Row, task: Row, artist: str, history: tuple[str, ...], end: float, is_assigned: bool
    ) -> None:
        estimation = self.numbers.choice((240, 480, 960, 1440))
        columns = {
            "estimation": estimation,
            "start_date": self.studio.day(end + 6) + MIDNIGHT,
            "due_date": self.studio.day(end - self.numbers.choice((-1, 0, 2, 5))) + MIDNIGHT,
            "priority": self.numbers.choice((0, 0, 0, 0, 1, 2)),
            "difficulty": self.numbers.randint(1, 5),
        }
        self.db.update(Task, task["id"], **columns)
        if is_assigned:
            self.db.add(TaskPersonLink, task_id=task["id"], person_id=self.studio.people[artist]["id"])
        revision = 0
        for number, short_name in enumerate(history):
            revision += short_name == "wfa"
            moment = end + (len(history) - 1 - number) * 1.3
            step = functools.partial(self.comment, entity, task["id"], artist, short_name, revision)
            self.steps.append((moment, len(self.steps), step))

    def comment(self, entity: Row, task_id: str, artist: str, short_name: str, revision: int) -> None:
        """Add a comment with a status, and with a new revision if it asks for a review."""
        task = self.db.get(Task, task_id)
        task_type = self.types[task["task_type_id"]]["name"]
        lead = LEADS.get(task_type, "Malik")
        author = artist if short_name in ("wip", "wfa") else lead
        texts = {
            "wip": cast.STARTS,
            "wfa": cast.ASKS if revision == 1 else cast.ASKS_AGAIN,
            "retake": cast.RETAKES,
            "done": cast.APPROVALS,
            "ready": ("The step before is approved, this can start.",),
        }
        checklist = [{"text": "Silhouette", "checked": True}, {"text": "Timing", "checked": False}]
        columns = {"checklist": checklist} if short_name == "retake" and revision == 1 else {}
        ctx = self.studio.as_person(author)
        text = self.numbers.choice(texts[short_name])
        comment = comments.create(ctx, task, self.statuses[short_name], ctx.person_id, text, **columns)
        if short_name == "wfa" and task_type in cast.SHOWN and self.pictures.possible:
            self.publish(ctx, entity, task, task_type, comment, revision)
        if short_name == "retake" and task["last_preview_file_id"]:
            self.draw_on(ctx, task["last_preview_file_id"])

    def publish(self, ctx: Any, entity: Row, task: Row, task_type: str, comment: Row, revision: int) -> None:
        """Add a revision: a picture, and once a movie."""
        preview = previews.add_to_comment(ctx, comment, task["id"])
        subject, seed = self.studio.subjects[entity["id"]], f"{self.production.code} {entity['id']}"
        label = f"{self.production.code}  {entity['name']}"
        if entity["parent_id"]:
            draw = functools.partial(drawings.scene, subject, task_type, seed, label, revision)
        else:
            draw = functools.partial(drawings.asset, subject, task_type, seed, label, revision)
        if self.pictures.ffmpeg and task_type == "Animation" and revision > 1 and not self.pictures.has_movie:
            columns = self.pictures.movie(preview["id"], lambda at: draw(at=at))
        else:
            columns = self.pictures.preview(preview["id"], draw)
        name = f"{entity['name']} {task_type}".lower().replace(" ", "_")
        self.db.update(PreviewFile, preview["id"], original_name=f"{name}_v{revision:03}", **columns)
        previews.refresh_task(ctx, self.db.get(PreviewFile, preview["id"]))

    def draw_on(self, ctx: Any, preview_id: str) -> None:
        """Draw a circle around what has to change."""
        x, y = self.numbers.randint(200, 700), self.numbers.randint(150, 350)
        circle = {
            "id": new_id(),
            "type": "circle",
            "left": x,
            "top": y,
            "radius": 60,
            "fill": "",
            "stroke": "#ff3860",
            "strokeWidth": 6,
            "canvasWidth": drawings.WIDTH,
            "canvasHeight": drawings.HEIGHT,
        }
        sides = {"width": drawings.WIDTH, "height": drawings.HEIGHT}
        entry = {"time": 0, **sides, "drawing": {"objects": [circle]}}
        annotations.update(ctx, self.db.get(PreviewFile, preview_id), ctx.person_id, [entry], [], [])

    # Time sheets and playlists

    def keep_time_sheets(self) -> None:
        """Enter the hours of the last days on tasks in progress."""
        for first_name in sorted({name for names in ARTISTS.values() for name in names}):
            person_id = self.studio.people[first_name]["id"]
            own = self.db.objects(
                "SELECT json_object('id', t.id, 'project_id', t.project_id) FROM task t JOIN task_person_link l"
                " ON l.task_id = t.id WHERE l.person_id = ? AND t.project_id = ? AND t.last_comment_date IS NOT NULL"
                " ORDER BY t.last_comment_date DESC, t.rowid LIMIT 6",
                [person_id, self.project["id"]],
            )
            for days_ago in range(DAYS_OF_TIME_SHEETS, 0, -1):
                day = self.studio.day(days_ago)
                if own and dt.date.fromisoformat(day).weekday() < 5:
                    self.studio.go_to(days_ago - 0.3)
                    minutes = self.numbers.choice((120, 180, 240))
                    time_spents.set_time(self.studio.ctx, self.numbers.choice(own), person_id, day, minutes)
        self.studio.go_to(0)

    def add_playlists(self) -> None:
        """Add playlists of the latest previews, for the team and for the client."""
        lists = (("Dailies", "Animation", False, 10), ("Storyboard review", "Storyboard", True, 16))
        for name, task_type, for_client, most in lists:
            tasks = self.db.rows(
                "SELECT t.entity_id, t.last_preview_file_id FROM task t JOIN task_type tt ON tt.id = t.task_type_id"
                " WHERE t.project_id = ? AND tt.name = ? AND t.last_preview_file_id IS NOT NULL"
                " ORDER BY t.last_comment_date DESC, t.rowid LIMIT ?",
                [self.project["id"], task_type, most],
            )
            shots = [{"entity_id": row["entity_id"], "preview_file_id": row["last_preview_file_id"]} for row in tasks]
            columns = {"for_client": for_client, "for_entity": "shot", "created_by": self.studio.people["Malik"]["id"]}
            self.db.add(
                Playlist, name=f"{name} {self.studio.day(0)}", project_id=self.project["id"], shots=shots, **columns
            )
