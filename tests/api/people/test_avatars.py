"""Avatars through the API."""

import pytest
from scene import opened, picture
from support import ROLES

from kitsulite.domain.people.organisations import the_organisation
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.projects import Project


@pytest.fixture
def rows(studio, scene):
    organisation = the_organisation(studio.context())
    return {"persons": scene.team["user"], "organisations": organisation, "projects": scene.project}


def path(plural, row, ending=""):
    return f"/pictures/thumbnails/{plural}/{row['id']}{ending}"


def upload(api, address, content=None):
    return api.upload(address, [("file", "me.jpg", picture(kind="JPEG") if content is None else content)])


@pytest.mark.parametrize("ending", ["", ".png"])
@pytest.mark.parametrize("plural", ["persons", "organisations", "projects"])
def test_an_avatar_is_uploaded_and_shown(studio, scene, rows, plural, ending):
    row = rows[plural]
    assert scene.api().get(path(plural, row, ending)).status_int == 404
    studio.forget_events()
    if (plural, ending) == ("projects", ".png"):
        assert upload(scene.api(), path(plural, row, ending)).status_int == 405
    answer = upload(scene.api(), path(plural, row, "" if plural == "projects" else ending))
    assert answer.status_int == 201
    assert answer.json == {"thumbnail_path": f"pictures/thumbnails/{plural}/{row['id']}.png"}
    name = plural[:-1]
    assert studio.events() == [f"{name}:update", f"{name}:set-thumbnail"]
    shown = scene.api("user").get(path(plural, row, ending))
    assert shown.content_type == "image/png"
    assert opened(shown.body).size == (400, 400)
    assert scene.api().get(f"/data/{plural}/{row['id']}").json["has_avatar"] is True


def test_an_avatar_is_replaced(scene, rows):
    address = path("persons", rows["persons"])
    upload(scene.api(), address, picture(500, 500, color=(255, 0, 0)))
    upload(scene.api(), address, picture(500, 500, color=(0, 0, 255)))
    assert opened(scene.api().get(address).body).getpixel((200, 200)) == (0, 0, 255, 255)


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg/>"])
def test_what_is_no_picture_leaves_everything_as_it_was(studio, scene, rows, content):
    studio.forget_events()
    assert upload(scene.api(), path("persons", rows["persons"]), content).status_int == 400
    assert studio.db.get(Person, rows["persons"]["id"])["has_avatar"] is False
    assert studio.events() == []


def test_a_failed_replacement_keeps_the_old_avatar(studio, scene, rows, monkeypatch):
    address = path("projects", rows["projects"])
    upload(scene.api(), address)

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("kitsulite.domain.people.avatars.emit", fail)
    assert upload(scene.api(), address).status_int == 500
    assert scene.api().get(address).status_int == 200
    assert upload(scene.api(), path("persons", rows["persons"])).status_int == 500
    assert studio.app.files.find("pictures", "thumbnails", rows["persons"]["id"]) is None


@pytest.mark.parametrize("plural", ["persons", "organisations", "projects"])
def test_unknown_rows_come_before_rights_and_rights_before_files(scene, rows, plural):
    assert scene.api("vendor").post(path(plural, {"id": new_id()}), {}).status_int == 404
    assert scene.api("vendor").post(path(plural, {"id": "nonsense"}), {}).status_int == 404
    assert scene.api("vendor").post(path(plural, rows[plural]), {}).status_int == 403
    assert scene.api().post(path(plural, rows[plural]), {}).json["message"] == "File not provided."
    assert scene.api().get(path(plural, {"id": new_id()})).status_int == 404


@pytest.mark.parametrize("role", ROLES)
def test_who_uploads_avatars(studio, scene, rows, role):
    def may(plural, row, ending=""):
        return upload(scene.api(role), path(plural, row, ending)).status_int == 201

    assert may("persons", scene.team[role])
    assert may("persons", rows["persons"]) == (role in ("admin", "user"))
    assert may("organisations", rows["organisations"]) == (role == "admin")
    assert may("projects", rows["projects"]) == (role in ("admin", "manager"))
    refused = upload(scene.api(role), path("projects", rows["projects"], ".png"))
    assert refused.status_int == (405 if role == "admin" else 403)
    assert may("projects", studio.project()) == (role == "admin")


def test_the_avatar_of_a_production_is_for_its_team_and_for_managers(studio, scene):
    address = path("projects", scene.project)
    assert scene.outsider("user").get(address).status_int == 404
    upload(scene.api(), address)
    assert {scene.api(role).get(address).status_int for role in ROLES} == {200}
    assert scene.outsider("manager").get(address).status_int == 200
    assert scene.outsider("supervisor").get(address).status_int == 403
    assert studio.nobody.get(address).status_int == 401
    studio.app.files.remove("pictures", "thumbnails", scene.project["id"])
    assert scene.outsider("supervisor").get(address).status_int == 403
    assert scene.api().get(address).status_int == 404
    assert studio.db.get(Project, scene.project["id"])["has_avatar"] is True
