"""Productions go to another server, and come out there as they are here."""

import re
import shutil

import pytest
from exchange.filled import EMAIL, PASSWORD, differences, files_of, rows_of, served
from support import Studio

from kitsulite.cli import main
from kitsulite.context import Context
from kitsulite.domain.files import places
from kitsulite.errors import SetupError
from kitsulite.exchange.kitsu import memory, pull
from kitsulite.exchange.kitsu.counterparts import SHARED
from kitsulite.exchange.kitsu.posted_rows import POSTED as POSTED_TABLES
from kitsulite.exchange.kitsu.push import Options, Push
from kitsulite.exchange.kitsu.remote import Remote, RemoteError
from kitsulite.models.entities import Entity
from kitsulite.models.files import WorkingFile
from kitsulite.models.projects import BudgetEntry, Project
from kitsulite.models.tasks import Task, TaskStatus

#: what nothing imports, as the command says, and what belongs to the studio alone
NOT_PUSHED = (
    *("api_event", "day_off", "hardware_item", "software_department_link"),
    *("hardware_item_department_link", "custom_action", "project_template", "project_template_asset_type_link"),
    *("salary_scale", "attachment_file", "organisation"),
)
#: what is made there one by one, under other ids
POSTED = {posted.model.table() for posted in POSTED_TABLES}


def connected(server):
    remote = Remote(server.url, server.token(), pause=lambda seconds: None)
    remote.find_api()
    return remote


@pytest.fixture(scope="module")
def pulled(source, tmp_path_factory):
    """The folder of a studio into which all was pulled."""
    folder = tmp_path_factory.mktemp("pulled") / "studio"
    with served(folder) as server:
        known = memory.of(folder, source.server.url)
        report = pull.Pull(Context(server.app), connected(source.server), known, pull.Options()).run()
        assert report.missed == []
    return folder


@pytest.fixture
def here(pulled, tmp_path):
    folder = shutil.copytree(pulled, tmp_path / "studio")
    with served(folder) as server:
        db = server.app.db
        with db.write():
            # one that lies in a group of no production
            show = db.value("SELECT id FROM project WHERE name = 'Agent 327'")
            db.execute("UPDATE search_filter SET project_id = ? WHERE search_filter_group_id IS NOT NULL", [show])
        yield server.app


@pytest.fixture(scope="module")
def third_server():
    with served() as server:
        yield server


@pytest.fixture
def third(third_server):
    """A server to push to, on which nothing was made yet."""
    third_server.reset()
    return third_server


def push(app, server, **options):
    known = memory.of(app.folder, server.url)
    options = {"projects": ("Agent 327",), "creates": True, **options}
    return Push(Context(app), connected(server), known, Options(**options)).run()


def ids_there(app, server):
    return {here: there for there, here in memory.of(app.folder, server.url).ids.items()}


def test_a_production_that_was_pulled_comes_out_elsewhere_as_it_was_and_once(source, here, third):
    report = push(here, third)
    assert report.missed == []
    ids = ids_there(here, third)
    rows = rows_of(here.db, NOT_PUSHED, ids).items()
    expected = {key: row for key, row in rows if is_pushed(row, source) and (key[0] not in SHARED or key[1] in ids)}
    # rows are found by the ids that they have there
    expected = {(table, ids.get(key, key)): row for (table, key), row in expected.items()}
    found = rows_of(third.app.db, NOT_PUSHED)
    different = differences(expected, {key: row for key, row in found.items() if key in expected})
    assert {key: value for key, value in map(without_the_unsent, different.items()) if value} == {}
    attached = "SELECT name, size, extension, comment_id FROM attachment_file WHERE comment_id IS NOT NULL"
    assert third.app.db.rows(attached) == here.db.rows(attached) != []
    assert said(third.app) == said(here) == [("Hello", "chat.txt", b"chat")]
    assert third.app.db.column("SELECT person_id FROM chat_participant") == [ids[source.ann["id"]]]
    originals = {"here": files_of(here), "there": files_of(third.app)}
    for bucket, prefix, row in (
        ("pictures", "original", source.still),
        ("movies", "previews", source.movie),
        ("files", "previews", source.book),
        ("pictures", "thumbnails", source.show),
    ):
        path = str(here.files.path(bucket, prefix, row["id"]).relative_to(here.files.folder))
        assert originals["there"][path] == originals["here"][path]
    before = rows_of(third.app.db)
    again = push(here, third)
    assert (again.missed, sum(again.new.values()), again.files) == ([], 0, 0)
    assert differences(before, rows_of(third.app.db)) == {}
    assert files_of(third.app) == originals["there"]


def said(app):
    """What is attached to the messages of chats: (message, name, content)."""
    sql = "SELECT m.text, a.name, a.id FROM chat_message m LEFT JOIN attachment_file a ON a.chat_message_id = m.id"
    return [(text, name, app.files.find(*places.ATTACHMENT, i).read_bytes()) for text, name, i in app.db.execute(sql)]


def is_pushed(row, source):
    """Whether a row belongs to the production, or is of the studio and used by it."""
    return source.other["id"] not in row.values() and source.other_shot["id"] not in row.values()


MADE = {"created_at", "updated_at"}
#: columns that the other server sets itself: of rows that it has made, of files that it has measured
OWN = {
    **dict.fromkeys(("department", "studio", "task_type", "task_status", "entity_type", "project_status"), MADE),
    **{table: MADE | {"file_size"} for table in ("preview_background_file", "status_automation")},
    "person": MADE | {"timezone", "last_presence"},
    **dict.fromkeys(POSTED, MADE),
    "project": {"updated_at"},
    "preview_file": {"updated_at", "data", "file_size", "width", "height"},
    "comment": {"updated_at"},
}


def without_the_unsent(item):
    (table, key), found = item
    if isinstance(found, dict):
        found = {name: value for name, value in found.items() if name not in OWN.get(table, ())}
    return (table, key), found


def test_days_off_go_along_with_all_productions(here, third):
    mine = here.db.execute("SELECT date, end_date FROM day_off").fetchall()
    assert push(here, third, dry_run=True, projects=()).new["day off"] == len(mine) > 0
    assert third.app.db.value("SELECT count(*) FROM day_off") == 0
    for known in (0, len(mine)):
        report = push(here, third, projects=())
        assert (report.missed, report.known["day off"]) == ([], known)
        assert third.app.db.execute("SELECT date, end_date FROM day_off").fetchall() == mine


def test_what_is_made_one_by_one_is_changed_by_a_later_push(source, here, third):
    dry = push(here, third, dry_run=True)
    assert {name: dry.new[name] for name in ("working file", "output file", "budget", "chat message")} == {
        **{"working file": 1, "output file": 2, "budget": 1, "chat message": 1},
    }
    assert push(here, third).missed == []
    there, budget = third.app.db, here.db.value("SELECT id FROM budget")
    late = "2998-01-01T00:00:00.000000"
    with here.db.write():
        here.db.update(WorkingFile, here.db.value("SELECT id FROM working_file"), comment="mine", updated_at=late)
        here.db.add(BudgetEntry, **entry(source, budget), start_date="2025-01-01")
    report = push(here, third)
    assert (report.missed, report.new["budget entry"], report.known["budget entry"]) == ([], 1, 1)
    assert there.column("SELECT comment FROM working_file") == ["mine"]
    assert there.value("SELECT count(*) FROM budget_entry") == 2
    with there.write():
        there.execute("UPDATE working_file SET comment = 'theirs', updated_at = '2999-01-01T00:00:00.000000'")
    report = push(here, third)
    assert [reason for _, reason in report.missed] == ["it was changed there later than here: see --force"]
    assert there.column("SELECT comment FROM working_file") == ["theirs"]
    assert push(here, third, force=True).missed == []
    assert there.column("SELECT comment FROM working_file") == ["mine"]


def entry(source, budget_id):
    columns = {"department_id": source.fur["id"], "person_id": source.bob["id"], "months_duration": 1}
    return {"budget_id": budget_id, "daily_salary": 90, **columns}


def test_what_cannot_be_made_is_reported(source, here, third, monkeypatch):
    post = Remote.post

    def refusing(remote, path, body):
        if path == "/data/budgets":
            raise RemoteError("POST /data/budgets: 400 No", 400)
        return post(remote, path, body)

    monkeypatch.setattr(Remote, "post", refusing)
    report = push(here, third, with_files=False)
    assert [what.partition(" ")[0] for what, _ in report.missed] == ["budget", "budget"]
    assert report.missed[0][1] == "POST /data/budgets: 400 No"
    assert (report.new["budget"], report.new["budget entry"]) == (0, 0)
    assert third.app.db.value("SELECT count(*) FROM chat_message") == 1


def test_what_the_production_needs_must_be_there(source, here, third):
    before = rows_of(third.app.db, ["organisation"])
    with pytest.raises(SetupError, match=r"lacks what the production needs: .*Grooming.*--create-missing"):
        push(here, third, creates=False)
    report = push(here, third, creates=False, dry_run=True)
    assert ("task type Grooming", "it is not there: --create-missing creates it") in report.missed
    assert push(here, third, dry_run=True).new["task type"] == 1
    assert differences(before, rows_of(third.app.db, ["organisation"])) == {}


def test_people_and_types_of_the_other_server_are_used(source, here, third):
    there = Studio(third.app)
    ann = there.person(email="ann@studio.com")
    hold = there.add(TaskStatus, name="Waiting", short_name="hld", color="#ffffff")
    assert push(here, third, with_files=False).missed == []
    task = third.app.db.find(Task, relations=True, id=source.groom["id"])
    assert (task["task_status_id"], task["assigner_id"]) == (hold["id"], ann["id"])
    # both assignees, and the casting of the asset
    assert ann["id"] in task["assignees"]
    assert len(task["assignees"]) == 2
    assert third.app.db.related(Entity, source.sheep["id"], "entities_out") == [source.wool["id"]]
    assert third.app.db.get(TaskStatus, hold["id"])["name"] == "Waiting"


def test_what_was_changed_there_later_stays(source, here, third):
    push(here, third, with_files=False)
    with third.app.db.write():
        third.app.db.update(Entity, source.sheep["id"], description="theirs", updated_at="2999-01-01T00:00:00.000000")
    report = push(here, third, with_files=False)
    assert [reason for _, reason in report.missed] == ["it was changed there later than here: --force overwrites it"]
    assert third.app.db.get(Entity, source.sheep["id"])["description"] == "theirs"
    assert push(here, third, with_files=False, force=True).missed == []
    assert third.app.db.get(Entity, source.sheep["id"])["description"] is None


def test_only_what_was_changed_here_since_a_moment(source, here, third):
    push(here, third, with_files=False)
    with here.db.write():
        here.db.execute("UPDATE entity SET updated_at = '2001-01-01T00:00:00.000000', description = 'old'")
        here.db.update(Entity, source.shot["id"], description="new", updated_at="2998-01-01T00:00:00.000000")
    assert push(here, third, with_files=False, since="2002-01-01T00:00:00.000000").missed == []
    described = dict(third.app.db.execute("SELECT id, description FROM entity"))
    assert (described[source.shot["id"]], described[source.wool["id"]]) == ("new", None)


def test_a_row_that_is_refused_there_is_reported_alone(source, here, third):
    push(here, third, with_files=False)
    with here.db.write():
        here.db.execute("UPDATE task SET difficulty = 2, updated_at = '2998-01-01T00:00:00.000000'")
    with third.app.db.write():
        third.app.db.update(Task, source.animate["id"], name="taken")
        columns = third.app.db.get(Task, source.groom["id"])
        third.app.db.add(
            Task,
            **{
                **columns,
                "id": None,
                "name": "main",
                "entity_id": source.shot["id"],
                "task_type_id": third.app.db.get(Task, source.animate["id"])["task_type_id"],
            },
        )
    report = push(here, third, with_files=False)
    assert [what.split()[:2] for what, _ in report.missed] == [["tasks", source.animate["id"]]]
    assert third.app.db.get(Task, source.groom["id"])["difficulty"] == 2


def test_a_production_that_cannot_be_stored_ends_it(source, here, third):
    Studio(third.app).project(name="Agent 327")
    report = push(here, third)
    assert report.missed[-1] == ("all of Agent 327", "its production could not be stored there")
    assert third.app.db.value("SELECT count(*) FROM entity") == 0


def test_only_an_administrator_can_push(source, here, third):
    person = Studio(third.app).person("manager")
    remote = Remote(third.url, third.token(person["email"]), pause=lambda seconds: None)
    remote.find_api()
    with pytest.raises(SetupError, match="is not an administrator"):
        Push(Context(here), remote, memory.of(here.folder, third.url), Options()).run()


def test_the_command_pushes(source, pulled, third, tmp_path, capsys):
    folder = shutil.copytree(pulled, tmp_path / "studio")
    common = ("--email", EMAIL, "--password", PASSWORD, "--data-dir", str(folder))
    assert main(["push", third.url, "--project", "Agent 327", "--create-missing", *common]) == 0
    output = capsys.readouterr().out
    assert "Pushed:" in output
    assert "Left out on purpose:" in output
    assert main(["push", third.url, "--project", "Agent 327", "--dry-run", *common]) == 0
    assert "Would be pushed:" in capsys.readouterr().out
    assert main(["push", third.url, "--project", "None", *common]) == 1
    assert "no production 'None' here" in capsys.readouterr().err


def test_what_was_pulled_from_a_server_goes_back_under_the_ids_that_it_has_there(source, third, tmp_path):
    """A studio with types of its own pulls, changes and pushes back."""
    folder = tmp_path / "own"
    with served(folder) as server:
        own = Studio(server.app)
        hold = own.add(TaskStatus, name="Waiting", short_name="hld", color="#ffffff")
        own.project(name="Own")
        known = memory.of(folder, source.server.url)
        report = pull.Pull(
            Context(server.app), connected(source.server), known, pull.Options(projects=("Agent 327",))
        ).run()
        assert report.missed == []
        assert server.app.db.get(Task, source.groom["id"])["task_status_id"] == hold["id"]
        before = source.db.get(Task, source.groom["id"])
        with server.app.db.write():
            server.app.db.update(Task, source.groom["id"], priority=2, updated_at="2997-01-01T00:00:00.000000")
        assert push(server.app, source.server, creates=False).missed == []
    after = source.db.get(Task, source.groom["id"])
    assert after == {**before, "priority": 2, "updated_at": "2997-01-01T00:00:00"}


def test_a_server_that_refuses_files_and_single_calls_gets_the_rest(source, here, third, monkeypatch):
    """Each refusal is reported, and the next push makes up for it."""
    refused = (
        r"/data/(persons|backgrounds|preview-files|entities|task-type-links|chats/|tasks/[^/]*/comments)"
        r"|/pictures|/actions/tasks"
    )
    call, upload = Remote.call, Remote.upload

    def refusing(remote, method, path, body=None):
        taken = path.startswith("/data/persons") or "?relations" in path or "/chat/" in path
        if re.match(refused, path) and not taken:
            raise RemoteError(f"{method} {path}: 400 No", 400)
        return call(remote, method, path, body)

    def refusing_upload(remote, path, *args, **texts):
        if re.match(refused, path):
            raise RemoteError(f"POST {path}: 413 Too large", 413)
        return upload(remote, path, *args, **texts)

    gone = here.files.path("files", "previews", source.book["id"])
    kept = gone.read_bytes()
    gone.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "call", refusing)
        patch.setattr(Remote, "upload", refusing_upload)
        report = push(here, third)
    missed = "\n".join(report.lines())
    for what, reason in (
        ("settings of Agent 327", "400 No"),
        ("source of preview", "400 No"),
        ("links of concept", "400 No"),
        ("attachments of comment", "400 No"),
        ("file of .* chat.txt", "413 Too large"),
        ("attachments of the chat", "400 No"),
        (f"file of {source.still['id']}", "413 Too large"),
        (f"file of {source.book['id']}", "it is not here"),
        ("file of person", "413 Too large"),
    ):
        assert re.search(f"{what}.*: .*{reason}", missed), (what, missed)
    assert report.files == 1  # the picture of a background
    assert third.app.db.value("SELECT count(*) FROM comment") > 0
    gone.write_bytes(kept)
    again = push(here, third)
    assert again.missed == []
    assert third.app.db.value("SELECT count(*) FROM entity_concept_link") == 1
    assert again.files >= 3


def test_a_connection_that_breaks_off_ends_a_push_which_can_be_started_again(source, here, third, monkeypatch):
    call = Remote.call

    def broken(remote, *args, **texts):
        raise RemoteError("The connection broke off.")

    for lost in ("/import/kitsu/tasks", "/data/budgets", "/actions/user/chats"):

        def breaking(remote, method, path, body=None, lost=lost):
            return broken(remote) if method == "POST" and path.startswith(lost) else call(remote, method, path, body)

        with monkeypatch.context() as patch:
            patch.setattr(Remote, "call", breaking)
            with pytest.raises(RemoteError, match="broke off"):
                push(here, third)
        # what the push itself has changed does not seem to be changed there
        moments = {db.get(Project, source.show["id"])["updated_at"] for db in (here.db, third.app.db)}
        assert len(moments) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "upload", broken)
        with pytest.raises(RemoteError, match="broke off"):
            push(here, third)
    assert push(here, third).missed == []
    assert third.app.db.value("SELECT count(*) FROM budget") == 1


def test_a_person_whom_the_other_server_does_not_make_is_reported(here, third, monkeypatch):
    post = Remote.post

    def refusing(remote, path, body):
        if path.startswith("/data/persons"):
            raise RemoteError("POST /data/persons: 403 No", 403)
        return post(remote, path, body)

    monkeypatch.setattr(Remote, "post", refusing)
    report = push(here, third, with_files=False)
    assert ("person", "POST /data/persons: 403 No") in {(what.split()[0], reason) for what, reason in report.missed}
    assert third.app.db.value("SELECT count(*) FROM person WHERE email = 'ann@studio.com'") == 0
