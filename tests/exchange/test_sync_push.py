"""The sync commands of the reference: what its push sends is taken, what its mirror asks for is there."""

import json

import pytest
from exchange.filled import differences, rows_of, served
from exchange.test_push import connected
from exchange.test_sync_lists import NEWS, PAGES, PROJECT, STUDIO, TAKEN_OUT, asked
from support import Studio

from kitsulite.context import Context
from kitsulite.domain.kinds import kind, of_kind
from kitsulite.exchange.kitsu import memory, pull
from kitsulite.models import TABLES, activity, entities, previews, projects, tasks
from kitsulite.models.base import json_object, parts

OF_PROJECT = "project_id = ?"
OF_TASKS = "task_id IN (SELECT id FROM task WHERE project_id = ?)"
OF_COMMENTS = "object_id IN (SELECT id FROM task WHERE project_id = ?)"
OF_PLAYLISTS = "playlist_id IN (SELECT id FROM playlist WHERE project_id = ?)"
OF_ATTACHMENTS = f"comment_id IN (SELECT id FROM comment WHERE {OF_COMMENTS})"
OF_LINKS = "entity_in_id IN (SELECT id FROM entity WHERE project_id = ?)"
BATCH = 200
#: newer servers send folders before the concepts in them
KINDS = ("Episode", "Sequence", "Asset", "Shot", "ConceptFolder", "Concept")


def entities_of(what):
    return (entities.Entity, f"{OF_PROJECT} AND id IN (SELECT e.id FROM entity e WHERE {of_kind(what)})", False)


#: what its push sends, in its order: (import, model, condition, with relations)
STEPS = (
    ("projects", projects.Project, "id = ?", True),
    ("metadata-descriptors", projects.MetadataDescriptor, OF_PROJECT, True),
    ("milestones", projects.Milestone, OF_PROJECT, False),
    *(("entities", *entities_of(what)) for what in KINDS),
    ("schedule-items", projects.ScheduleItem, OF_PROJECT, False),
    ("entity-links", entities.EntityLink, OF_LINKS, False),
    ("tasks", tasks.Task, OF_PROJECT, False),
    ("subscriptions", activity.Subscription, OF_TASKS, False),
    ("notifications", activity.Notification, OF_TASKS, False),
    ("time-spents", tasks.TimeSpent, OF_TASKS, False),
    ("comments", tasks.Comment, OF_COMMENTS, True),
    ("preview-files", previews.PreviewFile, OF_TASKS, False),
    ("attachment-files", previews.AttachmentFile, OF_ATTACHMENTS, False),
    ("news", activity.News, OF_TASKS, False),
    ("playlists", previews.Playlist, OF_PROJECT, True),
    ("build-jobs", previews.BuildJob, OF_PLAYLISTS, False),
)


@pytest.fixture
def target(source, tmp_path):
    """A server that has the people, types and statuses of the source under the same ids."""
    with served(tmp_path / "target") as server:
        known = memory.of(server.app.folder, source.server.url)
        options = pull.Options(projects=("Other",), with_files=False)
        assert pull.Pull(Context(server.app), connected(source.server), known, options).run().missed == []
        yield server


def serialized(source, model, condition, relations):
    """Rows as the reference sends them."""
    if model is entities.Entity:
        shown = {**parts(model), "type": kind("entity")}
        sql = f"SELECT {json_object(shown)} FROM entity WHERE {condition} ORDER BY created_at, rowid"
        return source.db.objects(sql, [source.show["id"]])
    return source.db.all(model, condition, [source.show["id"]], relations=relations)


#: references to what the reference sends later or never: it fails at them
LATER = {
    "projects": {"from_schedule_version_id"},
    "entities": {"preview_file_id"},
    "notifications": {"comment_id"},
    "preview-files": {"source_file_id"},
}


def sent(source, target):
    """Push as the reference does; the answers by import."""
    answers = {}
    for name, model, condition, relations in STEPS:
        rows = serialized(source, model, condition, relations)
        later = LATER.get(name, ())
        rows = [{key: None if key in later else value for key, value in row.items()} for row in rows]
        for start in range(0, max(len(rows), 1), BATCH):
            batch = rows[start : start + BATCH]
            answer = target.api.post(f"/import/kitsu/{name}?silent=true", batch)
            assert answer.status == 200, (name, answer.content)
            assert [row["id"] for row in answer.json] == [row["id"] for row in batch]
            answers.setdefault(name, []).extend(answer.json)
    return answers


def test_what_its_push_sends_arrives(source, target):
    before = target.app.db.value("SELECT count(*) FROM api_event")
    answers = sent(source, target)
    assert {name for name, *_ in STEPS} == set(answers)
    assert target.app.db.value("SELECT count(*) FROM api_event") == before
    tables = {model.table() for _, model, *_ in STEPS}
    pushed = {
        (model.table(), row["id"])
        for name, model, condition, relations in STEPS
        for row in serialized(source, model, condition, relations)
    }
    expected = {key: row for key, row in rows_of(source.db).items() if key in pushed}
    found = rows_of(target.app.db)
    different = differences(expected, {key: found[key] for key in expected if key in found})
    assert {table for table, _ in different} <= tables
    # the file of a preview does not travel
    own = {"updated_at", "data"}.union(*LATER.values())
    assert {key: set(value) - own for key, value in different.items() if set(value) - own} == {}


def test_a_later_push_changes_nothing(source, target):
    # comments come before their previews: the second push links them
    sent(source, target)
    sent(source, target)
    linked = "SELECT count(*) FROM comment_preview_link"
    assert target.app.db.value(linked) == source.db.value(linked)
    before = rows_of(target.app.db)
    sent(source, target)
    after = rows_of(target.app.db)
    different = differences(before, after)
    assert {key: set(value) - {"updated_at"} for key, value in different.items() if set(value) - {"updated_at"}} == {}


def test_a_batch_that_is_refused_is_told_and_the_rest_goes_on(source, target):
    """The reference never sends assets, which other rows refer to."""
    for name, model, condition, relations in STEPS[:3]:
        assert target.api.post(f"/import/kitsu/{name}", serialized(source, model, condition, relations)).status in (
            200,
            400,
        )
    links = serialized(source, entities.EntityLink, OF_LINKS, False)
    refused = target.api.post("/import/kitsu/entity-links?silent=true", links)
    assert refused.status == 400
    assert "entity_in_id refers to a row that does not exist" in refused.json["message"]


# What its pull walks through


class Long(Studio):
    """A production with more rows of each paged list than a page has."""

    def __init__(self, server):
        super().__init__(server.app)
        self.server = server
        ann, bob = self.person("manager"), self.person()
        self.show = self.project([ann, bob])
        of_show, add = {"project_id": self.show["id"]}, self.db.add
        kinds = {"entity_type_id": self.entity(self.show, "Shot")["entity_type_id"], **of_show}
        layout, todo = self.task_type("Layout")["id"], self.task_status("todo")["id"]
        with self.db.write():
            for number in range(230):
                shot = add(entities.Entity, name=f"L{number}", **kinds)
                of_task = {"task_type_id": layout, "task_status_id": todo, "entity_id": shot}
                task = add(tasks.Task, name="main", **of_task, **of_show)
                said = {"object_id": task, "object_type": "Task", "person_id": bob["id"]}
                about = {"task_id": task, "author_id": bob["id"], "comment_id": add(tasks.Comment, text="", **said)}
                add(activity.News, **about)
                add(activity.Notification, type="comment", person_id=ann["id"], **about)
                add(previews.PreviewFile, task_id=task, name=f"p{number}", revision=1, status="missing")
                add(previews.Playlist, name=f"P{number}", **of_show)
                add(activity.ApiEvent, name="task:new", data={"task_id": task}, **of_show)


@pytest.fixture(scope="module")
def long():
    with served() as server:
        yield Long(server)


def walked(source, path):
    """All pages of a list, as the reference asks for them."""
    rows, page, mark = [], 1, "&" if "?" in path else "?"
    while True:
        found = asked(source, f"{path}{mark}page={page}")
        assert (found["page"], found["limit"], found["offset"]) == (page, 100, (page - 1) * 100)
        assert len(found["data"]) == min(100, found["total"] - found["offset"])
        rows += found["data"]
        if page >= found["nb_pages"]:
            return rows, found["total"]
        page += 1


@pytest.mark.parametrize("path", PAGES)
def test_every_row_comes_on_one_page(long, path):
    base = f"/data/projects/{long.show['id']}/{path}"
    if path == "news":
        rows, page = [], 1
        while some := asked(long, f"{base}?page={page}")["data"]:
            rows, page = rows + some, page + 1
    else:
        rows, total = walked(long, base)
        assert len(rows) == total
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) > 200
    condition = (
        OF_COMMENTS
        if path == "comments"
        else OF_TASKS
        if "project_id" not in TABLES[PAGES[path]].columns()
        else OF_PROJECT
    )
    assert set(ids) == set(long.db.column(f"SELECT id FROM {PAGES[path]} WHERE {condition}", [long.show["id"]]))


def test_events_of_the_studio_are_paged_and_followed(long):
    rows, total = walked(long, "/data/events?relations=true")
    assert len({row["id"] for row in rows}) == total == long.db.value("SELECT count(*) FROM api_event")
    newest = long.db.column("SELECT id FROM api_event ORDER BY created_at DESC, rowid DESC")
    found, cursor = [], ""
    while page := asked(long, f"/data/events/last?limit=50{cursor}"):
        found += [event["id"] for event in page]
        cursor = f"&cursor_event_id={page[-1]['id']}"
    assert found == newest
    moment = long.db.value("SELECT created_at FROM api_event ORDER BY created_at LIMIT 1 OFFSET 100")
    window = asked(long, f"/data/events/last?limit=300&before=2999-01-01T00:00:00&after={moment[:19]}")
    assert window
    assert all(event["created_at"] >= moment[:19] for event in window)


#: objects of events -> where their rows are, one by one
SINGLE = {
    **{
        table.replace("_", "-"): table.replace("_", "-") + "s"
        for table in (
            *("attachment_file", "comment", "custom_action", "day_off", "department", "entity_link"),
            *("entity_type", "metadata_descriptor", "milestone", "notification", "organisation", "person", "playlist"),
            *("preview_background_file", "preview_file", "project", "schedule_item", "search_filter"),
            *("search_filter_group", "subscription", "status_automation", "studio", "task", "task_type", "time_spent"),
        )
    },
    **{"news": "news", "project-status": "project-status", "task-status": "task-status", "event": "events"},
}
#: keys of single rows that are no columns, and that the reference itself answers
MORE = {
    "comment": {"person"},
    "project": {"descriptors", "task_types_priority", "task_type_links", "task_statuses_link"},
    "entity": {"casting_episode_ids", "instance_casting", "preview_file_status"},
}


@pytest.mark.parametrize("name", SINGLE)
def test_single_rows_are_taken_as_those_of_lists(source, name):
    table = "api_event" if name == "event" else name.replace("-", "_")
    order = "created_at DESC" if "created_at" in TABLES[table].columns() else "rowid"
    if name == "organisation":
        # made when it is first asked for
        asked(source, "/auth/authenticated")
    row_id = source.db.value(f"SELECT id FROM {table} ORDER BY {order} LIMIT 1")
    row = asked(source, f"/data/{SINGLE[name]}/{row_id}")
    if name == "news":
        assert set(row) >= NEWS
        return
    assert row["id"] == row_id
    taken_out = {*TAKEN_OUT.get(table, ()), *TABLES[table].relations, *MORE.get(table, ()), "type"}
    assert set(row) - {*TABLES[table].columns(), *taken_out} == set()


@pytest.mark.parametrize("kind_name", ["asset", "shot", "sequence", "episode", "concept", "entitie"])
def test_single_entities_are_taken_as_those_of_lists(source, kind_name):
    what = "Shot" if kind_name == "entitie" else kind_name.capitalize()
    sql = f"SELECT e.id FROM entity e WHERE e.project_id = ? AND {of_kind(what)} ORDER BY e.created_at LIMIT 1"
    row = asked(source, f"/data/{kind_name}s/{source.db.value(sql, [source.show['id']])}")
    assert row["ready_for"] != "None"
    known = {*entities.Entity.columns(), *TAKEN_OUT["entity"], *MORE["entity"], "type"}
    assert set(row) - known == set()


def test_all_lists_of_its_pull_are_asked_for():
    assert {"events", "day-offs", *STUDIO} == set(STUDIO)
    assert len({**PROJECT, **PAGES}) == 19


def test_files_come_from_the_paths_that_it_asks(source):
    show, still, movie, book = source.show["id"], source.still["id"], source.movie["id"], source.book["id"]
    sky = source.sky["id"]
    attachment = source.db.rows("SELECT id, name FROM attachment_file WHERE comment_id IS NOT NULL")[0]
    paths = {
        f"/pictures/thumbnails/persons/{source.ann['id']}.png": ("pictures", "thumbnails", source.ann["id"]),
        f"/pictures/thumbnails/projects/{show}.png": ("pictures", "thumbnails", show),
        **{
            f"/pictures/{name}/preview-files/{still}.png": ("pictures", prefix, still)
            for name, prefix in (
                *(("thumbnails", "thumbnails"), ("thumbnails-square", "thumbnails-square")),
                *(("previews", "previews"), ("originals", "original")),
            )
        },
        f"/movies/originals/preview-files/{movie}.mp4": ("movies", "previews", movie),
        f"/movies/low/preview-files/{movie}.mp4": ("movies", "previews", movie),
        f"/pictures/originals/preview-files/{book}.pdf": ("files", "previews", book),
        f"/pictures/preview-background-files/{source.sky['id']}.hdr": (
            "pictures",
            "preview-backgrounds",
            source.sky["id"],
        ),
        f"/pictures/thumbnails/preview-background-files/{sky}.png": ("pictures", "thumbnails", sky),
        f"/data/attachment-files/{attachment['id']}/file/{attachment['name']}": (
            "files",
            "attachments",
            attachment["id"],
        ),
    }
    for path, place in paths.items():
        answer = source.server.api.get(path)
        assert answer.status == 200, path
        assert answer.content == source.app.files.path(*place).read_bytes(), path
    for path in (f"/pictures/thumbnails/persons/{source.bob['id']}.png", f"/movies/tiles/preview-files/{still}.png"):
        assert source.server.api.get(path).status == 404
    assert json.loads(source.server.api.get("/data/events/last?only_files=true&limit=50").content)
