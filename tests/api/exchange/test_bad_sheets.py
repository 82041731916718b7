"""Files that are no sheets, or sheets with something wrong, say so and leave everything as it was."""

import io
import time
import tracemalloc

import pytest
import webtest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kitsulite.auth import tokens
from kitsulite.exchange.csv import reading
from kitsulite.models.entities import Entity
from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.store.writing import Writing

KINDS = ("assets", "shots", "edits", "casting", "persons", "estimations")


class Importer:
    """Sends sheets as an admin, and knows whether anything has changed."""

    def __init__(self, studio):
        self.studio, self.api = studio, studio.api(studio.admin)
        self.project, self.animation = studio.project(), studio.task_type("Animation")
        studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=self.animation["id"])
        self.before = self.state()

    def path(self, what):
        base = f"/import/csv/projects/{self.project['id']}"
        others = {
            "persons": "/import/csv/persons",
            "estimations": f"{base}/task-types/{self.animation['id']}/estimations",
        }
        return others.get(what, f"{base}/{what}")

    def send(self, what, content, query=""):
        content = content if isinstance(content, bytes) else content.encode()
        return self.api.upload(self.path(what) + query, [("file", "sheet.csv", content)])

    def send_raw(self, what, environ, body):
        """Send a body that is read piece by piece."""
        token = tokens.pair(self.studio.app.settings, self.studio.admin["id"])[0]
        request = webtest.TestRequest.blank(f"/api{self.path(what)}", method="POST", environ=environ)
        request.headers["Authorization"] = f"Bearer {token}"
        request.environ["wsgi.input"] = body
        return webtest.TestApp(self.studio.app).do_request(request, expect_errors=True)

    def state(self):
        tables = ("entity", "task", "person", "entity_link", "api_event", "comment", "entity_type")
        return [self.studio.db.value(f"SELECT count(*) FROM {table}") for table in tables]

    def refused(self, answer, *statuses):
        """Whether an answer refuses a file with a message, and nothing has changed."""
        return answer.status_int in (statuses or (400,)) and answer.json["message"] and self.state() == self.before


@pytest.fixture
def importer(studio):
    return Importer(studio)


HEADERS = {
    "assets": "Type,Name",
    "shots": "Sequence,Name",
    "edits": "Name,Description",
    "casting": "Parent,Name,Asset Type,Asset,Occurences",
    "persons": "First Name,Last Name,Email",
    "estimations": "Parent,Entity,Estimation",
}


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Could not determine delimiter: the file is empty."),
        ("\n\n\n", "Could not determine delimiter: the file is empty."),
        ("Name\nTree\n", "Could not determine delimiter: the first line has one column only."),
        (b"\xff\xfeN\x00a\x00", "The file is not in UTF-8: save it as CSV UTF-8."),
        (b"N\x00a\x00,\x00", "The file is not text: save it as CSV UTF-8."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "The file is not in UTF-8: save it as CSV UTF-8."),
        ('a,b\n1,2\n3,"4\n5,6\n', "The row of line 3 has a quote that is never closed: is the file whole?"),
        ("a,b\n" * 3, "A columns is missing: "),
        (",".join(["Name"] * 1001), "A sheet may have 1000 columns."),
    ],
)
def test_files_that_are_no_sheets_are_refused(importer, what, content, message):
    answer = importer.send(what, content)
    assert importer.refused(answer)
    assert answer.json["message"].startswith(message)


@pytest.mark.parametrize("what", KINDS)
def test_files_are_read_while_others_write(importer, what, monkeypatch):
    monkeypatch.delattr(Writing, "_begin")
    assert importer.refused(importer.send(what, b"N\x00a\x00,\x00"))


@pytest.mark.parametrize(
    ("what", "row"), [("assets", "x,y"), ("shots", "Sequence 1,Shot 1"), ("edits", "Edit 1,an edit")]
)
def test_sheets_of_entities_are_checked_while_others_write(importer, what, row, monkeypatch):
    monkeypatch.delattr(Writing, "_begin")
    answer = importer.send(what, f"{HEADERS[what]}\n{row},beyond\n")
    assert importer.refused(answer)
    assert answer.json["message"] == "The row has more cells than the header."


@pytest.mark.parametrize("what", KINDS)
def test_sheets_that_are_too_large_are_refused_at_once(importer, what):
    content = HEADERS[what].encode() + b"\n" + b"x" * reading.MOST_BYTES
    assert importer.refused(importer.send(what, content), 413)
    assert importer.send(what, content).json["message"] == "A sheet may have 16 MB: split the file."
    rows = HEADERS[what] + "\na,b" * (reading.MOST_ROWS + 1)
    assert importer.send(what, rows).json["message"] == "A sheet may have 50000 rows: split the file."
    assert importer.state() == importer.before


class Large(io.RawIOBase):
    """The body of a request with a sheet of 200 MB, made while it is read."""

    HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n\r\nSequence,Name\n'

    def __init__(self):
        self.parts = [self.HEAD, *[b"SQ1,P1," * 10_000] * 3000, b"\n\r\n--x--\r\n"]
        self.length = sum(map(len, self.parts))

    def readable(self):
        return True

    def readinto(self, target):
        part = self.parts.pop(0) if self.parts else b""
        target[: len(part)] = part
        return len(part)


@pytest.mark.parametrize("what", ["shots", "persons"])
def test_a_sheet_of_200_megabytes_is_refused_in_little_memory(importer, what):
    body = Large()
    assert body.length > 200 * reading.MEGABYTE
    environ = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(body.length)}
    start = time.process_time()
    tracemalloc.start()
    try:
        answer = importer.send_raw(what, environ, io.BufferedReader(body, 1 << 18))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert importer.refused(answer, 413)
    assert answer.json["message"] == "A sheet may have 16 MB: split the file."
    assert peak < 60 * reading.MEGABYTE
    assert time.process_time() - start < 10


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_cells_beyond_the_header_are_problems_of_their_rows(importer, what, query):
    answer = importer.send(what, f"{HEADERS[what]}\na,b,c,d,e,,,lost\n", query)
    problems = answer.json["refused" if query else "problems"]
    beyond = "lost" if what == "casting" else answer.json["refused" if query else "problems"][0]["value"]
    assert problems[0] == {
        "line": 2,
        "column": "",
        "value": beyond,
        "reason": "The row has more cells than the header.",
    }
    assert beyond.endswith("lost")
    assert importer.state() == importer.before


@pytest.mark.parametrize("first", ["sep=;\r\n", "\ufeffSEP=;\n"])
def test_a_sheet_may_tell_its_delimiter_as_excel_wants_it(importer, first):
    answer = importer.send("shots", f"{first}Sequence;Name\nS1;P,1,2\nS1;\n")
    assert [(row["line"], row["column"]) for row in answer.json["problems"]] == [(4, "Name")]
    answer = importer.send("shots", f"{first}Sequence;Name\nS1;P,1,2\n")
    assert [shot["name"] for shot in answer.json] == ["P,1,2"]


def test_the_same_name_twice_is_one_entity(importer):
    answer = importer.send("shots", "Sequence,Name,Description\nS1,P1,first\nS1,P1,second\n", "?dry_run=true")
    assert (answer.json["created"], answer.json["skipped"]) == (1, [3])
    first, second = importer.send("shots", "Sequence,Name,Description\nS1,P1,first\nS1,P1,second\n").json
    assert first == second
    assert first["description"] == "first"
    rows = "Sequence,Name,Description\nS1,P1,third\nS1,P1,fourth\n"
    assert [shot["description"] for shot in importer.send("shots", rows, "?update=true").json] == ["fourth", "fourth"]


def test_a_dry_run_tells_names_that_only_capitals_and_spaces_tell_apart(importer):
    importer.send("shots", "Sequence,Name\nSQ1,P1\n")
    alike = importer.send("shots", "Sequence,Name\nSQ1,p1\nsq1,P1\nSQ1,P1 \nSQ1,P2\n", "?dry_run=true").json["alike"]
    assert alike == [
        {"line": 2, "column": "Name", "value": "p1", "known": "P1"},
        {"line": 3, "column": "Sequence", "value": "sq1", "known": "SQ1"},
        {"line": 4, "column": "Name", "value": "P1 ", "known": "P1"},
    ]
    for what, rows in (("assets", "Type,Name\nProps,A\nprops,a\n"), ("edits", "Name,Description\nA,\na,\n")):
        assert [found["line"] for found in importer.send(what, rows, "?dry_run=true").json["alike"]] == [3]


def test_columns_that_mean_nothing_are_left_out_and_named(importer):
    rows = "Project,Sequence,Name,Time Spent,Colour,Layout,Name\nX,S1,P1,3,red,wip,P2\n"
    answer = importer.send("shots", rows, "?dry_run=true")
    assert (answer.json["unknown_columns"], answer.json["created"]) == (["Colour", "Layout", "Name"], 1)
    shot = importer.send("shots", rows).json[0]
    assert (shot["data"], shot["project_id"]) == ({}, importer.project["id"])


def test_what_belongs_to_another_production_is_not_found(importer):
    other = importer.studio.project()
    tree = importer.studio.entity(other, "Props", name="Tree")
    sequence = importer.studio.entity(other, "Sequence", name="S1")
    shot = importer.studio.entity(other, "Shot", name="P1", parent_id=sequence["id"])
    importer.studio.task(shot, "Animation")
    importer.before = importer.state()
    assert importer.refused(importer.send("estimations", "Parent,Entity,Estimation\nS1,P1,3\n"))
    answer = importer.send("casting", "Parent,Name,Asset Type,Asset,Occurences\nS1,P1,Props,Tree,1\n", "?dry_run=true")
    assert (answer.json["created"], answer.json["skipped"]) == (0, [2])
    ids = f"Sequence,Name,Animation assignations\n{sequence['id']},{shot['id']},{tree['id']}\n"
    assert importer.refused(importer.send("shots", ids))
    made = importer.send("shots", "Sequence,Name\nS1,P1\n").json[0]
    assert made["id"] != shot["id"]
    assert importer.studio.db.get(Entity, shot["id"])["project_id"] == other["id"]


@pytest.mark.parametrize("query", ["", "?update=true"])
def test_a_full_disk_leaves_nothing_behind(importer, query):
    database = importer.studio.db
    rows = "Sequence,Name,Animation\n" + "".join(f"S{number % 9},P{number},wip\n" for number in range(400))
    pages = database.value("PRAGMA page_count")
    database.execute(f"PRAGMA max_page_count = {pages + 20}")
    try:
        answer = importer.send("shots", rows, query)
    finally:
        database.execute("PRAGMA max_page_count = 1000000")
    assert importer.refused(answer, 507)
    assert len(importer.send("shots", rows, query).json) == 400


@pytest.mark.parametrize("what", KINDS)
def test_long_cells_do_not_take_long(importer, what):
    columns = HEADERS[what].split(",")
    start = time.process_time()
    for text in ("a," * 200_000, "=" * 200_000, "é " * 100_000):
        row = ",".join(f'"{text}"' for _ in columns)
        answer = importer.send(what, f'{",".join(columns)},Animation assignations\n{row},"{text}"\n')
        assert answer.status_int in (201, 400)
        assert len(answer.text) < 10_000 or answer.status_int == 201
    assert time.process_time() - start < 10


cells = st.text(st.sampled_from(";,\"'\n\r\t =aé0-"), max_size=8)


@given(
    content=st.lists(st.lists(cells, max_size=6), max_size=5), what=st.sampled_from(KINDS), mark=st.sampled_from(";,")
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_imported_or_refused(importer, content, what, mark):
    text = "\n".join(mark.join(row) for row in content)
    header = HEADERS[what].replace(",", mark)
    for sent in (text, f"{header}\n{text}"):
        assert importer.send(what, sent, "?dry_run=true").status_int in (200, 400)
    assert importer.state() == importer.before
