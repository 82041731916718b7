"""Who is called by a text."""

import pytest

from kitsulite.domain.comments import mentions


@pytest.fixture
def crew(studio):
    ada = studio.person(first_name="Ada", last_name="Lovelace")
    grace = studio.person(first_name="Grace", last_name="")
    studio.person(first_name="Alan", last_name="Turing")
    department = studio.department(name="Art (2D)")
    return studio, studio.project(team=[ada, grace]), ada, grace, department


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ada Lovelace", ["ada"]),
        ("hello @Ada Lovelace look", ["ada"]),
        ("@Grace and @Ada Lovelace", ["ada", "grace"]),
        ("@ada lovelace", []),
        ("@Ada Lovelace, look", ["ada"]),
        ("@Ada Lovelace\nlook", ["ada"]),
        ("@Ada Lovelaces", []),
        ("Ada Lovelace", []),
        ("@Alan Turing is not in the team", []),
        ("", []),
        (None, []),
    ],
)
def test_persons_of_the_team_are_called_by_their_whole_name(crew, text, called):
    studio, project, ada, grace, _ = crew
    names = {ada["id"]: "ada", grace["id"]: "grace"}
    assert sorted(names[i] for i in mentions.persons(studio.context(), text, project["id"])) == called


def test_departments_are_called_by_name(crew):
    studio, _, _, _, department = crew
    assert mentions.departments(studio.context(), "@Art (2D) please") == [department["id"]]
    assert mentions.departments(studio.context(), "@Art (2D)s") == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [("#Rigging and #all", {"rigging", "all"}), ("# none", set()), ("a#b", {"b"}), ("#été2", {"été"}), (None, set())],
)
def test_hashtags(text, tags):
    assert mentions.hashtags(text) == tags
