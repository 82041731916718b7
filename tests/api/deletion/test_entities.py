"""Canceling and deleting entities, and what goes with them."""

import io

import pytest

from kitsulite.domain.files.places import ATTACHMENT, WORKING_FILE
from kitsulite.models.activity import Chat, ChatMessage, News, Notification, Subscription
from kitsulite.models.entities import (
    AssetInstance,
    AssetInstanceLink,
    Entity,
    EntityConceptLink,
    EntityLink,
    EntityVersion,
)
from kitsulite.models.fields import new_id
from kitsulite.models.files import FileStatus, OutputFile, WorkingFile
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PlaylistShareLink
from kitsulite.models.projects import ScheduleItem
from kitsulite.models.tasks import Comment, Task, TimeSpent

NOUNS = {"assets": "Prop", "shots": "Shot", "edits": "Edit", "concepts": "Concept"}


def burden(studio, scene, entity, with_task=True):
    """Give an entity everything that an entity can have."""
    other, person = studio.entity(scene.project, "Shot"), scene.team["user"]
    status = studio.add(FileStatus, name=new_id(), color="#000000")
    studio.link(Subscription, person_id=person["id"], entity_id=entity["id"])
    studio.add(EntityVersion, name="old", entity_id=entity["id"])
    for link in (EntityLink, EntityConceptLink):
        studio.link(link, entity_in_id=entity["id"], entity_out_id=other["id"])
        studio.link(link, entity_in_id=other["id"], entity_out_id=entity["id"])
    output = studio.add(OutputFile, name="out", revision=1, file_status_id=status["id"], entity_id=entity["id"])
    studio.add(OutputFile, name="in", revision=1, file_status_id=status["id"], temporal_entity_id=entity["id"])
    studio.add(WorkingFile, name="loose", entity_id=entity["id"])
    studio.add(ScheduleItem, project_id=scene.project["id"], object_id=entity["id"])
    instance = studio.add(AssetInstance, asset_id=other["id"], number=1)
    studio.link(AssetInstanceLink, entity_id=entity["id"], asset_instance_id=instance["id"])
    studio.preview(scene.task, source_file_id=output["id"])
    if with_task:
        task = studio.task(entity, "Layout", [person])
        comment = studio.comment(task)
        preview = studio.preview(task, comment)
        with studio.db.write():
            studio.db.update(Entity, entity["id"], preview_file_id=preview["id"])
        studio.add(News, author_id=person["id"], comment_id=comment["id"], task_id=task["id"])
        studio.add(
            Notification,
            type="comment",
            person_id=person["id"],
            author_id=person["id"],
            comment_id=comment["id"],
            task_id=task["id"],
        )
        studio.link(Subscription, person_id=person["id"], task_id=task["id"])
        studio.add(TimeSpent, duration=10, date="2024-01-01", task_id=task["id"], person_id=person["id"])
    chat = studio.add(Chat, object_id=entity["id"])
    message = studio.add(ChatMessage, chat_id=chat["id"], person_id=person["id"])
    studio.add(AttachmentFile, name="a", extension="txt", chat_message_id=message["id"])
    studio.forget_events()


def traces(studio, entity):
    """The tables that still hold the id of an entity."""
    found = []
    for table in studio.db.column("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search%'"):
        if table not in ("api_event", "sqlite_sequence"):
            for row in studio.db.rows(f'SELECT * FROM "{table}"'):
                if entity["id"] in row.values():
                    found.append(table)
    return found


@pytest.mark.parametrize(("noun", "kind"), NOUNS.items())
def test_what_has_no_task_is_deleted_with_all_links(studio, scene, noun, kind):
    entity = studio.entity(scene.project, kind)
    burden(studio, scene, entity, with_task=False)
    assert scene.api("manager").delete(f"/data/{noun}/{entity['id']}").status_int == 204
    assert traces(studio, entity) == []
    assert studio.events() == [f"{noun[:-1]}:delete"]
    assert scene.api("manager").delete(f"/data/{noun}/{entity['id']}").status_int == 404


@pytest.mark.parametrize(("noun", "kind"), NOUNS.items())
def test_what_has_tasks_is_canceled_until_it_is_forced(studio, scene, noun, kind):
    entity = studio.entity(scene.project, kind)
    burden(studio, scene, entity)
    path = f"/data/{noun}/{entity['id']}"
    assert scene.api("manager").delete(path).status_int == 204
    assert studio.db.get(Entity, entity["id"])["canceled"] is True
    assert studio.events() == [f"{noun[:-1]}:update"]
    assert len(studio.db.all(Task, "entity_id = ?", [entity["id"]])) == 1
    studio.forget_events()
    assert scene.api("manager").delete(path + "?force=true").status_int == 204
    assert traces(studio, entity) == []
    assert studio.events() == ["news:delete", "task:delete", f"{noun[:-1]}:delete"]
    for table in (News, Notification, TimeSpent):
        assert studio.db.all(table) == []
    assert [comment["id"] for comment in studio.db.all(Comment)] == [scene.comment["id"]]


@pytest.mark.parametrize("noun", [*NOUNS, "sequences", "episodes", "scenes"])
def test_the_creator_may_delete_and_other_kinds_are_not_found(studio, scene, noun):
    kind = NOUNS.get(noun) or noun[:-1].capitalize()
    artist = scene.team["user"]
    own = studio.entity(scene.project, kind, created_by=artist["id"])
    other = studio.entity(scene.project, "Shot" if noun != "shots" else "Scene")
    api = scene.api("user")
    for entity_id in (other["id"], new_id(), "nonsense"):
        assert api.delete(f"/data/{noun}/{entity_id}").status_int == 404
    assert api.delete(f"/data/{noun}/{studio.entity(scene.project, kind)['id']}").status_int == 403
    assert api.delete(f"/data/{noun}/{own['id']}").status_int == 204


def test_an_asset_takes_its_instances_with_it(studio, scene):
    asset, other = studio.entity(scene.project, "Prop"), studio.entity(scene.project, "Prop")
    scene_entity = studio.entity(scene.project, "Scene")
    own = studio.add(AssetInstance, asset_id=asset["id"], scene_id=scene_entity["id"], number=1)
    inside = studio.add(AssetInstance, asset_id=other["id"], target_asset_id=asset["id"], number=1)
    studio.link(AssetInstanceLink, entity_id=scene.entity["id"], asset_instance_id=own["id"])
    child = studio.entity(scene.project, "Prop", parent_id=asset["id"])
    assert scene.api().delete(f"/data/assets/{asset['id']}").status_int == 204
    assert not studio.db.exists(AssetInstance, id=own["id"])
    assert not studio.db.exists(AssetInstance, id=inside["id"])
    assert studio.db.get(Entity, child["id"])["parent_id"] is None


# Scenes


def test_a_scene_is_deleted_or_canceled_where_something_refers_to_it(studio, scene):
    free, used = studio.entity(scene.project, "Scene"), studio.entity(scene.project, "Scene")
    studio.entity(scene.project, "Shot", source_id=used["id"])
    for entity in (free, used):
        studio.add(Chat, object_id=entity["id"])
    studio.link(EntityLink, entity_in_id=used["id"], entity_out_id=scene.entity["id"])
    studio.forget_events()
    for entity in (free, used):
        assert scene.api().delete(f"/data/scenes/{entity['id']}").status_int == 204
    assert not studio.db.exists(Entity, id=free["id"])
    assert studio.db.get(Entity, used["id"])["canceled"] is True
    assert studio.db.exists(EntityLink, entity_in_id=used["id"])
    assert [chat["object_id"] for chat in studio.db.all(Chat)] == [used["id"]]
    assert studio.events() == ["scene:delete", "scene:delete"]


# Sequences and episodes


class Series:
    """An episode with all that may lie below it."""

    def __init__(self, studio, scene):
        project = scene.project
        self.episode = studio.entity(project, "Episode")
        self.sequence = studio.entity(project, "Sequence", parent_id=self.episode["id"])
        self.shot = studio.entity(project, "Shot", parent_id=self.sequence["id"])
        self.scene = studio.entity(project, "Scene", parent_id=self.sequence["id"])
        self.edit = studio.entity(project, "Edit", parent_id=self.episode["id"])
        self.asset = studio.entity(project, "Prop", source_id=self.episode["id"])
        self.playlist = studio.add(Playlist, name="Dailies", project_id=project["id"], episode_id=self.episode["id"])
        studio.add(BuildJob, playlist_id=self.playlist["id"])
        studio.add(
            PlaylistShareLink, token=new_id(), playlist_id=self.playlist["id"], created_by=scene.team["user"]["id"]
        )
        self.entities = [self.episode, self.sequence, self.shot, self.scene, self.edit, self.asset]
        for entity in (self.episode, self.sequence, self.shot, self.edit, self.asset):
            burden(studio, scene, entity)


@pytest.fixture
def series(studio, scene):
    return Series(studio, scene)


@pytest.mark.parametrize("noun", ["sequences", "episodes"])
def test_a_parent_is_kept_while_something_lies_below_it(studio, scene, series, noun):
    entity = getattr(series, noun[:-1])
    answer = scene.api().delete(f"/data/{noun}/{entity['id']}")
    assert answer.status_int == 400
    assert answer.json == {"error": True, "message": f"Some data are still linked to this {noun[:-1]}."}
    assert all(studio.db.exists(Entity, id=row["id"]) for row in series.entities)
    assert studio.events() == []


def test_an_episode_is_forced_with_all_below_it(studio, scene, series):
    assert scene.api().delete(f"/data/episodes/{series.episode['id']}?force=true").status_int == 204
    for entity in series.entities:
        assert traces(studio, entity) == []
    assert not studio.db.exists(Playlist, id=series.playlist["id"])
    deleted = [
        name for name in studio.events() if name.endswith(":delete") and not name.startswith(("task", "build", "news"))
    ]
    assert deleted == [
        *("shot:delete", "scene:delete", "sequence:delete", "edit:delete", "asset:delete", "episode:delete"),
    ]
    assert studio.db.exists(Entity, id=scene.entity["id"])


def test_a_sequence_is_forced_with_its_shots_and_scenes(studio, scene, series):
    assert scene.api().delete(f"/data/sequences/{series.sequence['id']}?force=true").status_int == 204
    for entity in (series.sequence, series.shot, series.scene):
        assert traces(studio, entity) == []
    assert studio.events()[-1] == "sequence:delete"
    assert studio.db.exists(Entity, id=series.episode["id"])


def test_a_scene_in_use_keeps_its_sequence_and_everything_else(studio, scene, series):
    studio.task(series.scene, "Layout")
    for noun in ("sequences", "episodes"):
        entity = getattr(series, noun[:-1])
        assert scene.api().delete(f"/data/{noun}/{entity['id']}?force=true").status_int == 400
    assert all(studio.db.exists(Entity, id=row["id"]) for row in series.entities)
    assert studio.db.get(Entity, series.scene["id"])["canceled"] is False
    assert studio.events() == []


@pytest.mark.parametrize(("parent", "child"), [("Sequence", "Edit"), ("Episode", "Prop")])
def test_what_belongs_elsewhere_keeps_its_parent(studio, scene, parent, child):
    above = studio.entity(scene.project, parent)
    below = studio.entity(scene.project, child, parent_id=above["id"])
    refused = scene.api().delete(f"/data/{parent.lower()}s/{above['id']}?force=true")
    assert (refused.status_int, "still linked" in refused.json["message"]) == (400, True)
    assert all(studio.db.exists(Entity, id=row["id"]) for row in (above, below))


def test_an_empty_parent_needs_no_force(studio, scene):
    for kind in ("Sequence", "Episode"):
        entity = studio.entity(scene.project, kind)
        assert scene.api("manager").delete(f"/data/{kind.lower()}s/{entity['id']}").status_int == 204
        assert not studio.db.exists(Entity, id=entity["id"])


@pytest.mark.parametrize("removes", [True, False])
def test_stored_files_go_with_their_rows_if_the_server_removes_files(studio, scene, set_up, removes):
    set_up(remove_files=removes)
    chat = studio.add(Chat, object_id=scene.entity["id"])
    message = studio.add(ChatMessage, chat_id=chat["id"], person_id=studio.admin["id"])
    files = {"name": "a", "extension": "txt", "mimetype": "text/plain", "size": 1}
    attached = [{"comment_id": scene.comment["id"]}, {"chat_message_id": message["id"]}, {}]
    places = [(ATTACHMENT, studio.add(AttachmentFile, **files, **of)["id"]) for of in attached]
    worked = [{"task_id": scene.task["id"]}, {"entity_id": scene.entity["id"]}, {}]
    places += [(WORKING_FILE, studio.add(WorkingFile, name="w", **of)["id"]) for of in worked]
    for place, row_id in places:
        studio.app.files.write(*place, row_id, io.BytesIO(b"x"))
    assert scene.api().delete(f"/data/attachment-files/{places[2][1]}").status_int == 204
    assert scene.api().delete(f"/data/working-files/{places[5][1]}").status_int == 204
    assert scene.api().delete(f"/data/shots/{scene.entity['id']}?force=true").status_int == 204
    assert studio.db.column("SELECT id FROM attachment_file UNION SELECT id FROM working_file") == []
    kept = [studio.app.files.find(*place, row_id) is not None for place, row_id in places]
    assert kept == [not removes] * 6
