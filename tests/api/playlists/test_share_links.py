"""Links to playlists for people without an account, made and withdrawn through the API."""

import pytest
from support import ROLES

from kitsulite.auth import passwords
from kitsulite.models.activity import Notification
from kitsulite.models.fields import new_id
from kitsulite.models.previews import Playlist
from kitsulite.models.projects import ProjectPersonLink


@pytest.fixture
def playlist(studio, scene):
    return studio.add(Playlist, name="Dailies <1>", project_id=scene.project["id"])


def links(playlist, ending=""):
    return f"/data/playlists/{playlist['id']}/share{ending}"


def share(scene, playlist, **body):
    return scene.api("manager").post(links(playlist), body)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_playlist_is_shared_and_the_link_withdrawn(studio, scene, playlist):
    studio.forget_events()
    answer = share(scene, playlist)
    assert answer.status_int == 201
    link = answer.json
    assert (link["type"], link["playlist_id"], len(link["token"])) == ("PlaylistShareLink", playlist["id"], 36)
    assert (link["can_comment"], link["expiration_date"], link["is_active"]) == (True, None, True)
    assert (link["created_by"], link["has_password"]) == (scene.team["manager"]["id"], False)
    assert scene.api("manager").get(links(playlist)).json == [link]
    for _ in range(2):
        withdrawn = scene.api("manager").delete(links(playlist, f"/{link['token']}"))
        assert (withdrawn.status_int, withdrawn.json["is_active"]) == (200, False)
    assert scene.api("manager").get(links(playlist)).json == []
    assert studio.events() == []


def test_a_password_is_kept_as_a_hash_and_never_shown(studio, scene, playlist):
    link = share(scene, playlist, password="topsecret", can_comment="false").json
    assert (link["has_password"], link["can_comment"]) == (True, False)
    assert "password" not in link
    stored = studio.db.value("SELECT password FROM playlist_share_link")
    assert stored != "topsecret"
    assert passwords.matches("topsecret", stored)
    assert share(scene, playlist, password="").json["has_password"] is False


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2030-05-06", "2030-05-06T23:59:59"),
        ("2030-05-06T10:00:00", "2030-05-06T10:00:00"),
        ("2030-05-06T10:00:00+02:00", "2030-05-06T08:00:00"),
        ("2030-05-06T10:00:00Z", "2030-05-06T10:00:00"),
        ("1999-01-01", "1999-01-01T23:59:59"),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_good_until_the_end_of_a_day_or_a_moment(scene, playlist, sent, stored):
    assert share(scene, playlist, expiration_date=sent).json["expiration_date"] == stored


@pytest.mark.parametrize("sent", ["tomorrow", "2030-13-01", "2030-02-30", "0001-01-01T00:00:00+14:00"])
def test_other_dates_are_refused(scene, playlist, sent):
    answer = share(scene, playlist, expiration_date=sent)
    assert (answer.status_int, answer.json["message"]) == (400, f"{sent} is not a valid ISO 8601 date")


def test_a_link_belongs_to_its_playlist(studio, scene, playlist):
    token = share(scene, playlist).json["token"]
    other = studio.add(Playlist, name="other", project_id=scene.project["id"])
    assert scene.api().delete(links(other, f"/{token}")).status_int == 404
    assert scene.api().post(links(other, f"/{token}/invite"), {}).status_int == 404
    assert scene.api().delete(links(playlist, f"/{new_id()}")).status_int == 404
    assert scene.api().get(links({"id": new_id()})).status_int == 404


def test_managers_of_the_studio_and_of_the_production_share(studio, scene, playlist):
    token = share(scene, playlist).json["token"]
    promoted = studio.person("user")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=promoted["id"], role="manager")
    callers = {role: scene.api(role) for role in ROLES}
    callers |= {"outsider": scene.outsider(), "promoted": studio.api(promoted)}
    allowed = {"admin", "manager"}
    for call in (
        lambda api: api.get(links(playlist)),
        lambda api: api.post(links(playlist), {"can_comment": {}}),
        lambda api: api.post(links(playlist, f"/{token}/invite"), {"emails": {}}),
        lambda api: api.delete(links(playlist, f"/{token}")),
    ):
        assert {name for name, api in callers.items() if call(api).status_int != 403} == allowed


def test_people_are_invited_once_each(studio, scene, playlist, outbox):
    token = share(scene, playlist).json["token"]
    known = studio.person("client", email="bea@example.com", locale="fr_FR")
    silent = studio.person("client", email=None)
    body = {
        "emails": ["Ann@Example.com", "ann@example.COM"],
        "person_ids": [known["id"], known["id"], silent["id"], new_id()],
        "message": "Look at <b>this</b>",
    }
    answer = scene.api("manager").post(links(playlist, f"/{token}/invite"), body)
    assert answer.status_int == 200
    assert answer.json == {"sent": ["Ann@example.com", "bea@example.com"]}
    first, second = outbox()
    assert (first["To"], second["To"]) == ("Ann@example.com", "bea@example.com")
    assert f"/playlists/shared/{token}" in text_of(first)
    assert "<b>this</b>" not in first.get_body(("html",)).get_content()
    assert "partage" in second["Subject"]


def test_an_invalid_address_stops_all_invitations(studio, scene, playlist, outbox):
    token = share(scene, playlist).json["token"]
    answer = scene.api().post(links(playlist, f"/{token}/invite"), {"emails": ["a@example.com", "nobody"]})
    assert answer.status_int == 400
    assert set(answer.json) == {"error"}
    assert outbox() == []
    assert scene.api().post(links(playlist, f"/{token}/invite"), {"emails": [3]}).status_int == 400
    scene.api().delete(links(playlist, f"/{token}"))
    assert scene.api().post(links(playlist, f"/{token}/invite"), {"emails": []}).status_int == 404


# Notices


def notify(scene, playlist, role="manager", **body):
    return scene.api(role).post(f"/data/playlists/{playlist['id']}/notify-clients", body)


def recipients(studio):
    return set(studio.db.column("SELECT person_id FROM notification"))


def test_clients_are_reported_that_a_playlist_is_ready(studio, scene, playlist, outbox):
    wants_mail = studio.person("user", notifications_enabled=True, email="ann@example.com")
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=wants_mail["id"], role="client")
    bot = studio.person("client", is_bot=True)
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=bot["id"])
    studio.person("client")
    studio.forget_events()
    assert notify(scene, playlist).json == {"status": "success"}
    assert recipients(studio) == {scene.team["client"]["id"], wants_mail["id"]}
    row = studio.db.find(Notification, person_id=wants_mail["id"])
    assert row["author_id"] == scene.team["manager"]["id"]
    assert row["playlist_id"] == playlist["id"]
    assert studio.db.value("SELECT DISTINCT type FROM notification") == "playlist-ready"
    assert [mail["To"] for mail in outbox()] == ["ann@example.com"]
    assert studio.events() == []


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({}, ""),
        ({"for_entity": "asset"}, "episodes/main/"),
        ({"for_entity": "asset", "is_for_all": True}, "episodes/all/"),
    ],
)
def test_the_mail_leads_to_the_playlist(studio, scene, outbox, columns, place):
    with studio.db.write():
        studio.db.execute("UPDATE project SET production_type = 'tvshow'")
        studio.db.execute("UPDATE person SET notifications_enabled = 1")
    playlist = studio.add(Playlist, name="a", project_id=scene.project["id"], **columns)
    notify(scene, playlist)
    assert f"/productions/{scene.project['id']}/{place}playlists/{playlist['id']}" in text_of(outbox()[0])


def test_clients_of_one_studio_or_department_are_reported(studio, scene, playlist):
    department = studio.department()
    lighting = studio.person("client", departments=[department])
    studio.link(ProjectPersonLink, project_id=scene.project["id"], person_id=lighting["id"])
    assert notify(scene, playlist, department_id=department["id"], studio_id="").status_int == 200
    assert recipients(studio) == {lighting["id"]}
    assert notify(scene, playlist, studio_id=new_id()).status_int == 200
    assert recipients(studio) == {lighting["id"]}
    assert notify(scene, playlist, studio_id="x").status_int == 400


def test_managers_show_clients(scene, playlist):
    statuses = {role: notify(scene, playlist, role).status_int for role in ROLES}
    assert statuses == {**dict.fromkeys(ROLES, 403), "admin": 200, "manager": 200}
    assert notify(scene, {"id": new_id()}).status_int == 404
