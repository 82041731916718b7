"""What the imports of assets, shots and edits share: a row is an entity, found by its names or made.

`kind`, the columns besides metadata and tasks, `read`, `known`, `find`, `create` and `change` are what they differ in.
"""

import json
from dataclasses import dataclass
from itertools import islice

from kitsulite.events.bus import emit, gathering
from kitsulite.exchange.csv import columns, reading
from kitsulite.exchange.csv.cells import Metadata, People, Statuses
from kitsulite.exchange.csv.task_cells import TaskCells
from kitsulite.exchange.held_rows import HeldRows
from kitsulite.exchange.places import Places
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.fields import as_object, dump

SHOWN = json_object({**parts(Entity, "e"), "type": "'Entity'"})


#: most names in an answer that are like others
MOST_ALIKE = 1000
#: rows of a sheet that are read and written at a time
AT_ONCE = 500
STORED = (
    "SELECT e.id, e.data, e.entity_type_id, e.ready_for FROM entity e WHERE e.id IN (SELECT value FROM json_each(?))"
)


def spelled(key):
    """A place and a name, of which capitals and the spaces around it do not count."""
    return (*key[:-1], key[-1].strip().casefold())


@dataclass(slots=True)
class Plan:
    """What a row asks for: where the entity lies, its columns, its metadata, and the work on its tasks."""

    row: reading.Row
    place: tuple
    columns: dict
    data: dict
    works: list
    episode_id: str | None = None


class EntitiesImport:
    """One import of a sheet into a production."""

    kind = ""
    required: tuple[str, ...] = ("Name",)
    #: columns of exported sheets, and other ones that give way to metadata of the same name
    fixed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __init__(self, ctx, project, stream, update, dry_run):
        self.ctx, self.project, self.update, self.dry_run = ctx, project, update, dry_run
        self.people, statuses = People(ctx, project["id"]), Statuses(ctx)
        self.rows = HeldRows(ctx)
        self.tasks = TaskCells(ctx, project, self.kind, self.people, statuses, self.rows)
        described = "project_id = ? AND entity_type = ?"
        self.metadata = Metadata(ctx, self.people, described, [project["id"], self.kind])
        self.sheet = reading.sheet(stream, (*self.fixed, *self.others), self.keys)
        self.places = Places(ctx, project["id"])
        self.is_tv_show = project["production_type"] == "tvshow"
        #: new entities that get their tasks after the last row
        self.bare = []
        #: known entities that rows are about just now, and all entities that they have made or changed
        self.stored, self.touched = {}, set()
        self.report = reading.Report()
        #: new names that differ from others of the same place only in capitals or spaces
        self.alike, self.spellings = [], {}

    def keys(self, header):
        return columns.keys(header, self.fixed, self.others, self.metadata.fields, self.tasks.types)

    def run(self):
        """Import all rows; returns the entities of the rows as JSON text. A dry run is taken back and answered."""
        ids = []
        with reading.importing(self.dry_run) as self.report, gathering(self.ctx):
            rows = self.report.good(self.sheet)
            while some := list(islice(rows, AT_ONCE)):
                plans = [plan for plan in map(self.plan, some) if plan]
                if self.report.writes:
                    ids += self.store_all(plans)
            while self.bare and self.report.writes:
                self.make_tasks(self.bare[:AT_ONCE])
                del self.bare[:AT_ONCE]
            self.report.more = self.more()
        sql = f"SELECT {SHOWN} FROM json_each(?) j JOIN entity e ON e.id = j.value ORDER BY j.key"
        return self.ctx.db.json_list(sql, [dump(ids)])

    def plan(self, row):
        """What a row asks for; None if anything is wrong with it."""
        before = len(self.report.problems)
        if not self.report.filled(row, *self.required):
            return None
        place, columns, data = self.read(row)
        data.update(self.metadata.read(self.report, row))
        works = self.tasks.read(self.report, row)
        return Plan(row, place, columns, data, works) if len(self.report.problems) == before else None

    def store_all(self, plans):
        """Make or change the entities of some rows; returns their ids."""
        known = {self.known(plan) for plan in plans} - {None}
        self.load(known)
        ids = [self.store(plan) for plan in plans]
        self.flush()
        return ids

    def load(self, entity_ids):
        """Look up entities that are there, and their tasks."""
        for row in self.ctx.db.rows(STORED, [dump(list(entity_ids))]):
            self.stored[row["id"]] = row
        self.tasks.load(entity_ids)

    def flush(self):
        """Write what rows have said."""
        self.rows.flush()
        self.tasks.forget()
        self.rows.flush()
        self.stored.clear()
        self.touched.clear()

    def make_tasks(self, entity_ids):
        """Make all tasks of entities that lack them."""
        self.tasks.load(entity_ids)
        for entity_id in entity_ids:
            self.tasks.make(entity_id, self.tasks.all_ids)
        self.flush()

    def store(self, plan):
        """Make or change the entity of a row with its tasks; returns its id, None if that is refused."""
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

    # What the kinds have in common

    def name(self, row, column="Name"):
        """The name of an entity, which may have spaces around it."""
        text = row.text(column)
        if len(text) > Entity.name.max_length:
            self.report.add(row, column, f"{column} is too long: at most {Entity.name.max_length} characters.")
        return text

    def episode_name(self, row):
        """The name of the episode that a row of a TV show gives, None if it gives none.

        Spaces around it only count if an episode is called so.
        """
        if not row.get("Episode"):
            return None
        name = self.name(row, "Episode")
        return name if (name,) in self.places.episodes else name.strip()

    def refuse_episodes(self, row):
        """Refuse a column that only TV shows have, once."""
        if not any(problem["column"] == "Episode" for problem in self.report.problems):
            reason = "An episode column is present for a production that isn't a TV Show"
            self.report.add(row, "Episode", reason)

    def notice(self, row, column, known, key):
        """Remember a new name that is there in another spelling; `known`: the names there are, by place."""
        spellings = self.spellings.get(column)
        if spellings is None:
            spellings = self.spellings[column] = {spelled(other): other[-1] for other in known}
        other = spellings.setdefault(spelled(key), key[-1])
        if other != key[-1]:
            self.alike.append({"line": row.line, "column": column, "value": key[-1], "known": other})

    def description(self, row):
        text = row.text("Description")
        return {} if text is None else {"description": text}

    def merged(self, entity_id, data):
        """The metadata of an entity with new values over the old ones."""
        return self.metadata.merged(as_object(json.loads(self.stored[entity_id]["data"] or "null")), data)

    def add(self, entity_type_id, **columns):
        """Hold a new entity of a type; returns its id."""
        place = {"project_id": self.project["id"], "entity_type_id": entity_type_id, "created_by": self.ctx.person_id}
        return self.rows.add(Entity, **place, **columns)

    def begin(self, entity_id, works):
        """The tasks of a new entity: at once if its row says something of them, else after the last row."""
        if works:
            self.tasks.make(entity_id, self.tasks.all_ids)
            self.tasks.do(entity_id, works)
        else:
            self.bare.append(entity_id)

    def emit(self, name, **payload):
        emit(self.ctx, name, payload, self.project["id"])

    def more(self):
        """What a dry run says besides its rows: what else would be made, and the columns that mean nothing here."""
        counts = {
            "tasks": self.tasks.missing.made,
            "comments": self.tasks.commented,
            "assignations": self.tasks.assigned,
        }
        unknown = columns.unknown(self.sheet.columns, (*self.fixed, *self.others))
        return {"made": {**self.places.made, **counts}, "unknown_columns": unknown, "alike": self.alike[:MOST_ALIKE]}

    # What they differ in

    def known(self, plan):
        """The id of the entity at the place of a row, or None; makes nothing."""
        raise NotImplementedError

    def find(self, plan):
        """The id of the entity at the place of a row, whose names become ids, or None."""
        raise NotImplementedError

    def read(self, row):
        """(place, columns, metadata) of a row."""
        raise NotImplementedError

    def create(self, plan):
        raise NotImplementedError

    def change(self, entity_id, plan):
        raise NotImplementedError

    def keep(self, entity_id, plan):
        """Leave an entity that is there as it is."""
