"""A production that is exported to CSV and imported into an empty one is the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Studio

from kitsulite.models.entities import Entity, EntityLink, EntityType
from kitsulite.models.people import Person
from kitsulite.models.projects import MetadataDescriptor, ProjectTaskTypeLink
from kitsulite.models.tasks import Task, TaskPersonLink, TaskType

STATUSES = ("todo", "wip", "wfa", "done", "retake")
WORK = {"Shot": ("Layout", "Animation"), "Asset": ("Modeling",), "Edit": ("Edit",)}
#: texts that sheets, spreadsheets and people make trouble with
TRICKY = (
    "=1+1",
    "'=1",
    "-2",
    "+",
    "@a",
    "\tb",
    "a,b",
    'say "x"',
    "a;b",
    "line\nbreak",
    "cr\rlf\r\n",
    " a ",
    "樹",
    "שלום",
    "é",
    "MP",
)
#: names that mean something in a sheet
COLUMNS = (
    "Name",
    "Project",
    "Episode",
    "In",
    "Frames",
    "Assignations",
    "Animation",
    "Animation comment",
    "Description",
)
characters = st.characters(codec="utf-8", exclude_characters="\0")
texts = st.one_of(st.sampled_from(TRICKY), st.text(characters, max_size=12))
names = st.one_of(st.sampled_from(TRICKY), st.text(characters, min_size=1, max_size=12).filter(str.strip))
labels = st.sampled_from(("", "fixed", "animate"))
works = st.tuples(st.sampled_from(STATUSES), st.sets(st.integers(0, 2)))


def as_it_is_written(person):
    return " ".join(person).strip().casefold()


def places(values, size=2, least=1):
    return st.dictionaries(names, values, min_size=least, max_size=size)


def facts(kind):
    """What is known of an entity: description, metadata, and the work of each task type."""
    return st.fixed_dictionaries(
        {
            "description": texts,
            "data": st.lists(texts, min_size=2, max_size=2),
            "wet": st.sampled_from((None, "true", "false")),
            "lead": st.sampled_from((None, 0, 1)),
            "work": st.tuples(*[works for _ in WORK[kind]]),
            "frames": st.tuples(st.integers(0, 500), st.none() | st.integers(-9, 99), st.none() | st.integers(-9, 99)),
        }
    )


casting = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)), st.tuples(st.integers(0, 9), labels), max_size=4
)
productions = st.fixed_dictionaries(
    {
        "is_tv_show": st.booleans(),
        "fields": st.lists(st.one_of(names, st.sampled_from(COLUMNS)), min_size=2, max_size=2, unique=True),
        "people": st.lists(st.tuples(texts, names), min_size=3, max_size=3, unique_by=as_it_is_written),
        "shots": places(places(places(facts("Shot"))), least=0),
        "assets": places(places(facts("Asset")), least=0),
        "edits": places(facts("Edit"), least=0),
        "casting": casting,
        "homes": st.lists(st.none() | st.integers(0, 9), min_size=4, max_size=4),
    }
)


class Production:
    """A production of the studio, filled as the drawn values say."""

    def __init__(self, studio, drawn, people):
        self.studio, self.db, self.drawn = studio, studio.db, drawn
        self.people, self.is_tv_show = people, drawn["is_tv_show"]
        self.project = studio.project(production_type="tvshow" if self.is_tv_show else "short")
        for kind, types in WORK.items():
            for name in types:
                task_type = studio.db.find(TaskType, name=name, for_entity=kind)
                studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=task_type["id"])
            kinds = ("string", "string", "boolean", "person")
            for number, (name, data_type) in enumerate(zip([*drawn["fields"], "Wet?", "Lead!"], kinds, strict=True)):
                columns = {"field_name": f"f{number}", "data_type": data_type, "entity_type": kind, "name": name}
                studio.add(MetadataDescriptor, project_id=self.project["id"], position=number, **columns)

    def fill(self):
        for episode, sequences in self.drawn["shots"].items():
            episode_id = self.entity("Episode", episode) if self.is_tv_show else None
            for sequence, shots in sequences.items():
                name = sequence if self.is_tv_show else f"{episode}|{sequence}"
                sequence_id = self.entity("Sequence", name, parent_id=episode_id)
                for shot, found in shots.items():
                    self.entity("Shot", shot, found, parent_id=sequence_id)
        homes, layout = iter(self.drawn["homes"]), self.studio.task_type("Layout")["id"]
        for asset_type, assets in self.drawn["assets"].items():
            for asset, found in assets.items():
                home = next(homes)
                where = {"source_id": self.home(home), "ready_for": layout if home else None}
                self.entity(asset_type.strip()[:30], asset, found, **where)
        for edit, found in self.drawn["edits"].items():
            self.entity("Edit", edit, found)
        self.cast()

    def entity(self, kind, name, found=None, **place):
        columns = {"name": name, **place}
        if found:
            columns |= {"description": found["description"], "data": self.data(kind, found)}
            if kind == "Shot":
                columns["nb_frames"] = found["frames"][0]
        if not self.db.exists(EntityType, name=kind):
            self.studio.add(EntityType, name=kind)
        row = self.studio.entity(self.project, kind, **columns)
        for name, (status, workers) in zip(WORK.get(kind, WORK["Asset"]), (found or {}).get("work", ()), strict=False):
            task_type = self.db.find(TaskType, name=name, for_entity=kind if kind in WORK else "Asset")
            status_id = self.studio.task_status(status)["id"]
            place = {"project_id": self.project["id"], "entity_id": row["id"], "task_type_id": task_type["id"]}
            task = self.studio.add(Task, name="main", task_status_id=status_id, **place)
            for worker in workers:
                self.studio.link(TaskPersonLink, task_id=task["id"], person_id=self.people[worker]["id"])
        return row["id"]

    def home(self, number):
        """The id of an episode, None for none."""
        episodes = self.db.column(
            "SELECT e.id FROM entity e JOIN entity_type et ON et.id = e.entity_type_id AND et.name = 'Episode'"
            " WHERE e.project_id = ? AND e.name <> 'MP' ORDER BY e.created_at",
            [self.project["id"]],
        )
        return None if number is None or not episodes else episodes[number % len(episodes)]

    def data(self, kind, found):
        data = {"f0": found["data"][0], "f1": found["data"][1], "f2": found["wet"]}
        data["f3"] = None if found["lead"] is None else self.people[found["lead"]]["id"]
        if kind == "Shot":
            data |= {"frame_in": found["frames"][1], "frame_out": found["frames"][2], "fps": found["data"][0]}
        return data

    def cast(self):
        """Cast assets in shots, in assets and in episodes; those of a shot in its episode, too."""
        rows = self.db.rows(
            "SELECT e.id, et.name AS kind, grand.id AS episode FROM entity e"
            " JOIN entity_type et ON et.id = e.entity_type_id"
            " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
            " WHERE e.project_id = ? ORDER BY e.created_at, e.rowid",
            [self.project["id"]],
        )
        assets = [row for row in rows if row["kind"] not in ("Shot", "Sequence", "Episode", "Edit")]
        casters = [row for row in rows if row["kind"] not in ("Sequence", "Edit")]
        links = {}
        for (caster, asset), (number, label) in self.drawn["casting"].items():
            if assets:
                caster, asset = casters[caster % len(casters)], assets[asset % len(assets)]["id"]
                links[caster["id"], asset] = (number, label)
                if caster["kind"] == "Shot" and caster["episode"]:
                    links.setdefault((caster["episode"], asset), (1, label))
        for (caster, asset), (number, label) in links.items():
            ends = {"entity_in_id": caster, "entity_out_id": asset}
            self.studio.add(EntityLink, nb_occurences=number, label=label, **ends)

    # Out and in

    def export(self):
        """The sheets in the order in which they are taken in: shots make the episodes that others name."""
        api = self.studio.api(self.studio.admin)
        base = f"/export/csv/projects/{self.project['id']}"
        paths = (
            "shots",
            "assets?complete=true",
            "edits",
            "casting?episode_id=all",
            "casting?is_shot_casting=true",
            "casting",
        )
        return [
            (path, api.get(f"{base}/{path.replace('?', '.csv?') if '?' in path else path + '.csv'}")) for path in paths
        ]

    def take_in(self, sheets, query=""):
        api = self.studio.api(self.studio.admin)
        for path, sheet in sheets:
            target = f"/import/csv/projects/{self.project['id']}/{path.partition('?')[0]}{query}"
            answer = api.upload(target, [("file", "sheet.csv", sheet.body)])
            assert answer.status_int == 201, (path, sheet.text, answer.text)

    def content(self):
        """Everything that sheets hold: entities with their work, and castings, by name."""
        sql = (
            "SELECT e.id, et.name AS kind, e.name, parent.name AS parent, grand.name AS grand, e.description,"
            " e.nb_frames, e.ready_for, (SELECT name FROM entity s WHERE s.id = e.source_id) AS home"
            " FROM entity e JOIN entity_type et ON et.id = e.entity_type_id"
            " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
            " WHERE e.project_id = ?"
        )
        rows = self.db.rows(sql, [self.project["id"]])
        place = {row["id"]: (row["kind"], row["grand"], row["parent"], row["name"]) for row in rows}
        entities = {place[row["id"]]: self.shown(row) for row in rows if row["kind"] not in ("Sequence", "Episode")}
        links = self.db.all(EntityLink)
        castings = {
            (place[link["entity_in_id"]], place[link["entity_out_id"]]): (link["nb_occurences"], link["label"])
            for link in links
            if link["entity_in_id"] in place
        }
        return entities, castings

    def shown(self, row):
        data = self.db.get(Entity, row["id"])["data"]
        known = {key: value for key, value in data.items() if value not in (None, "", "false")}
        tasks = {
            task["task_type_id"]: (task["task_status_id"], set(task["assignees"]))
            for task in self.db.all(Task, "entity_id = ?", [row["id"]], relations=True)
        }
        return row["description"], row["nb_frames"] or 0, row["home"], row["ready_for"], known, tasks


@given(drawn=productions, at_once=st.sampled_from((1, 2, 200)))
@settings(max_examples=10, deadline=None)
def test_an_exported_production_is_imported_as_it_was(application, drawn, at_once):
    application.restore_pristine()
    studio = Studio(application)
    people = [studio.person(first_name=first, last_name=last) for first, last in drawn["people"]]
    before, after = Production(studio, drawn, people), Production(studio, drawn, people)
    before.fill()
    sheets, content = before.export(), before.content()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kitsulite.exchange.csv.entities_import.AT_ONCE", at_once)
        after.take_in(sheets)
        assert after.content() == content
        # what is there already is as the sheet says
        comments = studio.db.value("SELECT count(*) FROM comment")
        before.take_in(sheets, "?update=true")
        assert before.content() == content
        assert studio.db.value("SELECT count(*) FROM comment") == comments


persons = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": texts,
            "last_name": texts,
            "phone": st.one_of(st.sampled_from(TRICKY), st.text(characters, max_size=12)).map(str.strip),
            "role": st.sampled_from(("user", "manager", "supervisor", "client", "vendor")),
            "active": st.booleans(),
            "seniority": st.sampled_from(("senior", "mid", "junior")),
            "country": st.sampled_from((None, "FR", "JP")),
            "daily_salary": st.integers(0, 900),
        }
    ),
    max_size=4,
)


@given(drawn=persons, departments=st.lists(names.map(str.strip), max_size=2, unique=True))
@settings(max_examples=10, deadline=None)
def test_exported_people_are_imported_as_they_were(application, drawn, departments):
    application.restore_pristine()
    studio = Studio(application)
    departments = [studio.department(name=name) for name in departments if "," not in name]
    people = [studio.person(departments=departments, **columns) for columns in drawn]

    def known():
        rows = studio.db.all(Person, "email LIKE '%@example.com'", relations=True, order="email")
        left_out = ("id", "created_at", "updated_at", "last_presence")
        found = []
        for row in rows:
            row |= {name: row[name].strip() for name in ("first_name", "last_name")}
            # an empty cell says nothing
            row |= {"departments": set(row["departments"]), "phone": row["phone"] or None}
            found.append({name: value for name, value in row.items() if name not in left_out})
        return found

    api = studio.api(studio.admin)
    sheet, before = api.get("/export/csv/persons.csv").body, known()
    with studio.db.write():
        for person in people:
            studio.db.execute("DELETE FROM department_link WHERE person_id = ?", [person["id"]])
            studio.db.execute("DELETE FROM person WHERE id = ?", [person["id"]])
    answer = api.upload("/import/csv/persons", [("file", "persons.csv", sheet)])
    assert answer.status_int == 201, (sheet, answer.text)
    for found, expected in zip(known(), before, strict=True):
        differing = {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}
        assert differing == {}
