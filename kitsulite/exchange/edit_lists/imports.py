"""Imports the frame ranges of shots from an edit list; creates missing shots and sequences."""

from dataclasses import dataclass
from pathlib import PurePath

from kitsulite.domain.frame_rate import fps_of
from kitsulite.domain.kinds import of_kind, temporal_id
from kitsulite.errors import Answer, BadParameter, Refused, TooLarge
from kitsulite.events.bus import emit, gathering
from kitsulite.exchange.edit_lists import edl, otio, timelines
from kitsulite.exchange.edit_lists.clips import Unreadable
from kitsulite.exchange.edit_lists.conventions import Convention
from kitsulite.exchange.held_rows import HeldRows
from kitsulite.exchange.missing_tasks import MissingTasks
from kitsulite.exchange.places import Places
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity
from kitsulite.models.fields import BIGGEST_INTEGER, as_object, dump

MEGABYTE = 2**20
MOST_BYTES = 16 * MEGABYTE
#: most problems that one answer lists
MOST_PROBLEMS = 100
SHOTS = (
    "SELECT e.id, e.name, parent.name, grand.name, parent.parent_id, parent.id FROM entity e"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    f" WHERE e.project_id = ? AND {of_kind('Shot')} ORDER BY e.created_at, e.rowid"
)
UNMATCHED = "No matched value while extracting shot informations."
#: native formats of OpenTimelineIO -> their readers
TIMELINES = {"otio": timelines.clips, "otioz": timelines.of_bundle}
UNNAMED = {
    "sequence_name": "No sequence name found while extracting shot informations.",
    "shot_name": "No shot name found while extracting shot informations.",
}


def read(ctx, project, upload):
    """The clips of an uploaded edit list; raises BadParameter if it cannot be read."""
    suffix = PurePath(upload.filename or "").suffix.lower()
    name = suffix[1:]
    if name not in otio.FORMATS:
        formats = ", ".join(otio.FORMATS)
        raise BadParameter(f"Unsupported file type '{suffix[:20]}'. Supported formats: {formats}.")
    content = upload.file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(f"An edit list may have {MOST_BYTES // MEGABYTE} MB.")
    try:
        if name == "edl":
            return edl.clips(decoded(content), fps_of(project))
        if name in TIMELINES:
            return TIMELINES[name](content)
        return otio.clips(content, name, ctx.app.files)
    except Unreadable as error:
        raise BadParameter(f"Failed to parse OTIO file: {error}") from None


def decoded(content):
    """The text of an edit list; many programs still use old encodings."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


@dataclass
class Target:
    """The shot that a clip refers to: an existing one, or the names of a new one."""

    shot_id: str | None
    sequence: str | None = None
    name: str | None = None


class EditList:
    """One import; `episode` is the row of an episode, or None if it is not a TV show."""

    def __init__(self, ctx, project, episode, convention, match_case):
        self.ctx, self.project, self.episode = ctx, project, episode
        self.convention = Convention(convention)
        self.fold = str if match_case else str.lower
        self.places = Places(ctx, project["id"])
        self.type_id = temporal_id(ctx, "Shot")
        self.by_key, self.by_place, self.sequences = {}, {}, {}
        for shot in self.ctx.db.execute(SHOTS, [project["id"]]).fetchall():
            self.remember(*shot)
        #: ids of shots, in the order of the list
        self.created, self.updated = {}, {}

    def remember(self, shot_id, name, sequence, episode, episode_id, sequence_id):
        if self.episode and episode_id != self.episode["id"]:
            return
        names = {"episode_name": episode or "", "sequence_name": sequence or "", "shot_name": name}
        key = self.fold(self.convention.fill({"project_name": self.project["name"], **names}))
        self.by_key.setdefault(key, []).append(shot_id)
        if sequence is not None:
            self.by_place.setdefault((sequence, name), shot_id)
            self.sequences.setdefault(sequence, sequence_id)

    def run(self, clips, dry_run):
        """Change and create the shots of clips; returns both, in the form of Zou."""
        problems, targets = [], []
        for clip in clips:
            try:
                targets.append((clip, self.target(clip)))
            except Refused as error:
                problems.append({"clip": clip.name[:300], "reason": str(error)})
        if problems:
            refuse(problems, dry_run)
        for clip, target in targets:
            self.apply(clip, target)
        self.make_tasks()
        answer = {
            "updated_shots": self.shown(self.updated, "Entity"),
            "created_shots": self.shown(self.created, "Shot"),
        }
        if dry_run:
            raise Answer(200, {"dry_run": True, **answer, "made": self.places.created, "refused": []})
        return answer

    def make_tasks(self):
        """Create the tasks of the new shots."""
        rows = HeldRows(self.ctx)
        tasks = MissingTasks(self.ctx, self.project["id"], "Shot", rows)
        with gathering(self.ctx):
            for shot_id in self.created:
                tasks.make(shot_id, {}, tasks.all_ids)
            rows.flush()

    def target(self, clip):
        """The Target of a clip; raises Refused if its name does not match, or if its frames cannot be stored."""
        if (
            max(clip.frame_in or 0, clip.nb_frames or 0) > BIGGEST_INTEGER // 2
            or (clip.frame_in or 0) < -BIGGEST_INTEGER
        ):
            raise Refused("Its frames are too many.")
        shot_ids = self.by_key.get(self.fold(clip.name), ())
        if len(shot_ids) > 1:
            raise Refused("Several shots are called so.")
        if shot_ids:
            return Target(shot_ids[0])
        names = self.convention.take_apart(clip.name)
        if names is None:
            raise Refused(UNMATCHED)
        for placeholder, message in UNNAMED.items():
            if not names.get(placeholder):
                raise Refused(message)
            if len(names[placeholder]) > Entity.name.max_length:
                raise Refused(f"{placeholder} is too long.")
        sequence, name = names["sequence_name"], names["shot_name"]
        return Target(self.by_place.get((sequence, name)), sequence, name)

    def apply(self, clip, target):
        """Give a shot the frames of a clip; a new shot is created the first time."""
        shot_id = target.shot_id or self.by_place.get((target.sequence, target.name))
        data, columns = {}, {}
        if clip.nb_frames:
            data = {"frame_in": clip.frame_in, "frame_out": clip.frame_in + clip.nb_frames - 1}
            columns = {"nb_frames": clip.nb_frames}
        if shot_id is None:
            self.create(target, data, columns)
            return
        merged = {**as_object(self.ctx.db.get(Entity, shot_id)["data"]), **data}
        self.ctx.db.update(Entity, shot_id, data=merged, **columns)
        emit(self.ctx, "shot:update", {"shot_id": shot_id}, self.project["id"])
        if shot_id not in self.created:
            self.updated[shot_id] = None

    def create(self, target, data, columns):
        episode_id = self.episode["id"] if self.episode else None
        sequence_id = self.sequences.get(target.sequence) or self.places.sequence(episode_id, target.sequence)
        identity = {"parent_id": sequence_id, "name": target.name}
        shot_id = self.places.add(self.type_id, data=data, **identity, **columns)
        self.by_place[target.sequence, target.name] = shot_id
        self.created[shot_id] = None
        emit(self.ctx, "shot:new", {"shot_id": shot_id, "episode_id": episode_id}, self.project["id"])

    def shown(self, ids, type_name):
        """The rows of shots, with this value of `type`."""
        row = json_object({**parts(Entity, "e"), "type": f"'{type_name}'"})
        sql = f"SELECT {row} FROM json_each(?) j JOIN entity e ON e.id = j.value ORDER BY j.key"
        return self.ctx.db.objects(sql, [dump(list(ids))])


def refuse(problems, dry_run):
    """Answer which clips match no shot."""
    shown = problems[:MOST_PROBLEMS]
    if dry_run:
        answer = {"dry_run": True, "updated_shots": [], "created_shots": [], "made": {}, "refused": shown}
        raise Answer(200, answer)
    names = ", ".join(problem["clip"] for problem in problems[:10]) + (", ..." if len(problems) > 10 else "")
    message = f"KeyError: '{problems[0]['reason']}' ({len(problems)} clips: {names})"
    raise Answer(400, {"error": True, "message": message, "problems": shown, "nb_problems": len(problems)})
