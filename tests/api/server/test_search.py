"""Search through the API, and the index that follows the rows."""

import re
import unicodedata

import pytest

from kitsulite.domain.server import search as searching
from kitsulite.models.entities import Entity
from kitsulite.models.people import Person
from kitsulite.models.projects import DepartmentMetadataDescriptorLink, MetadataDescriptor
from kitsulite.store import search


@pytest.fixture
def production(studio):
    manager = studio.person("manager")
    project = studio.project(team=[manager], name="Big Buck")
    return studio, studio.api(manager), project


def names(api, query, index, **more):
    answer = api.post("/data/search", {"query": query, **more})
    assert answer.status_int == 200
    return [hit["full_name" if index == "persons" else "name"] for hit in answer.json[index]]


def test_a_shot_is_found_below_its_sequence_and_episode(production):
    studio, api, project = production
    episode = studio.entity(project, "Episode", name="E01")
    sequence = studio.entity(project, "Sequence", name="SQ07", parent_id=episode["id"])
    studio.entity(project, "Shot", name="SH0012", parent_id=sequence["id"])
    hit = api.post("/data/search", {"query": "e01 sq07 sh00"}).json["shots"][0]
    assert (hit["name"], hit["type"], hit["project_name"], hit["sequence_name"]) == (
        "SH0012",
        "Shot",
        "Big Buck",
        "SQ07",
    )
    assert (hit["episode"], hit["episode_id"], hit["matched_terms"]) == ("E01", episode["id"], ["name"])


@pytest.mark.parametrize("query", ["rab", "RABBIT", "rabbit", "Rabbit prop", "prop rab", "rabit", "rabbit unheardof"])
def test_ways_to_write_a_name(production, query):
    studio, api, project = production
    studio.entity(project, "Prop", name="Rabbit")
    assert names(api, query, "assets") == ["Rabbit"]


def test_accents_and_punctuation_do_not_matter(production):
    studio, api, project = production
    studio.entity(project, "Prop", name="L'ustensile_éclair")
    assert names(api, "usten", "assets") == ["L'ustensile_éclair"]
    assert names(api, "eclair", "assets") == ["L'ustensile_éclair"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Straße", "straße"),
        ("ガンダム", "ガンダ"),
        ("한글날", "한글날"),
        ("नमस्ते", "नमस्ते"),
        ("Cafe\u0301", "café"),
        ("x²", "x² prop"),
        ("ﾞﾞﾞ", "ﾞﾞﾞ"),
    ],
)
def test_words_of_any_script_are_found_as_they_are_written(production, name, query):
    studio, api, project = production
    studio.entity(project, "Prop", name=name)
    hits = api.post("/data/search", {"query": query}).json["assets"]
    assert [(hit["name"], hit["matched_terms"]) for hit in hits] == [(unicodedata.normalize("NFC", name), ["name"])]


def test_a_misspelt_word_names_the_field_that_it_was_found_in(production):
    studio, api, project = production
    studio.entity(project, "Prop", name="Rabbit", description="hops")
    assert [hit["matched_terms"] for hit in api.post("/data/search", {"query": "rabit"}).json["assets"]] == [["name"]]


def test_a_misspelt_word_is_known_among_many_numbered_ones(production):
    studio, api, project = production
    for number in range(5):
        studio.entity(project, "Shot", name=f"SH{number:04}")
    studio.entity(project, "Prop", name="Shadow")
    person = studio.person(first_name="Sharon", last_name="Shaw")
    assert names(api, "shaddow", "assets") == ["Shadow"]
    assert names(api, "sharron", "persons") == ["Sharon Shaw"]
    assert names(api, "the shaddow", "assets") == []
    with studio.db.write():
        studio.db.update(Person, person["id"], first_name="Sheila")
    assert names(api, "sharron", "persons") == []
    assert names(api, "sheilla", "persons") == ["Sheila Shaw"]


def test_a_wrong_number_is_no_misspelling(production):
    studio, api, project = production
    studio.entity(project, "Shot", name="SH0012")
    assert names(api, "SH0013", "shots") == []


def test_ten_words_of_a_query_count(production):
    studio, api, project = production
    studio.entity(project, "Prop", name="Rabbit")
    assert names(api, "rabbit " * 10 + "unheard of", "assets") == ["Rabbit"]
    assert names(api, "nothing " * 10 + "rabbit", "assets") == []
    assert names(api, "rabbit " * 5000, "assets") == ["Rabbit"]


def test_names_come_before_texts_however_many_these_are(production, monkeypatch):
    monkeypatch.setattr(searching, "RANKED", 3)
    studio, api, project = production
    for number in range(5):
        studio.entity(project, "Prop", name=f"A{number}", description="eats a carrot")
    for name in ("Carrots", "Carrot", "Carrot cake"):
        studio.entity(project, "Prop", name=name)
    found = names(api, "carrot", "assets", limit=5)
    assert found == ["Carrot", "Carrot cake", "Carrots", "A0", "A1"]
    assert names(api, "carrot", "assets", limit=2, offset=2) == found[2:4]


def test_frames_of_a_shot_are_no_words(production):
    studio, api, project = production
    studio.entity(project, "Shot", name="SH100", data={"frame_in": 100, "mood": "100 suns"})
    hits = api.post("/data/search", {"query": "100 suns"}).json["shots"]
    assert [hit["matched_terms"] for hit in hits] == [["mood"]]
    assert names(api, "100 frames", "shots") == ["SH100"]


def test_description_and_metadata_are_searched_and_named(production):
    studio, api, project = production
    studio.entity(project, "Prop", name="A", description="a golden watch", data={"mood": "gloomy"})
    hits = api.post("/data/search", {"query": "gloomy"}).json["assets"]
    assert [hit["matched_terms"] for hit in hits] == [["mood"]]
    assert [hit["matched_terms"] for hit in api.post("/data/search", {"query": "golden"}).json["assets"]] == [
        ["description"]
    ]


def test_the_index_follows_changes(production):
    studio, api, project = production
    sequence = studio.entity(project, "Sequence", name="Alpha")
    shot = studio.entity(project, "Shot", name="SH1", parent_id=sequence["id"])
    with studio.db.write():
        studio.db.update(Entity, sequence["id"], name="Omega")
    assert names(api, "alpha", "shots") == []
    assert names(api, "omega", "shots") == ["SH1"]
    with studio.db.write():
        studio.db.delete(Entity, id=shot["id"])
    assert names(api, "omega", "shots") == []


def test_rebuilding_changes_nothing(production):
    studio, api, project = production
    studio.entity(project, "Prop", name="Rabbit")
    search.rebuild(studio.db)
    assert names(api, "rabbit", "assets") == ["Rabbit"]


def test_foreign_projects_stay_out(production):
    studio, api, project = production
    studio.entity(studio.project(), "Prop", name="Rabbit")
    assert names(api, "rabbit", "assets") == []
    assert names(studio.api(studio.admin), "rabbit", "assets") == ["Rabbit"]
    assert names(studio.api(studio.admin), "rabbit", "assets", project_id=project["id"]) == []


def test_a_vendor_finds_tasks_of_their_own(studio):
    vendor = studio.person("vendor")
    project = studio.project(team=[vendor])
    mine, other = studio.entity(project, "Prop", name="Rabbit one"), studio.entity(project, "Prop", name="Rabbit two")
    studio.task(mine, assignees=[vendor])
    studio.task(other)
    assert names(studio.api(vendor), "rabbit", "assets") == ["Rabbit one"]


def test_a_vendor_does_not_find_metadata_of_other_departments(studio):
    vendor, other = studio.person("vendor"), studio.department()
    project = studio.project(team=[vendor])
    named = {"project_id": project["id"], "entity_type": "Asset", "name": "Price", "field_name": "price"}
    descriptor = studio.add(MetadataDescriptor, **named)
    link = {"metadata_descriptor_id": descriptor["id"], "department_id": other["id"]}
    studio.link(DepartmentMetadataDescriptorLink, **link)
    prop = studio.entity(project, "Prop", name="Rabbit", data={"price": "rabbits are dear", "mood": "gloomy"})
    studio.task(prop, assignees=[vendor])
    hits = studio.api(vendor).post("/data/search", {"query": "rabbit"}).json["assets"]
    assert [(hit["data"], hit["matched_terms"]) for hit in hits] == [({"mood": "gloomy"}, ["name"])]
    for query, found in (("dear", []), ("dear rabbit", []), ("rabbit dear", ["Rabbit"]), ("rabbit wrong", ["Rabbit"])):
        assert names(studio.api(vendor), query, "assets") == found, query
        assert names(studio.api(studio.admin), query, "assets") == ["Rabbit"]


def test_hits_cost_a_fixed_number_of_queries(studio):
    vendor = studio.person("vendor")
    project = studio.project(team=[vendor])

    def found(count):
        for _ in range(count):
            studio.task(studio.entity(project, "Prop"), assignees=[vendor])
        with studio.statements() as statements:
            hits = studio.api(vendor).post("/data/search", {"query": "prop", "limit": 50}).json["assets"]
        return len(hits), len([sql for sql in statements if not re.search("search_(name|text)_", sql)])

    (few, cost), (many, cost_of_many) = found(2), found(10)
    assert (few, many) == (2, 12)
    assert cost == cost_of_many


def test_persons_are_found_while_they_are_active(studio):
    person = studio.person("user", first_name="Zoé", last_name="Quill")
    for role in ("user", "manager", "admin"):
        api = studio.api(studio.person(role))
        assert names(api, "zoe qui", "persons") == ["Zoé Quill"]
        assert ("email" in api.post("/data/search", {"query": "quill"}).json["persons"][0]) == (role == "admin")
    with studio.db.write():
        studio.db.update(Person, person["id"], active=False)
    assert names(api, "quill", "persons") == []


def test_only_the_asked_indexes_answer_and_short_queries_find_nothing(production):
    _, api, _ = production
    assert list(api.post("/data/search", {"query": "abc", "index_names": ["shots", "moons"]}).json) == ["shots"]
    assert api.post("/data/search", {"query": "ab"}).json == {}


def test_pages_of_hits(production):
    studio, api, project = production
    for number in range(5):
        studio.entity(project, "Prop", name=f"Rabbit {number}")
    pages = [names(api, "rabbit", "assets", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert pages == [["Rabbit 0", "Rabbit 1"], ["Rabbit 2", "Rabbit 3"], ["Rabbit 4"]]


@pytest.mark.parametrize("query", ['"', "***", "a AND", "NEAR(x", "col:abc", "abc^", "''';--"])
def test_the_syntax_of_the_index_is_no_syntax_for_clients(production, query):
    _, api, _ = production
    assert api.post("/data/search", {"query": query}).status_int == 200


@pytest.mark.parametrize("body", [{}, {"query": 3}, {"query": "abc", "limit": 0}, {"query": "abc", "project_id": "x"}])
def test_bad_bodies_are_refused(production, body):
    _, api, _ = production
    assert api.post("/data/search", body).status_int == 400


def test_a_row_that_another_program_replaces_is_found_as_it_is_now(studio, project):
    shot = studio.entity(project, "Shot", name="Boulder")
    columns = ", ".join(f'"{name}"' for name in Entity.columns())
    values = ", ".join("'Pebble'" if name == "name" else f'"{name}"' for name in Entity.columns())
    with studio.db.write():
        studio.db.execute(
            f"INSERT OR REPLACE INTO entity ({columns}) SELECT {values} FROM entity WHERE id = ?", [shot["id"]]
        )
    for word, found in (("Pebble", 1), ("Boulder", 0)):
        answer = studio.api(studio.admin).post("/data/search", {"query": word, "index_names": ["shots"]})
        assert len(answer.json["shots"]) == found, answer.json


def test_a_client_finds_only_persons_of_their_teams(studio):
    client, mate, stranger = (studio.person(role, last_name="Findable") for role in ("client", "user", "user"))
    studio.project(team=[client, mate])
    found = studio.api(client).post("/data/search", {"query": "Findable", "index_names": ["persons"]}).json["persons"]
    assert {row["id"] for row in found} == {client["id"], mate["id"]}
    assert "departments" not in found[0]
    assert stranger["id"] not in str(found)


def test_whole_words_come_first_among_more_names_than_are_ordered(production, monkeypatch):
    monkeypatch.setattr(searching, "RANKED", 2)
    studio, api, project = production
    for name in ("Carrottop A", "Carrottop B", "Carrottop C", "Carrot"):
        studio.entity(project, "Prop", name=name)
    assert names(api, "carrot", "assets", limit=2) == ["Carrot", "Carrottop A"]


def test_a_python_without_an_index_of_texts_says_so(production, monkeypatch):
    studio, api, _ = production
    monkeypatch.setattr(studio.db, "has_table", lambda name: name != "search_text")
    assert api.post("/data/search", {"query": "carrot"}, status=503).json["message"] == search.UNAVAILABLE
