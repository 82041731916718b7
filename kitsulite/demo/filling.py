"""Fills a new studio: people and productions here, their work in `work.py`, its pictures in `pictures.py`."""

import json
import random
from typing import Any

from kitsulite import clock
from kitsulite.auth import passwords
from kitsulite.context import Context, Row
from kitsulite.demo import cast, work
from kitsulite.demo.pictures import Pictures
from kitsulite.demo.sameness import DAYS, SEED, PastClock
from kitsulite.demo.studio import Studio
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


def fill(app: Any, password: str, shown: str | None = None) -> None:
    """Fill a new studio, whose people all have one password; `shown` is the password that the sign-in page shows."""
    past = PastClock()
    start = clock.of_machine().replace(microsecond=0)
    ctx = Context(app)
    ctx.set_caller(accounts.an_administrator(ctx), {"identity_type": "person"})
    studio = Studio(ctx, past, random.Random(SEED), {}, start)  # noqa: S311
    with Pictures(app) as pictures, past.counting(), app.db.write():
        studio.go_to(DAYS)
        add_people(studio, password, pictures)
        for production in cast.PRODUCTIONS:
            studio.go_to(DAYS)
            work.Work(studio, production, add_production(studio, production, pictures), pictures).run()
        pictures.complete()
    note = {"people": [member_note(studio, member) for member in cast.MEMBERS], "shown_password": shown}
    (app.folder / pages.DEMO_NOTE).write_text(json.dumps(note))


def member_note(studio: Studio, member: cast.Member) -> dict[str, str]:
    person = studio.people[member.first_name]
    return {"name": f"{member.first_name} {member.last_name}", "email": person["email"], "role": member.role}


def add_people(studio: Studio, password: str, pictures: Pictures) -> None:
    """Add the organisation, its people with their portraits, and a holiday."""
    db = studio.ctx.db
    db.add(Organisation, name=cast.STUDIO, hours_by_day=8)
    departments = {row["name"]: row["id"] for row in db.all(Department)}
    password_hash = passwords.hash_password(password, studio.ctx.app.password_cost)
    for member in cast.MEMBERS:
        names = {"first_name": member.first_name, "last_name": member.last_name, "locale": member.locale}
        columns = {**names, "role": member.role, "position": member.position, "has_avatar": pictures.possible}
        if member.role == "admin":
            person_id = studio.ctx.person_id
            db.update(Person, person_id, **columns)
        else:
            person_id = db.add(Person, **columns, email=member.email, password=password_hash)
        db.relate(Person, person_id, "departments", [departments[name] for name in member.departments])
        studio.people[member.first_name] = db.get(Person, person_id)
        pictures.portrait(person_id, member.colors, member.first_name)
    db.add(
        DayOff, person_id=studio.people["Yuki"]["id"], date=studio.day(-3), end_date=studio.day(-6), description="Trip"
    )


def add_production(studio: Studio, production: cast.Production, pictures: Pictures) -> Row:
    """Add a production with its team, workflow, entities, castings and tasks."""
    db = studio.ctx.db
    project_id = db.add(
        Project,
        name=production.name,
        code=production.code,
        description=production.text,
        production_type=production.kind,
        production_style="3d",
        resolution="1920x1080",
        start_date=studio.day(DAYS),
        end_date=studio.day(-60),
        nb_episodes=len({episode for episode, *_ in production.sequences if episode}),
        max_retakes=0,
        is_set_preview_automated=True,
        has_avatar=pictures.possible,
        project_status_id=db.find(ProjectStatus, name="Open")["id"],
    )
    pictures.poster(project_id, production.colors, production.name)
    for member in cast.MEMBERS:
        if not (member.role == "client" and production.kind == "tvshow"):
            db.add(ProjectPersonLink, project_id=project_id, person_id=studio.people[member.first_name]["id"])
    for number, status in enumerate(db.all(TaskStatus, "for_concept IS NOT 1"), 1):
        db.add(ProjectTaskStatusLink, project_id=project_id, task_status_id=status["id"], priority=number)
    for kind in sorted({kind for kind, *_ in production.assets}):
        db.add(ProjectAssetTypeLink, project_id=project_id, asset_type_id=db.find(EntityType, name=kind)["id"])
    for number, task_type in enumerate(task_types(studio, "Asset") + task_types(studio, "Shot"), 1):
        db.add(ProjectTaskTypeLink, project_id=project_id, task_type_id=task_type["id"], priority=number)
    project = db.get(Project, project_id)
    add_assets(studio, production, project)
    add_shots(studio, production, project)
    add_schedule(studio, project)
    return project


def task_types(studio: Studio, kind: str) -> list[Row]:
    """The task types for assets or shots, in order."""
    names = cast.ASSET_TASKS if kind == "Asset" else cast.SHOT_TASKS
    return [studio.ctx.db.find(TaskType, name=name, for_entity=kind) for name in names]


def add_assets(studio: Studio, production: cast.Production, project: Row) -> None:
    db = studio.ctx.db
    for kind, name, subject in production.assets:
        entity_id = db.add(
            Entity,
            name=name,
            project_id=project["id"],
            entity_type_id=db.find(EntityType, name=kind)["id"],
            created_by=studio.ctx.person_id,
        )
        studio.subjects[entity_id] = subject
        add_tasks(studio, db.get(Entity, entity_id), "Asset")


def add_shots(studio: Studio, production: cast.Production, project: Row) -> None:
    db, ctx = studio.ctx.db, studio.ctx
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
            frames = studio.numbers.randrange(36, 190, 2)
            shot_id = db.add(
                Entity,
                name=f"SH{number * 10:03}",
                project_id=project["id"],
                entity_type_id=temporal_id(ctx, "Shot"),
                parent_id=sequence_id,
                nb_frames=frames,
                description=studio.numbers.choice(cast.DESCRIPTIONS),
                data={"frame_in": str(frame), "frame_out": str(frame + frames - 1), "fps": "25"},
                created_by=ctx.person_id,
            )
            studio.subjects[shot_id] = place
            frame += frames
            cast_assets = studio.numbers.sample(assets, studio.numbers.randint(2, 4))
            items = [{"asset_id": asset["id"], "nb_occurences": 1 + (n == 3)} for n, asset in enumerate(cast_assets)]
            shot = db.get(Entity, shot_id)
            add_tasks(studio, shot, "Shot")
            casting.replace(ctx, shot, items)


def add_tasks(studio: Studio, entity: Row, kind: str) -> None:
    status = tasks.default_status(studio.ctx)
    for task_type in task_types(studio, kind):
        creation.add(studio.ctx, entity, task_type["id"], status["id"])


def add_schedule(studio: Studio, project: Row) -> None:
    """Add a schedule item for each task type, and milestones."""
    db = studio.ctx.db
    for number, task_type in enumerate(task_types(studio, "Asset") + task_types(studio, "Shot")):
        place = number if task_type["for_entity"] == "Asset" else number - 2
        start = DAYS - 12 * place
        dates = {"start_date": studio.day(start), "end_date": studio.day(start - 34)}
        db.add(ScheduleItem, project_id=project["id"], task_type_id=task_type["id"], man_days=20 + number, **dates)
    for name, days_ago in (("Animatic locked", 40), ("First colour pass", -10), ("Picture lock", -42)):
        db.add(Milestone, project_id=project["id"], name=name, date=studio.day(days_ago))
