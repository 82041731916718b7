"""The avatars of persons."""

import io

import pytest
from support import ROLES

from kitsulite.models.people import Person
from kitsulite.models.projects import ProjectStatus

PLACE = ("pictures", "thumbnails")


def has_avatar(studio, person):
    return studio.db.get(Person, person["id"])["has_avatar"]


@pytest.mark.parametrize("role", ROLES)
def test_admins_clear_all_avatars_and_persons_their_own(studio, role):
    caller, other = studio.person(role, has_avatar=True), studio.person(has_avatar=True)
    studio.forget_events()
    api = studio.api(caller)
    assert api.delete("/actions/user/clear-avatar").status_int == 204
    assert has_avatar(studio, caller) is False
    path = f"/actions/persons/{other['id']}/clear-avatar"
    assert api.delete(path).status_int == (204 if role == "admin" else 403)
    assert has_avatar(studio, other) is (role != "admin")
    assert studio.events() == ["person:update"] * (2 if role == "admin" else 1)


def test_an_unknown_person_has_no_avatar(studio):
    for person_id in (studio.department()["id"], "x"):
        assert studio.api(studio.admin).delete(f"/actions/persons/{person_id}/clear-avatar").status_int == 404


def test_bots_and_nobody_have_none_of_their_own(studio):
    assert studio.bot("admin")[1].delete("/actions/user/clear-avatar").status_int == 403
    assert studio.nobody.delete("/actions/user/clear-avatar").status_int == 401


@pytest.mark.parametrize("remove", [True, False])
def test_the_picture_goes_where_the_server_removes_files(studio, monkeypatch, remove):
    monkeypatch.setattr(studio.app.settings, "remove_files", remove)
    artist = studio.person(has_avatar=True)
    studio.app.files.write(*PLACE, artist["id"], io.BytesIO(b"picture"))
    studio.api(artist).delete("/actions/user/clear-avatar")
    assert (studio.app.files.find(*PLACE, artist["id"]) is None) == remove


@pytest.mark.parametrize(("remove", "query"), [(True, ""), (False, ""), (False, "?force=true")])
@pytest.mark.parametrize("kind", ["persons", "projects"])
def test_so_does_that_of_who_is_deleted(studio, admin, monkeypatch, kind, remove, query):
    monkeypatch.setattr(studio.app.settings, "remove_files", remove)
    closed = studio.db.find(ProjectStatus, name="Closed")["id"]
    row = studio.person() if kind == "persons" else studio.project(project_status_id=closed)
    studio.app.files.write(*PLACE, row["id"], io.BytesIO(b"picture"))
    assert admin.delete(f"/data/{kind}/{row['id']}{query}").status_int == 204
    assert (studio.app.files.find(*PLACE, row["id"]) is None) == bool(remove or query)
