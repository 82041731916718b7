"""Fills a new studio: people and productions here, their work in `work.py`, its pictures in `pictures.py`."""

import datetime as dt
import json
import random
from dataclasses import dataclass, field
from typing import Any

from kitsulite import clock
from kitsulite.auth import passwords
from kitsulite.context import Context, Row
from kitsulite.demo import cast, work
from kitsulite.demo.pictures import Pictures
from kitsulite.demo.sameness import DAYS, SEED, PastClock
from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import temporal_id
from kitsulite.domain.server import pages
from kitsulite.domain.sign_in import accounts
from kitsulite.domain.tasks import creation, tasks
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.people import DayOff, Department, Organisation, Person
from kitsulite.models.projects import (
    Milestone,
    Project,
    ProjectAssetTypeLink,
    ProjectPersonLink,
    ProjectStatus,
    ProjectTaskStatusLink,
    ProjectTaskTypeLink,
    ScheduleItem,
)
from kitsulite.models.tasks import TaskStatus, TaskType


@dataclass
class Studio:
    """What a demo studio is made with: the context of the administrator, the clock, the numbers, the people."""

    ctx: Context
    clock: PastClock
    numbers: random.Random
    people: dict[str, Row]
    start: dt.datetime
    #: id of an asset or a shot -> what is seen of it
    seen: dict[str, str] = field(default_factory=dict)

    def as_person(self, first_name: str) -> Context:
        return Context(self.ctx.app, person=self.people[first_name], claims={"identity_type": "person"})

    def day(self, days_ago: float) -> str:
        return (self.start - dt.timedelta(days=days_ago)).date().isoformat()

    def go_to(self, days_ago: float) -> None:
        """Set the clock back by these days; the demo never happens in the future."""
        self.clock.moment = self.start - dt.timedelta(days=max(days_ago, 0.003))


def fill(app: Any, password: str, shown: str | None = None) -> None:
    """Fill a new studio; everybody has the password. `shown`: the password that the sign-in page may show."""
    past = PastClock()
    start = clock.of_machine().replace(microsecond=0)
    ctx = Context(app)
    ctx.set_caller(accounts.an_administrator(ctx), {"identity_type": "person"})
    made = Studio(ctx, past, random.Random(SEED), {}, start)  # noqa: S311
    with Pictures(app) as pictures, past.counting(), app.db.write():
        made.go_to(DAYS)
        add_people(made, password, pictures)
        for production in cast.PRODUCTIONS:
            made.go_to(DAYS)
            work.Work(made, production, add_production(made, production, pictures), pictures).run()
        pictures.complete()
    note = {"people": [member_note(made, member) for member in cast.MEMBERS], "shown_password": shown}
    (app.folder / pages.DEMO_NOTE).write_text(json.dumps(note))


def member_note(made: Studio, member: cast.Member) -> dict[str, str]:
    person = made.people[member.first_name]
    return {"name": f"{member.first_name} {member.last_name}", "email": person["email"], "role": member.role}


def add_people(made: Studio, password: str, pictures: Pictures) -> None:
    """The organisation, its eight people with their portraits, and a holiday."""
    db = made.ctx.db
    db.add(Organisation, name=cast.STUDIO, hours_by_day=8)
    departments = {row["name"]: row["id"] for row in db.all(Department)}
    stored = passwords.hash_password(password, made.ctx.app.password_cost)
    for member in cast.MEMBERS:
        names = {"first_name": member.first_name, "last_name": member.last_name, "locale": member.locale}
        columns = {**names, "role": member.role, "position": member.position, "has_avatar": pictures.possible}
        if member.role == "admin":
            person_id = made.ctx.person_id
            db.update(Person, person_id, **columns)
        else:
            person_id = db.add(Person, **columns, email=member.email, password=stored)
        db.relate(Person, person_id, "departments", [departments[name] for name in member.departments])
        made.people[member.first_name] = db.get(Person, person_id)
        pictures.portrait(person_id, member.colors, member.first_name)
    db.add(DayOff, person_id=made.people["Yuki"]["id"], date=made.day(-3), end_date=made.day(-6), description="Trip")


def add_production(made: Studio, production: cast.Production, pictures: Pictures) -> Row:
    """A production with its team, workflow, entities, castings and tasks."""
    db = made.ctx.db
    project_id = db.add(
        Project,
        name=production.name,
        code=production.code,
        description=production.text,
        production_type=production.kind,
        production_style="3d",
        resolution="1920x1080",
        start_date=made.day(DAYS),
        end_date=made.day(-60),
        nb_episodes=len({episode for episode, *_ in production.sequences if episode}),
        max_retakes=0,
        is_set_preview_automated=True,
        has_avatar=pictures.possible,
        project_status_id=db.find(ProjectStatus, name="Open")["id"],
    )
    pictures.poster(project_id, production.colors, production.name)
    for member in cast.MEMBERS:
        if not (member.role == "client" and production.kind == "tvshow"):
            db.add(ProjectPersonLink, project_id=project_id, person_id=made.people[member.first_name]["id"])
    for number, status in enumerate(db.all(TaskStatus, "for_concept IS NOT 1"), 1):
        db.add(ProjectTaskStatusLink, project_id=project_id, task_status_id=status["id"], priority=number)
    for kind in sorted({kind for kind, *_ in production.assets}):
        db.add(ProjectAssetTypeLink, project_id=project_id, asset_type_id=db.find(EntityType, name=kind)["id"])
    for number, task_type in enumerate(task_types(made, "Asset") + task_types(made, "Shot"), 1):
        db.add(ProjectTaskTypeLink, project_id=project_id, task_type_id=task_type["id"], priority=number)
    project = db.get(Project, project_id)
    add_assets(made, production, project)
    add_shots(made, production, project)
    add_schedule(made, project)
    return project


def task_types(made: Studio, kind: str) -> list[Row]:
    """The task types of a production for assets or shots, in their order."""
    names = cast.ASSET_TASKS if kind == "Asset" else cast.SHOT_TASKS
    return [made.ctx.db.find(TaskType, name=name, for_entity=kind) for name in names]


def add_assets(made: Studio, production: cast.Production, project: Row) -> None:
    db = made.ctx.db
    for kind, name, what in production.assets:
        entity_id = db.add(
            Entity,
            name=name,
            project_id=project["id"],
            entity_type_id=db.find(EntityType, name=kind)["id"],
            created_by=made.ctx.person_id,
        )
        made.seen[entity_id] = what
        add_tasks(made, db.get(Entity, entity_id), "Asset")


def add_shots(made: Studio, production: cast.Production, project: Row) -> None:
    db, ctx = made.ctx.db, made.ctx
    assets = db.all(Entity, "project_id = ?", [project["id"]])
    episodes: dict[str, str | None] = {"": None}
    for episode, sequence, count, place in production.sequences:
        if episode not in episodes:
            episodes[episode] = db.add(
                Entity, name=episode, project_id=project["id"], entity_type_id=temporal_id(ctx, "Episode")
            )
        sequence_id = db.add(
            Entity,
            name=sequence,
            project_id=project["id"],
            entity_type_id=temporal_id(ctx, "Sequence"),
            parent_id=episodes[episode],
        )
        frame = 1001
        for number in range(1, count + 1):
            frames = made.numbers.randrange(36, 190, 2)
            shot_id = db.add(
                Entity,
                name=f"SH{number * 10:03}",
                project_id=project["id"],
                entity_type_id=temporal_id(ctx, "Shot"),
                parent_id=sequence_id,
                nb_frames=frames,
                description=made.numbers.choice(cast.DESCRIPTIONS),
                data={"frame_in": str(frame), "frame_out": str(frame + frames - 1), "fps": "25"},
                created_by=ctx.person_id,
            )
            made.seen[shot_id] = place
            frame += frames
            assets_in_it = made.numbers.sample(assets, made.numbers.randint(2, 4))
            items = [{"asset_id": asset["id"], "nb_occurences": 1 + (n == 3)} for n, asset in enumerate(assets_in_it)]
            shot = db.get(Entity, shot_id)
            add_tasks(made, shot, "Shot")
            casting.replace(ctx, shot, items)


def add_tasks(made: Studio, entity: Row, kind: str) -> None:
    status = tasks.default_status(made.ctx)
    for task_type in task_types(made, kind):
        creation.add(made.ctx, entity, task_type["id"], status["id"])


def add_schedule(made: Studio, project: Row) -> None:
    """A bar for each task type, and milestones."""
    db = made.ctx.db
    for number, task_type in enumerate(task_types(made, "Asset") + task_types(made, "Shot")):
        place = number if task_type["for_entity"] == "Asset" else number - 2
        start = DAYS - 12 * place
        dates = {"start_date": made.day(start), "end_date": made.day(start - 34)}
        db.add(ScheduleItem, project_id=project["id"], task_type_id=task_type["id"], man_days=20 + number, **dates)
    for name, days_ago in (("Animatic locked", 40), ("First colour pass", -10), ("Picture lock", -42)):
        db.add(Milestone, project_id=project["id"], name=name, date=made.day(days_ago))
