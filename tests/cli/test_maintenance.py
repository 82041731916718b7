"""Looking after a data folder."""

import io

from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.projects import Project


def test_a_sound_folder_is_reported_as_such(kitsulite_command):
    code, out, _ = kitsulite_command("verify")
    assert (code, out.startswith("All is well")) == (0, True)


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
    assert (code, out.count("file without a row")) == (1, 2)
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
    assert (code, out) == (0, "2 rows can be found.\n")
