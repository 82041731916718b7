"""Edit lists that are imported into a production."""

import io
import json
import sys
import zipfile

import pytest
from support import ROLES, UNKNOWN

from kitsulite.models.entities import Entity
from kitsulite.models.projects import Project, ProjectTaskTypeLink
from kitsulite.models.tasks import Task
from kitsulite.store.writing import Writing

HEADER = "TITLE: Cut\r\nFCM: NON-DROP FRAME\r\n\r\n"


def edl(*clips, rate=25):
    """An edit list of clips: (name, frames), the record begins at ten hours."""
    lines, place = [HEADER], 10 * 3600 * rate
    for number, (name, length) in enumerate(clips, 1):
        times = [code(frame, rate) for frame in (1000, 1000 + length, place, place + length)]
        lines.append(f"{number:03}  AX       V     C        {' '.join(times)}\r\n* FROM CLIP NAME: {name}\r\n\r\n")
        place += length
    return "".join(lines)


def code(frame, rate):
    seconds, frame = divmod(frame, rate)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


class Production:
    """A production with a shot in a sequence, and a kind of work for shots."""

    def __init__(self, studio, **columns):
        self.studio, self.db = studio, studio.db
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()), name="Buck", **columns)
        self.episode = studio.entity(self.project, "Episode", name="E1")
        parent = {"parent_id": self.episode["id"]} if columns.get("production_type") == "tvshow" else {}
        self.sequence = studio.entity(self.project, "Sequence", name="SQ1", **parent)
        data = {"handle_in": 8, "frame_in": 5}
        self.shot = studio.entity(self.project, "Shot", name="SH1", parent_id=self.sequence["id"], data=data)
        animation = studio.task_type("Animation")
        studio.link(ProjectTaskTypeLink, project_id=self.project["id"], task_type_id=animation["id"])
        studio.forget_events()

    def path(self, episode_id=None):
        return f"/import/otio/projects/{self.project['id']}" + (f"/episodes/{episode_id}" if episode_id else "")

    def send(self, content, name="cut.edl", episode_id=None, query="", role="manager", **form):
        content = content if isinstance(content, bytes) else content.encode()
        api = self.studio.api(self.team[role])
        return api.upload(self.path(episode_id) + query, [("file", name, content)], **form)

    def now(self):
        return self.db.get(Entity, self.shot["id"])


@pytest.fixture
def production(studio):
    return Production(studio)


@pytest.fixture
def show(studio):
    return Production(studio, production_type="tvshow")


def test_known_shots_get_their_frames_and_missing_ones_are_made(production):
    answer = production.send(edl(("Buck_SQ1-SH1.mov", 48), ("Buck_SQ2-SH9", 10)))
    assert answer.status_int == 201
    (updated,), (created,) = answer.json["updated_shots"], answer.json["created_shots"]
    assert (updated["id"], updated["type"], updated["nb_frames"]) == (production.shot["id"], "Entity", 48)
    assert updated["data"] == {"handle_in": 8, "frame_in": 0, "frame_out": 47}
    assert (created["name"], created["type"], created["nb_frames"]) == ("SH9", "Shot", 10)
    assert created["data"] == {"frame_in": 48, "frame_out": 57}
    assert created["created_by"] == production.team["manager"]["id"]
    assert production.db.get(Entity, created["parent_id"])["name"] == "SQ2"
    assert production.db.exists(Task, entity_id=created["id"])
    assert production.studio.events() == ["shot:update", "sequence:new", "shot:new", "task:new"]


def test_the_rate_is_that_of_the_production(production):
    with production.db.write():
        production.db.update(Project, production.project["id"], fps="29.97")
    line = "001 AX V C 00:00:00;00 00:01:00;02 01:00:00;00 01:01:00;02\n* FROM CLIP NAME: Buck_SQ1-SH1\n"
    assert production.send(line).json["updated_shots"][0]["nb_frames"] == 1800
    with production.db.write():
        production.db.update(Project, production.project["id"], fps="24")
    answer = production.send(line)
    assert answer.status_int == 400
    assert answer.json["message"].startswith("Failed to parse OTIO file: Line 1: 00:00:00;00 is a drop-frame time code")


def test_the_convention_says_which_shot_a_clip_is(production):
    convention = "${sequence_name}_${shot_name}"
    answer = production.send(edl(("SQ1_SH1", 7)), naming_convention=convention)
    assert [shot["name"] for shot in answer.json["updated_shots"]] == ["SH1"]
    other = production.send(edl(("sq1_sh1", 9)), naming_convention=convention, match_case="false")
    assert [shot["nb_frames"] for shot in other.json["updated_shots"]] == [9]
    query = production.send(edl(("SH1 of SQ1", 11)), query="?naming_convention=$shot_name of $sequence_name")
    assert [shot["nb_frames"] for shot in query.json["updated_shots"]] == [11]
    unknown = production.send(edl(("SQ1_SH1", 9)), naming_convention="${colour}")
    assert (unknown.status_int, unknown.json["message"]) == (
        400,
        "KeyError: 'colour' (a naming convention knows project_name, episode_name, sequence_name, shot_name)",
    )
    wrong = production.send(edl(("SQ1_SH1", 9)), match_case="perhaps")
    assert (wrong.status_int, wrong.json["message"]) == (400, "Wrong value for parameter match_case.")


def test_shots_that_are_called_otherwise_in_the_list_are_changed_not_made_again(production):
    answer = production.send(edl(("Old_SQ1-SH1", 5), ("Old_SQ1-SH2", 6), ("Old_SQ1-SH2", 7)))
    assert [shot["id"] for shot in answer.json["updated_shots"]] == [production.shot["id"]]
    (created,) = answer.json["created_shots"]
    assert (created["name"], created["nb_frames"], created["data"]["frame_in"]) == ("SH2", 7, 11)
    assert production.db.value("SELECT count(*) FROM task WHERE entity_id = ?", [created["id"]]) == 1


def test_every_clip_that_is_no_shot_is_named_and_nothing_is_changed(production):
    clips = [("Buck_SQ1-SH1", 5), ("title", 5), ("Buck_SQ1-", 5), ("Buck_-SH1", 5), ("Buck_SQ5-SH1", 5)]
    answer = production.send(edl(*clips))
    assert answer.status_int == 400
    assert answer.json["message"].startswith("KeyError: 'No matched value while extracting shot informations.'")
    assert [problem["clip"] for problem in answer.json["problems"]] == ["title", "Buck_SQ1-", "Buck_-SH1"]
    assert production.now()["data"] == production.shot["data"]
    assert production.studio.events() == []
    assert not production.db.exists(Entity, name="SQ5")


def test_lists_are_read_while_others_write(production, monkeypatch):
    monkeypatch.delattr(Writing, "_begin")
    assert production.send("TITLE: x\n001 AX V C 1 2 3 4\n").json["message"].startswith("Failed to parse")


def test_two_shots_of_one_name_are_not_guessed(production):
    other = production.studio.entity(production.project, "Sequence", name="SQ2")
    production.studio.entity(production.project, "Shot", name="SH1", parent_id=other["id"])
    answer = production.send(edl(("SH1", 5)), naming_convention="${shot_name}")
    assert answer.json["problems"] == [{"clip": "SH1", "reason": "Several shots are called so."}]


def test_a_dry_run_shows_the_shots_and_changes_nothing(production):
    answer = production.send(edl(("Buck_SQ1-SH1", 48), ("Buck_SQ2-SH9", 10)), query="?dry_run=true")
    assert answer.status_int == 200
    assert [shot["nb_frames"] for shot in answer.json["updated_shots"] + answer.json["created_shots"]] == [48, 10]
    assert (answer.json["made"], answer.json["refused"]) == ({"sequences": 1}, [])
    refused = production.send(edl(("x", 48)), query="?dry_run=true").json["refused"]
    assert [problem["clip"] for problem in refused] == ["x"]
    assert production.now()["data"] == production.shot["data"]
    assert not production.db.exists(Entity, name="SQ2")


# Episodes


def test_lists_of_tv_shows_belong_to_an_episode(show):
    answer = show.send(edl(("Buck_E1-SQ1-SH1", 5), ("Buck_E1-SQ2-SH1", 6)), episode_id=show.episode["id"])
    assert [shot["id"] for shot in answer.json["updated_shots"]] == [show.shot["id"]]
    (created,) = answer.json["created_shots"]
    assert show.db.get(Entity, created["parent_id"])["parent_id"] == show.episode["id"]
    second = show.studio.entity(show.project, "Episode", name="E2")
    answer = show.send(edl(("Buck_E2-SQ1-SH1", 5)), episode_id=second["id"])
    assert (len(answer.json["updated_shots"]), len(answer.json["created_shots"])) == (0, 1)


def test_unknown_episodes_and_those_of_other_projects_are_refused(show):
    theirs = show.studio.entity(show.studio.project(), "Episode")
    for episode_id in (None, UNKNOWN, "x", theirs["id"], show.sequence["id"]):
        answer = show.send(edl(("Buck_E1-SQ1-SH1", 5)), episode_id=episode_id)
        assert answer.status_int == 400
        assert answer.json["message"].startswith("EpisodeNotFoundException: ")


# Files


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.edl", "", "Failed to parse OTIO file: The edit list has no events."),
        ("cut.edl", b"\xff\xd8\x00\x01 no text", "Failed to parse OTIO file: The edit list has no events."),
        ("cut", "x", "Unsupported file type ''. Supported formats: aaf, ale, edl, "),
        ("cut.txt", "x", "Unsupported file type '.txt'. Supported formats: aaf, ale, edl, "),
    ],
)
def test_files_that_are_no_edit_lists_are_refused(production, name, content, message):
    answer = production.send(content, name)
    assert answer.status_int == 400
    assert answer.json["message"].startswith(message)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_lists_of_old_systems_are_read(production, encoding):
    answer = production.send(edl(("Buck_Été-SH1", 5)).encode(encoding), "CUT.EDL")
    assert production.db.get(Entity, answer.json["created_shots"][0]["parent_id"])["name"] == "Été"


def test_formats_without_a_plugin_are_refused(production):
    pytest.importorskip("opentimelineio")
    answer = production.send("x", "cut.xges")
    assert answer.status_int == 400
    assert "OpenTimelineIO has no plugin for .xges files here: pip install " in answer.json["message"]


def test_other_formats_need_the_extra(production, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    answer = production.send("<xml/>", "cut.xml")
    assert answer.status_int == 400
    assert answer.json["message"].endswith("pip install opentimelineio otio-cmx3600-adapter")
    assert production.send(edl(("Buck_SQ1-SH1", 5))).status_int == 201


def timeline():
    """A timeline of a gap, a clip, one of media without a name of its own, and one without any range."""
    otio = pytest.importorskip("opentimelineio")
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(100, 24), otio.opentime.RationalTime(48, 24))
    made = otio.schema.Timeline()
    track = otio.schema.Track(kind="Video")
    sound = otio.schema.Track(kind="Audio")
    made.tracks.extend([track, sound])
    track.append(otio.schema.Gap(source_range=otio.opentime.TimeRange(duration=otio.opentime.RationalTime(12, 24))))
    track.append(otio.schema.Clip("Buck_SQ1-SH1.mov", source_range=span))
    media = otio.schema.ExternalReference("file:///shots/Buck_SQ1-SH2.mov", available_range=span)
    track.append(otio.schema.Clip("", media))
    track.append(otio.schema.Clip("Buck_SQ1-SH3"))
    sound.append(otio.schema.Clip("music", source_range=span))
    return otio.adapters.write_to_string(made, "otio_json")


def test_timelines_are_read_without_opentimelineio(production, monkeypatch):
    content = timeline()
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("content.otio", content)
    for name, sent in (("cut.otio", content), ("cut.otioz", bundle.getvalue())):
        answer = production.send(sent, name)
        shots = {shot["name"]: shot for shot in answer.json["updated_shots"] + answer.json["created_shots"]}
        assert shots["SH1"]["data"] == {"handle_in": 8, "frame_in": 12, "frame_out": 59}
        assert (shots["SH2"]["nb_frames"], shots["SH2"]["data"]) == (48, {"frame_in": 60, "frame_out": 107})
        assert (shots["SH3"]["nb_frames"], shots["SH3"]["data"]) == (None, {})


def test_other_formats_are_read_as_a_plugin_reads_them(production, monkeypatch):
    otio = pytest.importorskip("opentimelineio")
    found = otio.adapters.read_from_string(timeline(), "otio_json")
    monkeypatch.setattr(otio.adapters, "read_from_file", lambda path, **options: found)
    answer = production.send("<xml/>", "cut.xml")
    shots = {shot["name"]: shot["nb_frames"] for shot in answer.json["updated_shots"] + answer.json["created_shots"]}
    assert shots == {"SH1": 48, "SH2": 48, "SH3": None}
    found = found.video_tracks()[0]
    assert production.send("<xml/>", "cut.xml").json["message"].endswith("The file holds no timeline.")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cut.otio", lambda text: text[: len(text) // 2]),
        ("cut.otio", lambda text: ""),
        ("cut.otio", lambda text: "[" * 200_000),
        ("cut.otio", lambda text: "[1, 2]"),
        ("cut.otio", lambda text: json.dumps({**json.loads(text)["tracks"]["children"][0]})),
        ("cut.otioz", lambda text: text),
        ("cut.xml", lambda text: "<xml/>"),
        ("cut.otiod", lambda text: text),
    ],
)
def test_broken_timelines_are_refused(production, name, change):
    answer = production.send(change(timeline()), name)
    assert answer.status_int == 400
    assert answer.json["message"].startswith("Failed to parse OTIO file: ")
    assert str(production.studio.app.folder) not in answer.text
    assert production.studio.events() == []


def test_managers_of_the_production_import(production):
    content = edl(("Buck_SQ1-SH1", 5))
    found = {role: production.send(content, role=role).status_int for role in ROLES}
    assert found == {role: 201 if role in ("admin", "manager") else 403 for role in ROLES}
    episode = {
        role: production.send(content, role=role, episode_id=production.episode["id"]).status_int for role in ROLES
    }
    assert episode == {role: 400 if role in ("admin", "manager") else 403 for role in ROLES}
    assert production.studio.nobody.upload(production.path(), [("file", "a.edl", b"")]).status_int == 401
    admin = production.studio.api(production.studio.admin)
    assert admin.upload(production.path(), []).status_int == 400
    assert admin.upload(f"/import/otio/projects/{UNKNOWN}", [("file", "a.edl", content.encode())]).status_int == 404


def test_what_is_too_much_for_an_edit_list_is_refused(production, monkeypatch):
    long = production.send(edl(("Buck_SQ2-" + "x" * 300, 10)))
    assert "is too long" in long.text
    monkeypatch.setattr("kitsulite.exchange.edit_lists.imports.MOST_BYTES", 100)
    assert production.send(edl(("Buck_SQ1-SH1", 10), ("Buck_SQ1-SH2", 10))).status_int == 413
    assert production.studio.db.value("SELECT count(*) FROM entity WHERE name LIKE 'x%'") == 0


def test_an_edit_list_in_no_known_encoding_is_read_letter_by_letter(production):
    content = edl(("Buck_SQ1-SH1", 10)).replace("Cut", "C\x81t").encode("latin-1")
    with pytest.raises(UnicodeDecodeError):
        content.decode("cp1252")
    assert production.send(content).status_int == 201
    assert production.now()["nb_frames"] == 10
