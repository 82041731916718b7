"""Looking after a data folder."""

import io
import os

import pytest

from kitsulite.domain.files import places
from kitsulite.domain.server.backups import AUTOMATIC
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import new_id
from kitsulite.models.files import FileStatus, OutputFile, WorkingFile
from kitsulite.models.people import Organisation, Person
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PreviewBackgroundFile, PreviewFile
from kitsulite.models.projects import Project
from kitsulite.models.tasks import Comment

#: columns of a preview whose file is stored
READY = {"status": "ready", "original_name": "a", "file_size": 7}


def test_a_sound_folder_is_reported_as_such(kitsulite_command):
    code, out, _ = kitsulite_command("verify")
    assert (code, out.startswith("No problems")) == (0, True)


def test_files_of_the_studio_are_counted_and_not_read(kitsulite_command, opened):
    with opened.db.write():
        status_id = opened.db.add(FileStatus, name="To do", color="#000000")
        opened.db.add(OutputFile, name="out", revision=1, file_status_id=status_id)
        opened.db.add(WorkingFile, name="scene", revision=1, path="/studio/scene.blend")
        uploaded = opened.db.add(WorkingFile, name="scene", revision=2)
    opened.files.write(*places.WORKING_FILE, uploaded, io.BytesIO(b"scene"))
    code, out, _ = kitsulite_command("verify")
    assert (code, out.splitlines()[0]) == (
        0,
        "2 output and working files in the studio's own storage were not read.",
    )


def test_a_row_without_its_file_is_found(kitsulite_command, opened):
    with opened.db.write():
        attachment_id = opened.db.add(AttachmentFile, name="a.txt", extension="txt")
    code, out, _ = kitsulite_command("verify")
    assert code == 1
    assert f"attachment without its file: {attachment_id}" in out


def test_files_without_a_row_are_found_and_removed(kitsulite_command, opened):
    stored = new_id()
    opened.files.write("files", "attachments", stored, io.BytesIO(b"lost"))
    stray = opened.files.folder / "pictures" / "stray.png"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    code, out, _ = kitsulite_command("verify")
    assert (code, out.splitlines()[0]) == (0, "2 files belong to no row: --remove-orphans deletes them.")
    code, out, _ = kitsulite_command("verify", "--remove-orphans")
    assert (code, out.startswith("2 files")) == (0, True)
    assert opened.files.find("files", "attachments", stored) is None
    assert not stray.exists()


def test_a_file_that_has_its_row_stays(kitsulite_command, opened):
    with opened.db.write():
        person = opened.db.insert(Person, first_name="A", last_name="B", has_avatar=True)
    opened.files.write("pictures", "thumbnails", person["id"], io.BytesIO(b"face"))
    assert kitsulite_command("verify", "--remove-orphans")[0] == 0
    assert opened.files.find("pictures", "thumbnails", person["id"])


def test_a_broken_reference_is_found(kitsulite_command, opened):
    opened.db.execute("PRAGMA foreign_keys = OFF")
    opened.db.execute("UPDATE person SET studio_id = ?", [new_id()])
    code, out, _ = kitsulite_command("verify")
    assert code == 1
    assert "of person refers to a missing studio" in out


def test_the_search_index_is_made_again(kitsulite_command, opened):
    with opened.db.write():
        kind = opened.db.find(EntityType, name="Prop")["id"]
        project_id = opened.db.add(Project, name="P")
        opened.db.add(Entity, name="Rabbit", project_id=project_id, entity_type_id=kind)
        opened.db.execute("DELETE FROM search_text")
        opened.db.execute("DELETE FROM search_row")
    code, out, _ = kitsulite_command("search", "rebuild")
    # the asset and the administrator
    assert (code, out) == (0, "2 rows are indexed.\n")


def store(app, *place, content=b"content"):
    app.files.write(*place, io.BytesIO(content))
    return app.files.path(*place)


#: what is stored -> its row (table, columns with {size}), its place, and how the row is called
STORED = {
    "attachment": (AttachmentFile, {"name": "a.txt", "extension": "txt", "size": 7}, places.ATTACHMENT),
    "avatar of the person": (Person, {"first_name": "A", "last_name": "B", "has_avatar": True}, places.AVATAR),
    "avatar of the project": (Project, {"name": "P", "has_avatar": True}, places.AVATAR),
    "avatar of the organisation": (Organisation, {"name": "O", "has_avatar": True}, places.AVATAR),
    "preview": (PreviewFile, {**READY, "extension": "png"}, places.PREVIEW_ORIGINAL),
    "preview, a movie": (PreviewFile, {**READY, "extension": "mp4"}, places.PREVIEW_MOVIES[1]),
    "preview, a document": (PreviewFile, {**READY, "extension": "pdf"}, places.PREVIEW_FILE),
    "preview background": (PreviewBackgroundFile, {"name": "N", "extension": "hdr", "file_size": 7}, places.BACKGROUND),
    "playlist build": (BuildJob, {"status": "succeeded"}, places.BUILD),
}


@pytest.mark.parametrize("name", STORED)
def test_stored_files_of_every_kind_are_missed(kitsulite_command, opened, name):
    model, columns, place = STORED[name]
    with opened.db.write():
        if model is BuildJob:
            project_id = opened.db.add(Project, name="P")
            columns = {**columns, "playlist_id": opened.db.add(Playlist, name="L", project_id=project_id)}
        row_id = opened.db.add(model, **columns)
    called = name.partition(",")[0]
    assert f"{called} without its file: {row_id}" in kitsulite_command("verify")[1]
    path = store(opened, *place, row_id)
    assert kitsulite_command("verify")[0] == 0
    if {"size", "file_size"} & set(columns):
        path.write_bytes(b"cut")
        assert (
            f"{called} of another size than its row says, 3 instead of 7 bytes: {row_id}"
            in (kitsulite_command("verify")[1])
        )
    path.write_bytes(b"")
    assert f"{called} without its file: {row_id}" in kitsulite_command("verify")[1]


def test_a_content_that_changed_by_itself_is_found(kitsulite_command, opened):
    with opened.db.write():
        ids = [opened.db.add(Person, first_name="A", last_name="B", has_avatar=True) for _ in range(3)]
    paths = [store(opened, *places.AVATAR, row_id) for row_id in ids]
    assert opened.backups.attempt(AUTOMATIC)
    assert kitsulite_command("verify")[0] == 0
    rotten = paths[0]
    stat = rotten.stat()
    rotten.write_bytes(b"contenT")
    os.utime(rotten, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    store(opened, *places.AVATAR, ids[1], content=b"another")
    code, out, _ = kitsulite_command("verify")
    assert code == 1
    assert "content changed since the backup of" in out
    assert rotten.relative_to(opened.folder).as_posix() in out
    assert str(ids[1])[8:] not in out


def test_json_that_is_none_is_found(kitsulite_command, opened):
    with opened.db.write():
        row_id = opened.db.add(Project, name="P", data={"a": 1})
        opened.db.execute("UPDATE project SET data = '{' WHERE id = ?", [row_id])
    code, out, _ = kitsulite_command("verify")
    assert (code, "of project: what is in data is no JSON" in out) == (1, True)


def test_a_comment_on_nothing_is_found(kitsulite_command, opened):
    with opened.db.write():
        person_id = opened.db.value("SELECT id FROM person")
        opened.db.add(Comment, object_id=new_id(), object_type="Task", text="T", person_id=person_id)
    code, out, _ = kitsulite_command("verify")
    assert (code, "of comment refers to a missing task" in out) == (1, True)


BREAKS = {
    "a row that is not found": ("DELETE FROM search_row", "differs from 1 rows"),
    "another name": ("UPDATE search_name SET name = 'Nobody'", "differs from 1 rows"),
    "another text": ("UPDATE search_text SET name = 'Nobody'", "differs from 1 rows"),
    "a damaged index": ("DELETE FROM search_text_data WHERE id > 10", "is damaged"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_search_index_that_is_wrong_is_found_and_repaired(kitsulite_command, opened, name):
    sql, told = BREAKS[name]
    with opened.db.write():
        opened.db.execute(sql)
    opened.close()
    code, out, _ = kitsulite_command("verify")
    assert (code, told in out) == (1, True)
    code, out, _ = kitsulite_command("verify", "--repair")
    assert (code, "1 rows can be found again." in out) == (0, True)
    assert kitsulite_command("verify")[0] == 0


def test_orphans_are_moved_aside_and_lost_by_nobody(kitsulite_command, opened):
    path = store(opened, "files", "attachments", new_id(), content=b"lost")
    code, out, _ = kitsulite_command("verify", "--repair")
    assert (code, "1 files without a row moved to" in out) == (0, True)
    assert not path.exists()
    aside = opened.folder / "set-aside" / path.relative_to(opened.files.folder)
    assert aside.read_bytes() == b"lost"
