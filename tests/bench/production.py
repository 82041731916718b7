"""A production of any size, written straight into the database of an application."""

import contextlib
import dataclasses
import itertools
import random
import tempfile
import time

import kitsulite
from kitsulite.context import Context
from kitsulite.domain.kinds import temporal_id
from kitsulite.models.activity import Subscription
from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus, ProjectTaskTypeLink
from kitsulite.models.tasks import Task, TaskPersonLink, TaskStatus, TaskType


@dataclasses.dataclass
class Size:
    """How many rows a production has. Every entity has one task per task type of its kind."""

    shots: int = 670
    assets: int = 166
    sequences: int = 20
    episodes: int = 0
    shot_task_types: int = 6
    asset_task_types: int = 6
    castings: int = 3333
    persons: int = 60


SYLLABLES = ("ka", "lo", "mi", "ren", "su", "tor", "vel", "wi", "ban", "dra", "fo", "gri", "hel", "jo", "nu", "pas")
#: words of texts, the frequent ones first
WORDS = (
    *("the", "light", "on", "character", "hand", "feels", "too", "strong"),
    *("please", "check", "arc", "pose", "timing", "camera", "background", "silhouette"),
    *("".join(parts) for parts in itertools.product(SYLLABLES, repeat=3)),
)
#: as in languages: the second is half as frequent as the first, and so on
FREQUENCIES = list(itertools.accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
ASSET_TYPES = ("Characters", "Props", "Environment", "FX")


class Production:
    """The rows of a production; `ids` of shots, assets, sequences and episodes, in order."""

    def __init__(self, app, size, seed=1):
        self.app, self.db, self.size = app, app.db, size
        self.chance = random.Random(seed)
        with self.db.write():
            self.make_settings()
            self.make_entities()
            self.make_tasks()
            self.make_castings()

    def text(self, most):
        return " ".join(self.chance.choices(WORDS, cum_weights=FREQUENCIES, k=self.chance.randint(0, most)))

    def moment(self):
        return f"2026-{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}T12:00:00.000000"

    def make_settings(self):
        add, size = self.db.add, self.size
        status = self.db.find(ProjectStatus, name="Open")
        self.project_id = add(Project, name="Benchmark", project_status_id=status["id"])
        self.asset_types = [add(EntityType, name=f"Bench {name}") for name in ASSET_TYPES]
        self.statuses = [row["id"] for row in self.db.all(TaskStatus)][:5]
        self.persons = [
            add(
                Person,
                first_name=f"Bench{n}",
                last_name="Person",
                email=f"bench{n}@example.com",
                role="user" if n else "manager",
            )
            for n in range(size.persons)
        ]
        for person_id in self.persons:
            add(ProjectPersonLink, project_id=self.project_id, person_id=person_id)
        self.task_types = {}
        for kind, count in (("Shot", size.shot_task_types), ("Asset", size.asset_task_types)):
            names = [f"{kind} step {n}" for n in range(count)]
            self.task_types[kind] = [add(TaskType, name=name, for_entity=kind, priority=1) for name in names]
            for priority, task_type_id in enumerate(self.task_types[kind], 1):
                add(ProjectTaskTypeLink, project_id=self.project_id, task_type_id=task_type_id, priority=priority)

    def entity(self, kind_id, name, **columns):
        return self.db.add(Entity, name=name, project_id=self.project_id, entity_type_id=kind_id, **columns)

    def make_entities(self):
        size, ctx = self.size, Context(self.app)
        kinds = {kind: temporal_id(ctx, kind) for kind in ("Shot", "Sequence", "Episode")}
        self.episodes = [self.entity(kinds["Episode"], f"E{n:03}") for n in range(size.episodes)]
        self.sequences = [
            self.entity(
                kinds["Sequence"],
                f"SQ{n:04}",
                parent_id=self.episodes[n * size.episodes // size.sequences] if size.episodes else None,
                data={},
            )
            for n in range(size.sequences)
        ]
        self.assets = [
            self.entity(
                self.asset_types[n % len(ASSET_TYPES)],
                f"Asset_{n:05}",
                description=self.text(25),
                data={"difficulty": "A", "notes": self.text(8)},
            )
            for n in range(size.assets)
        ]
        self.shots = []
        for n in range(size.shots):
            frames = self.chance.randint(20, 200)
            data = {"frame_in": 1001, "frame_out": 1000 + frames, "fps": 24, "notes": self.text(8)}
            columns = {"parent_id": self.sequences[n * size.sequences // size.shots], "nb_frames": frames, "data": data}
            self.shots.append(self.entity(kinds["Shot"], f"SH{n:05}", description=self.text(12), **columns))

    def make_tasks(self):
        self.tasks = []
        for kind, entities in (("Shot", self.shots), ("Asset", self.assets)):
            for entity_id in entities:
                for task_type_id in self.task_types[kind]:
                    self.tasks.append(self.task(entity_id, task_type_id))
        for task_id in self.tasks[::7]:
            self.db.add(Subscription, person_id=self.persons[0], task_id=task_id)

    def task(self, entity_id, task_type_id):
        task_id = self.db.add(
            Task,
            name="main",
            project_id=self.project_id,
            entity_id=entity_id,
            task_type_id=task_type_id,
            task_status_id=self.chance.choice(self.statuses),
            duration=480.0,
            estimation=960.0,
            start_date=self.moment(),
            due_date=self.moment(),
            last_comment_date=self.moment(),
        )
        for person_id in self.chance.sample(self.persons, self.chance.choice((0, 1, 1, 2))):
            self.db.add(TaskPersonLink, task_id=task_id, person_id=person_id)
        return task_id

    def make_castings(self):
        pairs = set()
        for n in range(self.size.castings):
            shot_id, asset_id = self.shots[n % len(self.shots)], self.chance.choice(self.assets)
            if (shot_id, asset_id) not in pairs:
                pairs.add((shot_id, asset_id))
                self.db.add(EntityLink, entity_in_id=shot_id, entity_out_id=asset_id, label="animate", data={})


@contextlib.contextmanager
def opened(size, **settings):
    """A production of this size, in an application whose data folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="kitsulite-bench-") as folder:
        app = kitsulite.create_app(data_dir=folder, secret_key="a-secret-key-for-benchmarks-0123", **settings)
        yield Production(app, size)
        app.close()


def cpu_milliseconds(call, rounds):
    """CPU milliseconds of each of so many calls."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        spent.append((time.process_time() - start) * 1000)
    return spent
