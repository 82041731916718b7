"""Productions come from another server with all that belongs to them."""

import errno
import re
import shutil

import pyotp
import pytest
from exchange.filled import EMAIL, PASSWORD, differences, files_of, rows_of, served
from support import PASSWORD as ACCOUNT_PASSWORD
from support import Studio

from kitsulite.cli import main
from kitsulite.context import Context
from kitsulite.errors import DiskFull, SetupError
from kitsulite.exchange.kitsu import listings, memory
from kitsulite.exchange.kitsu.pull import Options, Pull
from kitsulite.exchange.kitsu.remote import Remote, RemoteError
from kitsulite.models.people import Person
from kitsulite.models.tasks import Comment, Task, TaskStatus
from kitsulite.store import search


@pytest.fixture(scope="module")
def new_folder(tmp_path_factory):
    """A studio in which nothing was made yet."""
    folder = tmp_path_factory.mktemp("new") / "studio"
    with served(folder):
        pass
    return folder


@pytest.fixture(scope="module")
def own_server():
    with served() as server:
        yield server


@pytest.fixture
def here(own_server):
    """A fresh studio to pull into."""
    own_server.reset()
    app = own_server.app
    shutil.rmtree(app.folder / memory.FOLDER, ignore_errors=True)
    with app.db.write():
        app.db.execute("DELETE FROM api_event")
    return app


def pull(app, source, **options):
    server = source.server
    remote = Remote(server.url, server.token(), pause=lambda seconds: None)
    remote.find_api()
    return Pull(Context(app), remote, memory.of(app.folder, server.url), Options(**options)).run()


def test_all_tables_and_files_come_once(source, here):
    report = pull(here, source)
    assert report.missed == []
    assert search.lagging(here.db) == 0
    before, files = rows_of(here.db), files_of(here)
    assert differences(rows_of(source.db), before) == {}
    assert differences(files_of(source.app), files) == {}
    again = pull(here, source)
    assert (again.missed, sum(again.new.values()), again.files) == ([], 0, 0)
    assert differences(before, rows_of(here.db)) == {}
    assert files_of(here) == files


def test_a_production_comes_alone(source, here):
    report = pull(here, source, projects=("agent 327",), with_files=False)
    assert report.missed == []
    assert here.db.column("SELECT name FROM project") == ["Agent 327"]
    assert here.db.column("SELECT DISTINCT project_id FROM task") == [source.show["id"]]
    assert here.db.column("SELECT DISTINCT project_id FROM api_event") == [source.show["id"]]
    assert here.db.value("SELECT count(*) FROM day_off") == 0
    assert files_of(here) == {}
    with pytest.raises(SetupError, match="no production 'Nowhere'"):
        pull(here, source, projects=("Nowhere",))


def test_a_dry_run_changes_nothing(source, here):
    before = rows_of(here.db)
    report = pull(here, source, dry_run=True)
    assert (report.new["task"], report.known["task"], report.missed) == (3, 0, [])
    assert differences(before, rows_of(here.db)) == {}
    assert files_of(here) == {}
    assert not (here.folder / memory.FOLDER).exists()
    pulled = pull(here, source, projects=("Other",), with_files=False)
    names = [listing.name for listing in listings.STUDIO if listing.key]
    assert [report.known[name] for name in names] == [pulled.known[name] for name in names]


def test_a_later_pull_follows_changes_and_deletions(source, here):
    admin = source.server.api
    task = source.task(source.shot, "Layout")
    comment = source.comment(task)
    shot = source.entity(source.show, "Shot", name="SH09")
    pull(here, source, with_files=False)
    since = memory.of(here.folder, source.server.url).pulled
    with here.db.write():
        here.db.execute("UPDATE entity SET description = 'mine', updated_at = '2001-01-01T00:00:00.000000'")
    old = "2001-01-01T00:00:00.000000"
    with source.db.write():
        source.db.execute("UPDATE entity SET updated_at = ? WHERE id <> ?", [old, source.sheep["id"]])
    assert admin.delete(f"/data/tasks/{task['id']}?force=true").status == 204
    assert admin.delete(f"/data/shots/{shot['id']}?force=true").status == 204
    report = pull(here, source, since=since, with_files=False)
    assert (report.missed, report.removed["task"], report.removed["entity"]) == ([], 1, 1)
    for table, row_id in (("task", task["id"]), ("comment", comment["id"]), ("entity", shot["id"])):
        assert here.db.value(f"SELECT 1 FROM {table} WHERE id = ?", [row_id]) is None
    described = dict(here.db.execute("SELECT id, description FROM entity"))
    assert described[source.sheep["id"]] is None
    assert described[source.wool["id"]] == "mine"


class OwnStudio(Studio):
    """A studio with people, types and a production of its own."""

    def __init__(self, app):
        super().__init__(app)
        self.fur = self.department(name="Fur", color="#ffffff")
        self.ann = self.account(email="ann@studio.com", first_name="Anna", totp_enabled=True)
        self.hold = self.add(TaskStatus, name="Waiting", short_name="hld", color="#ffffff")
        self.own = self.project(name="Own")
        self.own_task = self.task(self.entity(self.own, "Shot"), "Animation", [self.ann])


def test_a_studio_of_its_own_keeps_its_people_and_types(source, here):
    own = OwnStudio(here)
    before = rows_of(here.db)
    report = pull(here, source, projects=("Agent 327",), with_files=False)
    assert report.missed == []
    after = rows_of(here.db)
    assert {key: after.get(key) for key in before} == before
    groomed = here.db.find(Task, relations=True, id=source.groom["id"])
    assert groomed["task_status_id"] == own.hold["id"]
    assert groomed["assigner_id"] == own.ann["id"]
    assert set(groomed["assignees"]) == {own.ann["id"], source.bob["id"]}
    note = here.db.find(Comment, id=source.note["id"])
    assert note["replies"][0]["person_id"] == own.ann["id"]
    assert here.db.value("SELECT count(*) FROM person WHERE email = 'ann@studio.com'") == 1
    again = pull(here, source, projects=("Agent 327",), with_files=False)
    assert (again.missed, sum(again.new.values())) == ([], 0)


def test_people_who_can_sign_in_keep_that(source, here):
    boss = here.db.find(Person, email=EMAIL)
    pull(here, source, with_files=False)
    assert here.db.find(Person, email=EMAIL)["id"] == source.db.find(Person, email=EMAIL)["id"] != boss["id"]
    assert here.db.value("SELECT password IS NOT NULL FROM person WHERE email = ?", [EMAIL])
    with source.db.write():
        source.db.execute("UPDATE person SET role = 'user', totp_enabled = 1 WHERE email = ?", [EMAIL])
    try:
        pull(here, source, with_files=False)
    finally:
        with source.db.write():
            source.db.execute("UPDATE person SET role = 'admin', totp_enabled = 0 WHERE email = ?", [EMAIL])
    kept = here.db.find(Person, email=EMAIL)
    assert (kept["role"], kept["totp_enabled"]) == ("admin", False)
    assert here.db.value("SELECT count(*) FROM person WHERE password IS NOT NULL") == 1


def test_a_production_whose_name_is_taken_is_reported(source, here):
    Studio(here).project(name="Agent 327")
    report = pull(here, source, with_files=False)
    assert any("Agent 327" in what for what, _ in report.missed)
    assert here.db.find(Task, id=source.groom["id"]) is None
    assert here.db.column("SELECT name FROM project ORDER BY name") == ["Agent 327", "Other"]


def test_what_lacks_its_rows_is_reported(source, here, monkeypatch):
    """One listing that the other server cannot give, and all that refers to its rows."""
    rows = Remote.rows

    def broken(remote, path):
        if "/data/tasks?" in path:
            raise RemoteError("GET /data/tasks: 500", 500)
        return rows(remote, path)

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "rows", broken)
        report = pull(here, source, with_files=False)
    missed = "\n".join(f"{what}: {reason}" for what, reason in report.missed)
    assert "Agent 327: task: GET /data/tasks: 500" in missed
    assert "news" in missed
    assert here.db.find(Comment, id=source.note["id"])
    # what was not listed may be older than the next pull asks for
    assert memory.of(here.folder, source.server.url).pulled is None
    assert pull(here, source, with_files=False).missed == []
    assert memory.of(here.folder, source.server.url).pulled
    assert differences(rows_of(source.db), rows_of(here.db)) == {}


def test_a_pull_that_breaks_off_is_started_again(source, here, monkeypatch):
    download = Remote.download
    left = iter(range(4))

    def breaking(remote, path, folder):
        if next(left, None) is None:
            raise RemoteError("The connection broke off.")
        return download(remote, path, folder)

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "download", breaking)
        with pytest.raises(SetupError, match="broke off"):
            pull(here, source)
    assert pull(here, source).missed == []
    assert differences(rows_of(source.db), rows_of(here.db)) == {}
    assert differences(files_of(source.app), files_of(here)) == {}


@pytest.mark.parametrize("pages", [0, 12])
def test_a_pull_goes_on_after_the_disk_was_full(source, here, pages):
    for number in range(pages * 5):
        source.entity(source.other, "Prop", description=f"{number} " * 400)
    # no page has room
    here.db.execute("VACUUM")
    used = here.db.value("PRAGMA page_count")
    here.db.execute(f"PRAGMA max_page_count = {used + pages}")
    with pytest.raises(DiskFull, match="make room and start again"):
        pull(here, source)
    assert not here.db.connection().in_transaction
    assert here.db.rows("PRAGMA foreign_key_check") == []
    here.db.execute("PRAGMA max_page_count = 1000000")
    assert pull(here, source, with_files=False).missed == []
    assert differences(rows_of(source.db), rows_of(here.db)) == {}


def test_a_file_for_which_there_is_no_room_ends_a_pull(source, here, monkeypatch):
    def failing(number):
        def fail(*args):
            raise OSError(number, "It does not work")

        return fail

    for number, place, kind, message in (
        (errno.ENOSPC, "exchange.kitsu.remote.shutil.copyfileobj", DiskFull, "make room and start again"),
        (errno.ENOSPC, "store.files.os.fsync", DiskFull, "make room and start again"),
        (errno.EIO, "store.files.os.fsync", OSError, "It does not work"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"kitsulite.{place}", failing(number))
            with pytest.raises(kind, match=message):
                pull(here, source, projects=("Agent 327",))
    assert files_of(here) == {}
    assert pull(here, source, projects=("Agent 327",)).missed == []
    assert differences(files_of(source.app), files_of(here)) == {}


def test_a_file_that_is_not_there_is_reported(source, here):
    path = source.app.files.path("movies", "previews", source.movie["id"])
    kept = path.read_bytes()
    path.unlink()
    try:
        report = pull(here, source, projects=("Agent 327",))
    finally:
        path.write_bytes(kept)
    assert [reason for what, reason in report.missed if source.movie["id"] in what] == ["it is not there"]
    assert len(report.missed) == 1


def test_a_file_that_cannot_be_read_there_is_reported_and_the_others_come(source, here, monkeypatch):
    download = Remote.download

    def faulty(remote, path, folder):
        if "/movies/originals/" in path or "/pictures/previews/" in path:
            raise RemoteError(f"GET {path}: 500", 500)
        return download(remote, path, folder)

    monkeypatch.setattr(Remote, "download", faulty)
    # the smaller picture of the still is made of another one anyway
    ((what, reason),) = pull(here, source, projects=("Agent 327",)).missed
    assert what.startswith(f"file of preview file {source.movie['id']}")
    assert reason == f"GET /movies/originals/preview-files/{source.movie['id']}.mp4: 500"
    assert here.files.find("files", "previews", source.book["id"])


def test_a_person_without_rights_is_refused(source, here):
    server = source.server
    remote = Remote(server.url, server.token(source.ann["email"]), pause=lambda seconds: None)
    remote.find_api()
    options = Options(projects=("Agent 327",), with_files=False)
    report = Pull(Context(here), remote, memory.of(here.folder, server.url), options).run()
    assert report.missed[0] == ("what only administrators see", "ann@studio.com is none on the other server")
    assert here.db.find(Task, id=source.groom["id"])


@pytest.fixture
def kitsulite_command(new_folder, tmp_path, capsys):
    """Run a command on a fresh studio: (exit code, output, errors)."""
    folder = shutil.copytree(new_folder, tmp_path / "commanded")

    def run(*words):
        code = main([*words, "--data-dir", str(folder)])
        found = capsys.readouterr()
        return code, found.out, found.err

    return run


def test_the_command_says_what_came_and_what_did_not(source, kitsulite_command):
    url = source.server.url
    sign_in = ("--email", EMAIL, "--password", PASSWORD)
    code, output, _ = kitsulite_command("pull", url, "--project", "Agent 327", "Other", *sign_in)
    assert code == 0
    assert re.search(r"Pulled:\n.* task +3 new +0 known\n", output, re.DOTALL)
    assert "Left out on purpose:\n  passwords" in output
    assert re.search(r" comment +0 new", kitsulite_command("pull", url, *sign_in, "--since", "last")[1])
    code, output, _ = kitsulite_command("pull", url, "--token", source.server.token(), "--dry-run", "--no-events")
    assert "Would be pulled:" in output
    for wrong, message in (
        (("pull", url, "--email", EMAIL, "--password", "wrong"), "does not let"),
        (("pull", url, "--token", "x.y.z"), "does not accept the token"),
        (("pull", "ftp://studio.com", *sign_in), "not the address of a server"),
        (("pull", url + "/nowhere", *sign_in), "no Kitsu server"),
        (("pull", url, *sign_in, "--since", "tomorrow"), "a moment like"),
        (("pull", url, "--email", EMAIL, "--password", PASSWORD, "--project", "None"), "no production"),
    ):
        code, _, error = kitsulite_command(*wrong)
        assert (code, message in error) == (1, True), error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(RemoteError("It broke off."), 1, ["kitsulite: It broke off."]), (KeyboardInterrupt(), 130, [])],
)
def test_the_command_says_that_it_can_be_started_again(source, kitsulite_command, monkeypatch, error, code, said):
    def broken(remote, path):
        raise error

    monkeypatch.setattr(Remote, "rows", broken)
    ended, _, errors = kitsulite_command("pull", source.server.url, "--token", source.server.token())
    again = "Run the command again later: what was pulled so far is kept."
    assert (ended, errors.splitlines()) == (code, [*said, again])


def test_nothing_since_last_without_a_first(source, kitsulite_command):
    code, _, error = kitsulite_command("pull", source.server.url, "--token", source.server.token(), "--since", "last")
    assert (code, "Nothing was pulled" in error) == (1, True)


def test_a_second_factor_is_asked_for(source, kitsulite_command):
    secret = pyotp.random_base32()
    person = source.account("admin", email="careful@studio.com", totp_enabled=True, totp_secret=secret)
    try:
        words = (
            "pull",
            source.server.url,
            "--email",
            person["email"],
            "--password",
            ACCOUNT_PASSWORD,
            "--dry-run",
            "--project",
            "Other",
        )
        code, _, error = kitsulite_command(*words)
        assert (code, "Code from the authenticator app is missing" in error) == (1, True), error
        assert kitsulite_command(*words, "--code", pyotp.TOTP(secret).now())[0] == 0
    finally:
        with source.db.write():
            source.db.execute("DELETE FROM login_log WHERE person_id = ?", [person["id"]])
            source.db.execute("DELETE FROM person WHERE id = ?", [person["id"]])


NOBODY = "00000000-0000-4000-8000-000000000001"


def test_nonsense_of_a_server_is_reported_and_the_rest_comes(source, here, monkeypatch):
    rows, get = Remote.rows, Remote.get
    shot, sheep, wool = (row["id"] for row in (source.shot, source.sheep, source.wool))
    round_about = {shot: shot, sheep: wool, wool: sheep}

    def strange(remote, path):
        found = rows(remote, path)
        if path.startswith("/data/departments?"):
            yield from ("nonsense", {"name": "Nameless"}, {"id": "7", "name": "Short"})
        for row in found:
            if "/data/tasks?" in path:
                row = {**row, "priority": "high", "assignees": [NOBODY, 7, *row["assignees"]]}
            if row["id"] in round_about:
                row = {**row, "source_id": round_about[row["id"]]}
            yield row

    def faulty(remote, path):
        if path == "/data/departments/hardware-items":
            raise RemoteError(f"GET {path}: 500", 500)
        if path == "/data/departments/software-licenses":
            return {NOBODY: [{"id": NOBODY}]}
        if path.endswith("/team"):
            raise RemoteError(f"GET {path}: 403", 403)
        return get(remote, path)

    monkeypatch.setattr(Remote, "rows", strange)
    monkeypatch.setattr(Remote, "get", faulty)
    report = pull(here, source, with_files=False)
    said = "\n".join(report.lines())
    for expected in (
        "department None Nameless: it has no id",
        "department 7 Short: it has no id",
        f"task {source.groom['id']} main, priority: ",
        f"task {source.groom['id']}, assignees: {NOBODY} was not taken",
        "hardware-items of departments: GET /data/departments/hardware-items: 500",
        f"entity {shot}, source_id: source_id leads back to the row itself.",
        f"entity {sheep}, source_id: source_id leads back to the row itself.",
        f"software department link {NOBODY} {NOBODY}: ",
        f"settings of production {source.show['id']}: ",
    ):
        assert expected in said, said
    assert said.count("could not be taken:") == 1
    groomed = here.db.find(Task, relations=True, id=source.groom["id"])
    assert sorted(groomed["assignees"]) == sorted(
        source.db.find(Task, relations=True, id=source.groom["id"])["assignees"]
    )
    assert here.db.value("SELECT count(*) FROM department") == source.db.value("SELECT count(*) FROM department")


def test_a_server_without_equipment_and_with_priorities_alone(source, here, monkeypatch):
    """An older server: it has no lists of equipment, and orders task types by a table."""
    get = Remote.get
    grooming = source.db.get(Task, source.groom["id"])["task_type_id"]

    def older(remote, path):
        if path.startswith("/data/departments/"):
            raise RemoteError(f"GET {path}: 404", 404)
        answer = get(remote, path)
        if path == f"/data/projects/{source.show['id']}":
            del answer["task_type_links"]
            return {**answer, "task_types_priority": {grooming: 41}, "task_statuses_link": {NOBODY: {"new": 1}}}
        return answer

    monkeypatch.setattr(Remote, "get", older)
    assert pull(here, source, projects=("Agent 327",), with_files=False).missed == []
    sql = "SELECT priority FROM project_task_type_link WHERE project_id = ? AND task_type_id = ?"
    assert here.db.value(sql, [source.show["id"], grooming]) == 41


def test_a_listing_without_an_answer_ends_a_pull(source, here, monkeypatch):
    rows = Remote.rows

    def breaking(remote, path):
        if "/data/tasks?" in path:
            raise RemoteError("The connection broke off.")
        return rows(remote, path)

    monkeypatch.setattr(Remote, "rows", breaking)
    with pytest.raises(RemoteError, match="broke off"):
        pull(here, source, with_files=False)
    assert memory.of(here.folder, source.server.url).pulled is None


def test_deletions_are_followed_through_all_pages_and_what_stays_is_reported(source, here, monkeypatch):
    get, asked = Remote.get, []
    events = [{"id": NOBODY, "name": "project:update", "data": {}, "project_id": None}] * 999
    gone = {"name": "comment:delete", "data": {"comment_id": source.note["id"]}, "project_id": source.show["id"]}
    status = source.db.get(Task, source.groom["id"])["task_status_id"]
    pages = [
        [*events, {**gone, "id": source.note["id"]}],
        [
            {"id": "1", "name": "unheard-of:delete", "data": {}, "project_id": None},
            {"id": "2", "name": "task-status:delete", "data": {"task_status_id": status}, "project_id": None},
        ],
    ]

    def paged(remote, path):
        if path.startswith("/data/events/last?limit=1000&after="):
            asked.append(path)
            return pages[len(asked) - 1]
        return get(remote, path)

    pull(here, source, with_files=False)
    monkeypatch.setattr(Remote, "get", paged)
    report = pull(here, source, since="2999-01-01T00:00:00", with_files=False, with_events=False)
    assert asked[1] == f"{asked[0]}&cursor_event_id={source.note['id']}"
    assert here.db.find(Comment, id=source.note["id"]) is None
    assert report.removed["comment"] == 1
    assert "   1 removed" in "\n".join(report.lines())
    assert [what.partition(status)[0] for what, _ in report.missed] == ["the deletion of task status "]
    assert here.db.find(TaskStatus, id=status)
