"""Roles x routes of the entities x own and foreign production, and nobody at all."""

import json
import re

import pytest
from rules.crud_rules import WORDS
from rules.entity_rules import READ, WRITE
from support import ROLES

from kitsulite.application import declared_routes
from kitsulite.models.entities import AssetInstance, AssetInstanceLink, EntityLink

ROUTES = declared_routes()

#: the rows that paths name, of the own and of a foreign production
PLACES = (True, False)
LEADERS = ("manager", "supervisor")
OWN_QUOTAS = {**WORDS, "own quotas": lambda role, own: role not in ("client", *(() if own else LEADERS))}


class World:
    """Two productions with an entity of each kind; the team is one person of each role."""

    def __init__(self, studio):
        self.studio = studio
        with studio.db.write():
            self.people = {role: studio.person(role) for role in ROLES}
            self.stranger = studio.person()
            self.projects = {True: studio.project(team=list(self.people.values())), False: studio.project()}
            self.places = {own: self.place(project) for own, project in self.projects.items()}
        self.apis = {role: studio.api(person) for role, person in self.people.items()}

    def place(self, project):
        """Fresh rows in a production: name -> id."""
        with self.studio.db.write():
            return self.placed(project)

    def placed(self, project):
        studio = self.studio
        episode = studio.entity(project, "Episode")
        sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
        shot = studio.entity(project, "Shot", parent_id=sequence["id"])
        scene = studio.entity(project, "Scene", parent_id=sequence["id"])
        asset = studio.entity(project, "Prop", source_id=episode["id"])
        cast = studio.entity(project, "Prop")
        instance, placed = (studio.add(AssetInstance, asset_id=cast["id"], number=n) for n in (1, 2))
        studio.link(AssetInstanceLink, entity_id=shot["id"], asset_instance_id=placed["id"])
        rows = {
            **{"project": project, "episode": episode, "sequence": sequence, "shot": shot, "scene": scene},
            **{"asset": asset, "instance": instance, "placed": placed, "stranger": self.stranger},
            "edit": studio.entity(project, "Edit", parent_id=episode["id"]),
            **{"concept": studio.entity(project, "Concept"), "folder": studio.entity(project, "ConceptFolder")},
            "link": studio.add(EntityLink, entity_in_id=shot["id"], entity_out_id=cast["id"]),
            "task_type": studio.task_type("Animation"),
        }
        return {**{name: row["id"] for name, row in rows.items()}, "asset_type": asset["entity_type_id"]}


def filled(template, place):
    """A path or a body with the ids of a place."""
    text = template if isinstance(template, str) else json.dumps(template)
    text = re.sub(r"\{(\w+)\}", lambda match: place[match[1]], text)
    return text if isinstance(template, str) else json.loads(text)


def differences(world, path, word, call, renew=False):
    """Where an answer is not what the word says: `call(api, place)` asks as a person."""
    for role in ROLES:
        for own in PLACES:
            place = world.place(world.projects[own]) if renew else world.places[own]
            answer = call(world.apis[role], {**place, "me": world.people[role]["id"]})
            allowed = role == "admin" or OWN_QUOTAS[word](role, own)
            if answer.status_int // 100 != 2 if allowed else answer.status_int != 403:
                yield f"{role}, {'own' if own else 'foreign'} {path}: {answer.status_int} {answer.text[:100]}"


def test_reading_is_for_those_who_may(studio):
    world = World(studio)
    found = []
    for path, word in READ.items():
        found += differences(world, path, word, lambda api, place, path=path: api.get(filled(path, place)))
    assert not found


@pytest.mark.parametrize(("method", "path"), WRITE)
def test_writing_is_for_those_who_may(studio, method, path):
    word, body = WRITE[method, path]

    def call(api, place):
        return getattr(api, method.lower())(filled(path, place), filled(body, place))

    assert not list(differences(World(studio), path, word, call, renew=True))


def test_nobody_gets_in_without_a_token(studio):
    place = {**World(studio).places[True], "me": studio.admin["id"]}
    calls = [("get", path, None) for path in READ] + [
        (method.lower(), path, WRITE[method, path][1]) for method, path in WRITE
    ]
    for method, path, body in calls:
        options = {} if method == "get" else {"json": filled(body, place)}
        answer = getattr(studio.nobody, method)(filled(path, place), **options)
        assert answer.status_int == 401, path
        assert "msg" in answer.json


def test_a_refused_call_changes_nothing(studio):
    world = World(studio)
    before = studio.db.all_json(EntityLink), studio.db.rows("SELECT * FROM entity ORDER BY id"), studio.events()
    for (method, path), (word, body) in WRITE.items():
        if word == "manager":
            call = getattr(world.apis["user"], method.lower())
            assert call(filled(path, world.places[True]), filled(body, world.places[True])).status_int == 403
    assert before == (
        studio.db.all_json(EntityLink),
        studio.db.rows("SELECT * FROM entity ORDER BY id"),
        studio.events(),
    )


MODULES = {
    f"entities.{name}"
    for name in (
        *("assets", "asset_types", "asset_instances", "asset_sharing", "casting", "concepts", "edits", "entities"),
        *("concept_folders", "episodes", "scenes", "sequences", "shots"),
    )
} | {"planning.quotas"}


def test_the_tables_hold_every_route_of_the_entities():
    def shape(path):
        return re.sub(r"<\w+>|\{\w+\}", "<>", path.partition("?")[0])

    named = {("GET", shape(path)) for path in READ} | {(method, shape(path)) for method, path in WRITE}
    declared = {(route.method, shape(route.rule)) for route in ROUTES if route.module in MODULES}
    assert declared == named
