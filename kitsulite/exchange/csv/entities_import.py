"""What the imports of assets, shots and edits share: a row is an entity, found by its names or made.

A sheet is read and checked before the transaction begins: whatever takes long keeps others from writing.

`kind`, the columns besides metadata and tasks, `read`, `known`, `find`, `create` and `change` are what they differ in.
"""

import json
from dataclasses import dataclass

from kitsulite import clock
from kitsulite.events.bus import emit, gathering
from kitsulite.exchange.csv import columns, reading
from kitsulite.exchange.csv.cells import Metadata, People, Statuses
from kitsulite.exchange.csv.task_cells import TaskCells
from kitsulite.exchange.held_rows import HeldRows
from kitsulite.exchange.places import Places
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.fields import as_object, dump
from kitsulite.models.projects import Project

SHOWN = json_object({**parts(Entity, "e"), "type": "'Entity'"})


#: most similar names that one answer lists
MOST_ALIKE = 1000
#: rows that are read and written together
AT_ONCE = 500
STORED = (
    "SELECT e.id, e.data, e.entity_type_id, e.ready_for FROM entity e WHERE e.id IN (SELECT value FROM json_each(?))"
)


def spelled(key):
    """A place and a name, regardless of case and surrounding spaces."""
    return (*key[:-1], key[-1].strip().casefold())


@dataclass(slots=True)
class Plan:
    """What a row says about an entity: its place, columns, metadata, and the work on its tasks."""

    row: reading.Row
    place: tuple
    columns: dict
    data: dict
    works: list
    episode_id: str | None = None


class EntitiesImport:
    """An import of one sheet into a production."""

    kind = ""
    required: tuple[str, ...] = ("Name",)
    #: columns of exported sheets, and further ones, over which metadata with the same name takes precedence
    fixed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __init__(self, ctx, project_id, sheet, update, dry_run):
        self.ctx, self.sheet, self.update = ctx, sheet, update
        self.project = project = ctx.db.get(Project, project_id)
        self.people, statuses = People(ctx, project["id"]), Statuses(ctx)
        self.rows = HeldRows(ctx)
        self.tasks = TaskCells(ctx, project, self.kind, self.people, statuses, self.rows)
        described = "project_id = ? AND entity_type = ?"
        self.metadata = Metadata(ctx, self.people, described, [project["id"], self.kind])
        self.places = Places(ctx, project["id"])
        self.is_tv_show = project["production_type"] == "tvshow"
        #: new entities whose tasks are created after the last row
        self.bare = []
        #: the existing entities of the current rows, and all entities created or changed so far
        self.stored, self.touched = {}, set()
        self.report = reading.Report(dry_run)
        #: new names that differ from others in the same place only in case or spaces
        self.alike, self.spellings = [], {}

    @classmethod
    def run(cls, ctx, project_id, stream, update, dry_run):
        """Import a sheet; returns the entities as JSON text. A dry run is rolled back and reports its effects.

        Must be called outside of a transaction.
        """
        sheet = reading.sheet(stream, (*cls.fixed, *cls.others))

        def checked():
            return cls(ctx, project_id, sheet, update, dry_run).check()

        with ctx.db.read():
            setup, importer = ctx.db.setup_state(), checked()
        with ctx.db.write():
            # the people, types and statuses that the rows name may have changed meanwhile
            is_same = setup and setup == ctx.db.setup_state()
            ids = (importer if is_same else checked()).store_plans()
        with ctx.db.read():
            sql = f"SELECT {SHOWN} FROM json_each(?) j JOIN entity e ON e.id = j.value ORDER BY j.key"
            return ctx.db.json_list(sql, [dump(ids)])

    def check(self):
        """Make the plans of all rows; raises the answer to a sheet with problems, unless it is a dry run."""
        fields, types = self.metadata.fields, self.tasks.types
        self.sheet.set_keys(columns.keys(self.sheet.header, self.fixed, self.others, fields, types))
        self.plans = [plan for plan in map(self.plan, self.report.good(self.sheet)) if plan]
        if not self.report.writes:
            self.report.finish()
        return self

    def store_plans(self):
        """Create and change the entities of all rows; returns their ids."""
        ids = []
        self.look_up()
        with gathering(self.ctx):
            for start in range(0, len(self.plans), AT_ONCE):
                if self.report.writes:
                    ids += self.store_all(self.plans[start : start + AT_ONCE])
            while self.bare and self.report.writes:
                self.make_tasks(self.bare[:AT_ONCE])
                del self.bare[:AT_ONCE]
            self.report.more = self.more()
        self.report.finish()
        return ids

    def look_up(self):
        """Look up the entities of the production, which others may have changed since the sheet was checked."""
        self.rows.now = clock.now()
        self.places = Places(self.ctx, self.project["id"])

    def plan(self, row):
        """The Plan of a row; None if anything in it is wrong."""
        before = len(self.report.problems)
        if not self.report.filled(row, *self.required):
            return None
        place, columns, data = self.read(row)
        data.update(self.metadata.read(self.report, row))
        works = self.tasks.read(self.report, row)
        return Plan(row, place, columns, data, works) if len(self.report.problems) == before else None

    def store_all(self, plans):
        """Create or change the entities of some rows; returns their ids."""
        existing = {self.known(plan) for plan in plans} - {None}
        self.load(existing)
        ids = [self.store(plan) for plan in plans]
        self.flush()
        return ids

    def load(self, entity_ids):
        """Look up existing entities and their tasks."""
        for row in self.ctx.db.rows(STORED, [dump(list(entity_ids))]):
            self.stored[row["id"]] = row
        self.tasks.load(entity_ids)

    def flush(self):
        """Write all pending rows."""
        self.rows.flush()
        self.tasks.forget()
        self.rows.flush()
        self.stored.clear()
        self.touched.clear()

    def make_tasks(self, entity_ids):
        """Create the missing tasks of entities."""
        self.tasks.load(entity_ids)
        for entity_id in entity_ids:
            self.tasks.make(entity_id, self.tasks.all_ids)
        self.flush()

    def store(self, plan):
        """Create or change the entity of a row and its tasks; returns its id, None if that is refused."""
        try:
            entity_id = self.find(plan)
            if entity_id in self.touched:
                self.flush()
            if entity_id and entity_id not in self.stored:
                self.load([entity_id])
            if entity_id is None:
                entity_id = self.create(plan)
                self.report.created += 1
            elif self.update:
                self.change(entity_id, plan)
                self.report.changed += 1
            else:
                self.keep(entity_id, plan)
                self.report.skipped.append(plan.row.line)
            self.touched.add(entity_id)
            return entity_id
        except reading.REFUSALS as error:
            self.report.add(plan.row, "Name", str(error))
            return None

    # Shared by all kinds

    def name(self, row, column="Name"):
        """The name of an entity, with any surrounding spaces."""
        text = row.text(column)
        if len(text) > Entity.name.max_length:
            self.report.add(row, column, f"{column} is too long: at most {Entity.name.max_length} characters.")
        return text

    def episode_name(self, row):
        """The name of the episode in a row of a TV show, None if there is none.

        Surrounding spaces are kept only if an existing episode has them.
        """
        if not row.get("Episode"):
            return None
        name = self.name(row, "Episode")
        return name if (name,) in self.places.episodes else name.strip()

    def refuse_episodes(self, row):
        """Refuse, once, a column that only TV shows have."""
        if not any(problem["column"] == "Episode" for problem in self.report.problems):
            reason = "An episode column is present for a production that isn't a TV Show"
            self.report.add(row, "Episode", reason)

    def notice(self, row, column, names, key):
        """Note a new name that exists in another spelling; `known` are the existing names by place."""
        spellings = self.spellings.get(column)
        if spellings is None:
            spellings = self.spellings[column] = {spelled(other): other[-1] for other in names}
        other = spellings.setdefault(spelled(key), key[-1])
        if other != key[-1]:
            self.alike.append({"line": row.line, "column": column, "value": key[-1], "known": other})

    def description(self, row):
        text = row.text("Description")
        return {} if text is None else {"description": text}

    def merged(self, entity_id, data):
        """The metadata of an entity, updated with new values."""
        return self.metadata.merged(as_object(json.loads(self.stored[entity_id]["data"] or "null")), data)

    def add(self, entity_type_id, **columns):
        """Add a new entity of a type, to be written later; returns its id."""
        identity = {
            "project_id": self.project["id"],
            "entity_type_id": entity_type_id,
            "created_by": self.ctx.person_id,
        }
        return self.rows.add(Entity, **identity, **columns)

    def begin(self, entity_id, works):
        """Create the tasks of a new entity: now if its row mentions any, else after the last row."""
        if works:
            self.tasks.make(entity_id, self.tasks.all_ids)
            self.tasks.do(entity_id, works)
        else:
            self.bare.append(entity_id)

    def emit(self, name, **payload):
        emit(self.ctx, name, payload, self.project["id"])

    def more(self):
        """Further parts of the answer to a dry run: what else would be created, and which columns are ignored."""
        counts = {
            "tasks": self.tasks.missing.created,
            "comments": self.tasks.commented,
            "assignations": self.tasks.assigned,
        }
        unknown = columns.unknown(self.sheet.columns, (*self.fixed, *self.others))
        return {"made": {**self.places.created, **counts}, "unknown_columns": unknown, "alike": self.alike[:MOST_ALIKE]}

    # What the kinds define

    def known(self, plan):
        """The id of the existing entity of a row, or None; creates nothing."""
        raise NotImplementedError

    def find(self, plan):
        """The id of the existing entity of a row, or None; names in the plan are replaced by ids."""
        raise NotImplementedError

    def read(self, row):
        """The (place, columns, metadata) in a row."""
        raise NotImplementedError

    def create(self, plan):
        raise NotImplementedError

    def change(self, entity_id, plan):
        raise NotImplementedError

    def keep(self, entity_id, plan):
        """Leave an existing entity unchanged."""
