"""Which comments each role sees, and how much of them."""

import pytest
from support import ROLES

from kitsulite.models.fields import new_id
from kitsulite.models.projects import Project


class Thread:
    """A task with comments of the studio and of two clients, everybody in the team."""

    def __init__(self, studio):
        self.studio = studio
        self.team = {role: studio.person(role) for role in ROLES}
        self.other_client = studio.person("client")
        self.project = studio.project(team=[*self.team.values(), self.other_client])
        self.task = studio.task(studio.entity(self.project, "Prop"), assignees=[self.team["user"], self.team["vendor"]])
        artist, client = self.team["user"], self.team["client"]
        reply = {"id": new_id(), "text": "reply", "person_id": artist["id"], "date": "2026-01-01T00:00:00"}
        filled = {"checklist": [{"text": "ears", "checked": False}], "replies": [reply]}
        filled |= {"links": ["https://example.com"], "data": {"mood": "sad"}}
        make = studio.comment
        self.comments = {
            "internal": make(self.task, artist, text="internal", **filled),
            "for client": make(self.task, artist, text="for client", for_client=True, **filled),
            "shown": make(self.task, artist, text="shown", **filled),
            "of client": make(self.task, client, text="of client", editor_id=artist["id"]),
            "of other": make(self.task, self.other_client, text="of other"),
        }
        self.preview = studio.preview(self.task, self.comments["shown"])
        self.rejected = studio.preview(self.task, self.comments["shown"], validation_status="rejected")

    def api(self, role):
        return self.studio.api(self.team[role])

    def listed(self, role):
        """Comments by their names, as the listing shows them."""
        answer = self.api(role).get(f"/data/tasks/{self.task['id']}/comments")
        assert answer.status_int == 200
        names = {comment["id"]: name for name, comment in self.comments.items()}
        return {names[comment["id"]]: comment for comment in answer.json}

    def isolate_clients(self):
        with self.studio.db.write():
            self.studio.db.update(Project, self.project["id"], is_clients_isolated=True)


@pytest.fixture
def thread(studio):
    return Thread(studio)


STUDIO = {"internal", "for client", "shown"}
ALL = {*STUDIO, "of client", "of other"}
SEES = {
    "admin": ALL,
    "manager": ALL,
    "supervisor": ALL,
    "user": STUDIO,
    "vendor": STUDIO,
    "client": {"for client", "shown", "of client", "of other"},
}


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_comments(thread, role):
    assert set(thread.listed(role)) == SEES[role]


@pytest.mark.parametrize("role", ROLES)
def test_one_comment_is_shown_to_those_who_see_it_listed_and_no_more_of_it(thread, role):
    listed = thread.listed(role)
    for name, comment in thread.comments.items():
        for path in (f"/data/tasks/{thread.task['id']}/comments/{comment['id']}", f"/data/comments/{comment['id']}"):
            answer = thread.api(role).get(path)
            assert answer.status_int == (200 if name in SEES[role] else 403), (name, path)
            for key in ("text", "checklist") if name in listed else ():
                assert answer.json[key] == listed[name][key]


def test_isolated_clients_do_not_see_each_other(thread):
    thread.isolate_clients()
    assert set(thread.listed("client")) == {"for client", "shown", "of client"}
    other = thread.comments["of other"]["id"]
    assert thread.api("client").get(f"/data/comments/{other}").status_int == 403


def test_a_client_sees_that_there_is_a_preview_and_no_word_about_it(thread):
    shown, meant = (thread.listed("client")[name] for name in ("shown", "for client"))
    told = ("text", "data", "checklist", "links", "replies", "attachment_files")
    assert [shown[name] for name in told] == ["", None, [], [], [], []]
    assert [preview["id"] for preview in shown["previews"]] == [thread.preview["id"]]
    assert meant["text"] == "for client"
    assert len(meant["checklist"]) == len(meant["replies"]) == len(meant["links"]) == len(meant["data"]) == 1


def test_a_client_learns_who_wrote_what_they_read(thread):
    listed = thread.listed("client")
    writer = thread.team["user"]["id"]
    assert listed["for client"]["person"]["id"]
    assert listed["for client"]["replies"][0]["person"]["id"] == writer
    assert listed["of client"]["person"]["id"] == thread.team["client"]["id"]
    assert listed["of client"]["editor_id"] == listed["of client"]["editor"]["id"] == writer
    one = thread.api("client").get(f"/data/comments/{thread.comments['of client']['id']}").json
    assert one["editor_id"] == writer
    meant = thread.api("client").get(f"/data/comments/{thread.comments['for client']['id']}").json
    assert meant["person"] == listed["for client"]["person"]
    assert meant["replies"][0]["person"]["id"] == writer


def test_the_studio_sees_authors_editors_and_all_previews(thread):
    listed = thread.listed("manager")
    assert listed["internal"]["person"]["full_name"] == "User " + thread.team["user"]["last_name"]
    assert listed["internal"]["replies"][0]["person"]["id"] == thread.team["user"]["id"]
    assert listed["of client"]["editor"]["id"] == thread.team["user"]["id"]
    assert {preview["id"] for preview in listed["shown"]["previews"]} == {thread.preview["id"], thread.rejected["id"]}
    assert listed["internal"]["task_status"]["short_name"] == "todo"
    assert "editor" not in listed["internal"]


def test_the_role_on_the_production_counts(studio):
    person, client = studio.person("user"), studio.person("manager")
    project = studio.project(team=[(person, "manager"), (client, "client")])
    task = studio.task(studio.entity(project, "Prop"))
    studio.comment(task, person, text="internal")
    path = f"/data/tasks/{task['id']}/comments"
    assert len(studio.api(person).get(path).json) == 1
    assert studio.api(client).get(path).json == []


def test_comments_come_newest_first_in_one_statement_more_however_many(studio):
    task = studio.task(studio.entity(studio.project(), "Prop"))
    path = f"/data/tasks/{task['id']}/comments"
    api = studio.api(studio.admin)
    studio.comment(task, text="0")
    with studio.statements() as few:
        api.get(path)
    for number in range(1, 9):
        studio.comment(task, text=str(number))
    with studio.statements() as many:
        texts = [comment["text"] for comment in api.get(path).json]
    assert texts == [str(number) for number in range(8, -1, -1)]
    assert len(many) == len(few)


def test_a_comment_without_relations_is_shown_to_clients_too(thread):
    shown = thread.api("client").get(f"/data/comments/{thread.comments['shown']['id']}?relations=false").json
    assert not {"attachment_files", "previews"} & set(shown)


def test_previews_of_one_comment_are_ids_or_whole_on_demand(thread):
    path = f"/data/comments/{thread.comments['shown']['id']}"
    api = thread.api("manager")
    assert set(api.get(path).json["previews"]) == {thread.preview["id"], thread.rejected["id"]}
    whole = api.get(f"{path}?with_previews=true").json["previews"]
    assert {"id", "task_id", "revision", "extension", "annotations", "validation_status"} <= set(whole[0])
    assert "previews" not in api.get(f"{path}?relations=false&with_previews=true").json


def test_a_comment_is_looked_up_on_its_task(thread):
    elsewhere = thread.studio.task(thread.studio.entity(thread.project, "Prop"))
    path = f"/data/tasks/{elsewhere['id']}/comments/{thread.comments['internal']['id']}"
    assert thread.api("admin").get(path).status_int == 404


def test_nobody_answers_what_they_do_not_see(thread):
    thread.isolate_clients()
    path = f"/data/tasks/{thread.task['id']}/comments"
    for name, comment in thread.comments.items():
        answer = thread.api("client").post(f"{path}/{comment['id']}/reply", {"text": "yes"})
        assert answer.status_int == (403 if name in ("internal", "of other") else 200), name


def test_a_client_who_takes_their_reply_back_does_not_get_to_read_the_comment(thread):
    path = f"/data/tasks/{thread.task['id']}/comments/{thread.comments['shown']['id']}/reply"
    client, manager = thread.api("client"), thread.api("manager")
    replies = [api.post(path, {"text": "nice"}).json["id"] for api in (client, manager)]
    texts = [api.delete(f"{path}/{i.upper()}").json["text"] for api, i in zip((client, manager), replies, strict=True)]
    assert texts == ["", "shown"]


@pytest.mark.parametrize("role", ROLES)
def test_an_edit_that_changes_nothing_shows_no_more_than_reading(thread, role):
    reads = SEES[role] - ({"shown"} if role == "client" else set())
    for name, comment in thread.comments.items():
        answer = thread.api(role).put(f"/data/comments/{comment['id']}", {"pinned": None})
        assert answer.status_int == (200 if name in reads else 403), name
