"""Texts as people type them: accents in one form, names that are some, mentions before any mark."""

import time
import unicodedata

import pytest

from kitsulite.models.accents import composed
from kitsulite.models.entities import Entity

APART = unicodedata.normalize("NFD", "Ébène")


def test_a_name_is_the_same_however_its_accents_are_sent(studio, admin, project):
    sequence = studio.entity(project, "Sequence")
    path = f"/data/projects/{project['id']}/shots"
    made = [admin.post(path, {"name": name, "sequence_id": sequence["id"]}).json for name in (APART, "Ébène")]
    assert made[0]["id"] == made[1]["id"]
    assert made[0]["name"] == "Ébène"
    for name in (APART, "Ébène"):
        assert len(admin.get("/data/entities", params={"name": name}).json) == 1
        found = admin.post("/data/search", {"query": name, "index_names": ["shots"]}).json["shots"]
        assert [shot["name"] for shot in found] == ["Ébène"]
    admin.put(f"/data/entities/{made[0]['id']}", {"data": {APART: APART}})
    assert studio.db.get(Entity, made[0]["id"])["data"] == {"Ébène": "Ébène"}


@pytest.mark.parametrize("text", ["Ébène ", "한국어각값", "ガギグ漢", "Việt Nam ộ", "টাকো"])
def test_long_texts_are_composed_as_short_ones(text):
    for beginning in ("", "a", "ab"):
        long = beginning + text * 200
        assert composed(unicodedata.normalize("NFD", long)) == unicodedata.normalize("NFC", long)


def test_nobody_waits_for_accents(board):
    """100,000 of them, composed at once, take many seconds, in which nobody else is served."""
    many = "e" + "\u0301\u0327" * 50_000
    began = time.process_time()
    board.posted(text=many)
    assert board.api().post("/data/search", {"query": many}).status_int == 200
    assert time.process_time() - began < 3


@pytest.mark.parametrize("name", ["", "  "])
def test_nothing_is_renamed_to_nothing(studio, admin, project, name):
    shot = studio.entity(project, "Shot", name="SH01")
    for path in (f"/data/entities/{shot['id']}", f"/data/shots/{shot['id']}", f"/data/projects/{project['id']}"):
        assert admin.put(path, {"name": name}).status_int == 400
    assert studio.db.get(Entity, shot["id"])["name"] == "SH01"


@pytest.mark.parametrize(
    "text", ["{}, please look", "look {}.", "({})", "{}\nnext line", "see {}: here", "{}'s shot", "{}"]
)
def test_a_mention_may_be_followed_by_any_mark(board, text):
    comment = board.posted(text=text.format(board.call(board.colleague)))
    assert comment["mentions"] == [board.colleague["id"]]


@pytest.mark.parametrize("more", ["s", "-Paul", "2"])
def test_a_longer_name_is_somebody_else(board, more):
    assert board.posted(text=board.call(board.colleague) + more)["mentions"] == []


def test_a_form_with_an_empty_checklist_is_a_comment(board):
    fields = {"task_status_id": board.status("todo"), "comment": "hi"}
    path = f"/actions/tasks/{board.task['id']}/comment"
    made = board.api().upload(path, [], **fields, checklist="")
    assert (made.status_int, made.json["checklist"]) == (201, [])
    assert board.api().upload(path, [], **fields, checklist="null").status_int == 400


def test_a_query_that_is_wrong_says_so_as_a_body_does(admin, project):
    answer = admin.get(f"/data/projects/{project['id']}/news?page=x")
    assert (answer.status_int, [error["field"] for error in answer.json["data"]["errors"]]) == (400, ["page"])
