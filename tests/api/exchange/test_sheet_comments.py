"""Sheets that change many tasks do to each what a comment does."""

import itertools

import pytest
from support import ROLES

from kitsulite.models.activity import Subscription
from kitsulite.models.people import Person
from kitsulite.models.projects import Project, ProjectTaskTypeLink
from kitsulite.models.tasks import Task

#: columns of a task that follow from its comments, as far as two runs of the same can be alike
FOLLOWING = (
    "SELECT ts.short_name, t.retake_count, t.real_start_date IS NULL, t.end_date IS NULL, t.done_date IS NULL,"
    " t.last_comment_date = (SELECT max(c.created_at) FROM comment c WHERE c.object_id = t.id)"
    " FROM task t JOIN task_status ts ON ts.id = t.task_status_id JOIN entity e ON e.id = t.entity_id"
    " WHERE t.project_id = ? ORDER BY e.name, t.task_type_id"
)
COMMENTS = (
    "SELECT e.name, ts.short_name, c.text, c.checklist, c.links, c.for_client, c.object_type, n.change, n.author_id,"
    " n.created_at = c.created_at FROM comment c JOIN task t ON t.id = c.object_id JOIN entity e ON e.id = t.entity_id"
    " JOIN task_status ts ON ts.id = c.task_status_id LEFT JOIN news n ON n.comment_id = c.id"
    " WHERE t.project_id = ? ORDER BY c.created_at, c.rowid"
)
NOTIFIED = (
    "SELECT e.name, n.type, n.person_id, n.author_id, n.change, n.read, c.text FROM notification n"
    " JOIN task t ON t.id = n.task_id JOIN entity e ON e.id = t.entity_id JOIN comment c ON c.id = n.comment_id"
    " WHERE t.project_id = ? ORDER BY n.rowid"
)
NAMES = ("P1", "P2", "P3", "P4")


class Work:
    """A production of four shots, each with one task and people who follow it."""

    def __init__(self, studio, team):
        self.studio, self.db, self.team = studio, studio.db, team
        self.project = studio.project(team=list(team.values()))
        animation = studio.task_type("Animation")
        studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=animation["id"])
        sequence = studio.entity(self.project, "Sequence", name="SQ1")
        outsider = studio.person(first_name="Outsider")
        assignees = ((team["user"], outsider), (team["manager"], team["vendor"]), (team["user"],), ())
        self.tasks = [
            studio.task(studio.entity(self.project, "Shot", name=name, parent_id=sequence["id"]), "Animation", people)
            for name, people in zip(NAMES, assignees, strict=True)
        ]
        studio.add(Subscription, person_id=team["supervisor"]["id"], task_id=self.tasks[0]["id"])
        columns = {"entity_id": sequence["id"], "task_type_id": animation["id"]}
        studio.add(Subscription, person_id=team["admin"]["id"], **columns)
        studio.forget_events()

    def api(self):
        return self.studio.api(self.team["manager"])

    def send(self, *rows):
        """A sheet of (status, comment) of each shot."""
        text = "Sequence;Name;Animation;Animation comment\n"
        text += "".join(
            f"SQ1;{name};{status};{comment}\n" for name, (status, comment) in zip(NAMES, rows, strict=False)
        )
        path = f"/import/csv/projects/{self.project['id']}/shots?update=true"
        answer = self.api().upload(path, [("file", "shots.csv", text.encode())])
        assert answer.status_int == 201, answer.text

    def comment(self, *rows):
        """The same, comment by comment."""
        said = [(task, *row) for task, row in zip(self.tasks, rows, strict=False) if any(row)]
        for task, status, comment in said:
            status_id = self.db.get(Task, task["id"])["task_status_id"]
            status_id = self.studio.task_status(status)["id"] if status else status_id
            body = {"task_status_id": status_id, "comment": comment}
            answer = self.api().post(f"/actions/tasks/{task['id']}/comment", body)
            assert answer.status_int in (201, 400), answer.text

    def followed(self):
        """All that has followed from comments."""
        rows = [self.db.execute(sql, [self.project["id"]]).fetchall() for sql in (FOLLOWING, COMMENTS, NOTIFIED)]
        events = self.db.column("SELECT name FROM api_event WHERE project_id = ?", [self.project["id"]])
        return [*rows, sorted(name for name in events if not name.startswith("shot:"))]


@pytest.fixture
def works(studio):
    """Two productions that are alike, with the same people."""
    team = {role: studio.person(role) for role in ROLES}
    return Work(studio, team), Work(studio, team)


STEPS = (
    [("wip", ""), ("wip", "Begin"), ("todo", "As it was"), ("", "A word")],
    [("retake", ""), ("wfa", "Look; please"), ("done", ""), ("done", "")],
    [("wip", ""), ("retake", "Again"), ("wip", "No"), ("done", "Twice")],
    [("retake", ""), ("retake", "Third"), ("retake", ""), ("", "")],
    [("wfa", "#all"), ("done", "@Outsider 1"), ("wip", ""), ("todo", "")],
)


@pytest.mark.parametrize("most_retakes", [0, 1])
def test_a_sheet_does_what_as_many_comments_do(works, most_retakes):
    sheet, single = works
    with sheet.db.write():
        for work in works:
            sheet.db.update(Project, work.project["id"], max_retakes=most_retakes)
    for step in STEPS:
        step = [(status, f'"{text}"' if ";" in text else text) for status, text in step]
        sheet.send(*step)
        single.comment(*((status, text.strip('"')) for status, text in step))
        for found, expected in zip(sheet.followed(), single.followed(), strict=True):
            assert found == expected


def test_the_followers_of_tasks_are_notified(works, studio):
    sheet, team = works[0], works[0].team
    heard = []
    end = studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    sheet.send(("wip", ""), ("wip", ""), ("wip", ""))
    end()
    notified = sheet.followed()[2]
    admin, user = team["admin"]["id"], team["user"]["id"]
    expected = {("P1", user), ("P1", team["supervisor"]["id"]), ("P2", team["vendor"]["id"]), ("P3", user)}
    assert {(name, person_id) for name, _, person_id, *_ in notified} == expected | {
        (name, admin) for name in NAMES[:3]
    }
    live = [payload for name, payload in heard if name == "notification:new"]
    assert sorted(payload["person_id"] for payload in live) == sorted(row[2] for row in notified)
    assert {payload["project_id"] for payload in live} == {sheet.project["id"]}
    stored = sheet.db.rows("SELECT name, data FROM api_event ORDER BY created_at, rowid")
    assert [name for name, _ in heard if name != "notification:new"] == [event["name"] for event in stored]


def test_who_wants_mails_gets_one_per_task(works, studio, outbox):
    with studio.db.write():
        studio.db.update(Person, works[0].team["user"]["id"], notifications_enabled=True)
    works[0].send(("wip", ""), ("wip", "Begin"), ("done", "Well done"))
    sent = outbox()
    assert [mail["To"] for mail in sent] == [works[0].team["user"]["email"]] * 2
    assert "Well done" in sent[1].get_body(("plain",)).get_content()


def test_nobody_hears_of_a_sheet_that_is_refused(works, studio):
    sheet, heard = works[0], []
    end = studio.app.bus.listen(lambda name, payload: heard.append(name))
    before = sheet.followed()
    path = f"/import/csv/projects/{sheet.project['id']}/shots?update=true"
    rows = "Sequence,Name,Animation\n" + "SQ1,P1,wip\n" * 300 + "SQ1,P2,nonsense\n"
    for query in ("", "&dry_run=true"):
        answer = sheet.api().upload(path + query, [("file", "shots.csv", rows.encode())])
        assert answer.status_int == (200 if query else 400)
    end()
    assert (sheet.followed(), heard) == (before, [])


def test_a_status_of_a_new_shot_costs_no_statement(works, studio):
    sheet, names = works[0], itertools.count()

    def reads(number):
        rows = "".join(f"SQ1,N{next(names)},wip\n" for _ in range(number))
        path = f"/import/csv/projects/{sheet.project['id']}/shots"
        with studio.statements() as found:
            answer = sheet.api().upload(path, [("file", "shots.csv", f"Sequence,Name,Animation\n{rows}".encode())])
            assert answer.status_int == 201
        return sum(statement.startswith(("SELECT", "UPDATE", "WITH")) for statement in found)

    assert reads(40) == reads(4)


def test_a_shot_that_two_rows_are_about_has_each_task_once(works, studio):
    path = f"/import/csv/projects/{works[0].project['id']}/shots?update=true"
    rows = "Sequence,Name,Animation\nSQ1,N1,\nSQ1,N1,wip\nSQ1,N1,done\nSQ1,N2,\nSQ1,N2,\n"
    shots = works[0].api().upload(path, [("file", "shots.csv", rows.encode())]).json
    tasks = "SELECT task_status_id FROM task WHERE entity_id = ?"
    done, todo = studio.task_status("done")["id"], studio.task_status("todo")["id"]
    assert [studio.db.column(tasks, [shot["id"]]) for shot in shots] == [[done]] * 3 + [[todo]] * 2
    comments = "SELECT count(*) FROM comment c JOIN task t ON t.id = c.object_id WHERE t.entity_id = ?"
    assert studio.db.value(comments, [shots[0]["id"]]) == 2
