"""News of productions."""

import collections
import itertools

import pytest

from kitsulite.domain.comments import news_pages
from kitsulite.models.activity import News
from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectStatus
from kitsulite.models.tasks import TaskPersonLink


class Paper:
    """The board with a shot, and news made by hand."""

    def __init__(self, board):
        self.board, self.studio, self.db = board, board.studio, board.db
        self.episode = self.studio.entity(board.project, "Episode", name="E1")
        sequence = self.studio.entity(board.project, "Sequence", name="S1", parent_id=self.episode["id"])
        self.shot = self.studio.entity(board.project, "Shot", name="P1", parent_id=sequence["id"])
        self.animation = self.studio.task(self.shot, "Animation")

    def news(self, task=None, status="wip", day=1, **columns):
        task = task or self.board.task
        comment = self.studio.comment(task, self.board.artist, task_status_id=self.board.status(status))
        values = {"comment_id": comment["id"], "task_id": task["id"], "author_id": self.board.artist["id"]}
        return self.studio.add(News, **{**values, "created_at": f"2026-01-{day:02}T12:00:00.000000", **columns})

    def read(self, query="", caller=None, project=None):
        path = f"/data/projects/{(project or self.board.project)['id']}/news{query}"
        return self.board.api(caller).get(path)

    def found(self, query=""):
        return [entry["id"] for entry in self.read(query).json["data"]]


@pytest.fixture
def paper(board):
    return Paper(board)


def test_an_entry_says_who_did_what_where(paper):
    preview = paper.studio.preview(paper.animation, revision=3)
    news = paper.news(paper.animation, preview_file_id=preview["id"], change=True)
    (entry,) = paper.read().json["data"]
    assert entry["full_entity_name"] == "E1 / S1 / P1"
    assert entry["episode_id"] == paper.episode["id"]
    assert (entry["type"], entry["change"], entry["preview_file_revision"]) == ("News", True, 3)
    assert entry["person"]["id"] == entry["author_id"] == paper.board.artist["id"]
    assert entry["project_name"] == paper.board.project["name"]
    assert entry["task_entity_id"] == paper.shot["id"]
    assert "preview_files" not in entry
    path = f"/data/projects/{paper.board.project['id']}/news"
    assert paper.board.api().get(f"{path}/{news['id']}").json == entry
    for unknown in (new_id(), "no-id"):
        assert paper.board.api().get(f"{path}/{unknown}").status_int == 404
    other = paper.studio.project(team=[paper.board.manager])
    assert paper.board.api().get(f"/data/projects/{other['id']}/news/{news['id']}").status_int == 404


def test_the_newest_come_first_in_pages(paper):
    ids = [paper.news(day=day)["id"] for day in (2, 3, 1)]
    newest = [ids[1], ids[0], ids[2]]
    assert paper.found() == newest
    assert paper.found("?limit=2") == newest[:2]
    page = paper.read("?limit=2&page=2").json
    assert [entry["id"] for entry in page["data"]] == newest[2:]
    assert (page["total"], page["nb_pages"], page["offset"], page["limit"], page["page"]) == (3, 2, 2, 2, 2)
    default = paper.read("?limit=0&page=0").json
    assert (default["limit"], default["page"], len(default["data"])) == (50, 1, 3)


def test_filters(paper):
    preview = paper.studio.preview(paper.animation)
    asset = paper.news(status="wip", day=1)["id"]
    shot = paper.news(paper.animation, status="done", day=3, preview_file_id=preview["id"])["id"]
    other = paper.news(status="todo", day=5, author_id=paper.board.colleague["id"])["id"]
    for query, wanted in {
        f"task_type_id={paper.animation['task_type_id']}": [shot],
        f"task_status_id={paper.board.status('done')}": [shot],
        f"person_id={paper.board.colleague['id']}": [other],
        f"episode_id={paper.episode['id']}": [shot],
        "only_preview=true": [shot],
        "after=2026-01-01T12:00:00": [other, shot],
        "before=2026-01-03": [asset],
        "after=2026-01-02&before=2026-01-04": [shot],
        "task_type_id=&only_preview=false": [other, shot, asset],
    }.items():
        assert paper.found(f"?{query}") == wanted, query


def test_news_of_a_period_are_counted_by_whole_months_and_at_its_ends(paper):
    moments = [f"2026-{month:02}-{day:02}T12:00:00.000000" for month in (1, 2, 3, 4, 6) for day in (1, 15, 28)]
    for number, moment in enumerate(moments):
        paper.news(status=("wip", "done")[number % 2], change=number % 3 > 0, created_at=moment)
    ends = [
        None,
        "2025-12-31",
        "2026-01-15",
        "2026-01-20",
        "2026-03-01T12:00:00",
        "2026-03-28T12:00:00",
        "2026-05-05",
        "2027-01-01",
    ]
    for after, before in itertools.product(ends, ends):
        fitting = [
            n for n, moment in enumerate(moments) if (after or "") < moment[:-7] and moment[:-7] < (before or "3")
        ]
        changes = collections.Counter(("wip", "done")[n % 2] for n in fitting if n % 3)
        period = {"after": after, "before": before}.items()
        page = paper.read("?limit=1&" + "&".join(f"{name}={end}" for name, end in period if end)).json
        assert page["total"] == len(fitting), (after, before)
        assert page["stats"] == {paper.board.status(name): number for name, number in changes.items()}


@pytest.mark.parametrize("query", ["task_type_id=x", "only_preview=perhaps", "page=x", "limit=x", "after=x"])
def test_filters_that_cannot_be_read(paper, query):
    assert paper.read(f"?{query}").status_int == 400


def test_previews_of_the_same_revision_come_along(paper):
    ids = [paper.studio.preview(paper.animation, revision=2, position=p)["id"] for p in (2, 1)]
    paper.studio.preview(paper.animation, revision=1)
    paper.news(paper.animation, preview_file_id=ids[0])
    (entry,) = paper.read("?only_preview=true").json["data"]
    assert [preview["id"] for preview in entry["preview_files"]] == [ids[1], ids[0]]
    assert set(entry["preview_files"][0]) == {"id", "name", "extension", "revision", "position", "status"}


def test_changes_are_counted_per_status_among_all_that_fit(paper):
    for status, change in (("wip", True), ("wip", True), ("done", True), ("done", False)):
        paper.news(status=status, change=change)
    counts = {paper.board.status("wip"): 2, paper.board.status("done"): 1}
    assert paper.read("?limit=1").json["stats"] == counts
    assert paper.read(f"?task_status_id={paper.board.status('done')}").json["stats"] == {paper.board.status("done"): 1}
    assert paper.read("?person_id=" + new_id()).json["stats"] == {}


def everywhere(paper, caller=None, query=""):
    answer = paper.board.api(caller).get(f"/data/projects/news{query}")
    assert answer.status_int == 200
    return {entry["id"] for entry in answer.json["data"]}


def test_news_of_the_open_productions_of_the_caller(paper):
    second = paper.studio.project(team=[paper.board.manager])
    foreign = paper.studio.project()
    entries = [paper.news()["id"]]
    for project in (second, foreign):
        entries.append(paper.news(paper.studio.task(paper.studio.entity(project, "Prop")))["id"])
    assert everywhere(paper) == set(entries[:2])
    assert everywhere(paper, paper.studio.admin) == set(entries)
    assert everywhere(paper, query=f"?project_id={second['id']}") == {entries[1]}
    assert everywhere(paper, query=f"?project_id={foreign['id']}") == set(entries[:2])
    assert everywhere(paper, paper.studio.person()) == set()


def test_without_an_open_production_the_closed_ones_are_notified_of(paper):
    entry = paper.news()["id"]
    with paper.db.write():
        closed = paper.db.find(ProjectStatus, name="Closed")["id"]
        paper.db.update(Project, paper.board.project["id"], project_status_id=closed)
    paper.news(paper.studio.task(paper.studio.entity(paper.studio.project(project_status_id=closed), "Prop")))
    assert everywhere(paper) == {entry}
    assert len(everywhere(paper, paper.studio.admin)) == 2


def test_a_listing_costs_the_same_however_long_it_is(paper):
    api = paper.board.api()

    def statements():
        with paper.studio.statements() as found:
            api.get(f"/data/projects/{paper.board.project['id']}/news")
        return len(found)

    paper.news(day=1)
    before = statements()
    for day in range(2, 7):
        paper.news(day=day)
    assert statements() == before


def test_vendors_see_the_news_of_the_entities_they_work_on_others_all(paper):
    board = paper.board
    vendor = paper.studio.person("vendor")
    mine = paper.news(day=1)["id"]
    theirs = paper.news(paper.animation, day=2)["id"]
    second = paper.studio.project(team=[(vendor, "user"), board.manager])
    there = paper.news(paper.studio.task(paper.studio.entity(second, "Prop")), day=3, change=True)["id"]
    assert everywhere(paper, vendor) == {there}
    paper.studio.link(ProjectPersonLink, project_id=board.project["id"], person_id=vendor["id"])
    assert everywhere(paper, vendor) == {there}
    paper.studio.link(TaskPersonLink, task_id=board.task["id"], person_id=vendor["id"])
    answer = board.api(vendor).get("/data/projects/news").json
    assert [entry["id"] for entry in answer["data"]] == [there, mine]
    assert (answer["total"], answer["stats"]) == (2, {board.status("wip"): 1})
    assert [entry["id"] for entry in paper.read(caller=vendor).json["data"]] == [mine]
    assert everywhere(paper, vendor, f"?person_id={board.artist['id']}") == {there, mine}
    assert everywhere(paper) == {there, mine, theirs}


def test_pages_go_through_all_projects_in_order(paper, monkeypatch):
    monkeypatch.setattr(news_pages, "MERGED", 2)
    tasks = [paper.animation]
    for _ in range(4):
        project = paper.studio.project(team=[paper.board.manager])
        tasks.append(paper.studio.task(paper.studio.entity(project, "Prop")))
    ids = [paper.news(tasks[day * 3 % 5], day=day)["id"] for day in range(1, 13)][::-1]
    for page in (1, 2, 3, 4):
        answer = paper.board.api().get(f"/data/projects/news?limit=5&page={page}").json
        assert [entry["id"] for entry in answer["data"]] == ids[page * 5 - 5 : page * 5]
        assert (answer["total"], answer["nb_pages"], answer["offset"]) == (12, 3, page * 5 - 5)
