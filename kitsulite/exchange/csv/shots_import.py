"""Imports the shots of a production from a sheet; creates missing sequences and episodes."""

from kitsulite.domain.kinds import temporal_id
from kitsulite.exchange.csv import reading
from kitsulite.exchange.csv.entities_import import EntitiesImport
from kitsulite.models.entities import Entity
from kitsulite.models.fields import BadValue

#: column or metadata of a shot -> the columns of a sheet that give it, the first filled one counts
NUMBERS = {
    "nb_frames": ("Nb Frames", "Frames"),
    "frame_in": ("Frame In", "In"),
    "frame_out": ("Frame Out", "Out"),
}
TEXTS = {"fps": "FPS", "resolution": "Resolution"}


class ShotsImport(EntitiesImport):
    kind = "Shot"
    required: tuple[str, ...] = ("Sequence", "Name")
    fixed = ("Episode", "Sequence", "Name", "Description", "Frames", "Frame In", "Frame Out", "FPS")
    others = ("Nb Frames", "In", "Out", "Resolution")

    def __init__(self, *args):
        super().__init__(*args)
        if self.is_tv_show:
            self.required = ("Episode", *self.required)
        self.type_id = temporal_id(self.ctx, "Shot")

    def look_up(self):
        super().look_up()
        self.shots = self.places.known("Shot", "parent_id, name")

    def read(self, row):
        episode = self.name(row, "Episode") if self.is_tv_show else None
        place = (episode, self.name(row, "Sequence"), self.name(row))
        numbers = {name: self.number(row, name) for name in NUMBERS}
        data = {name: number for name, number in numbers.items() if number is not None}
        data.update({key: row.text(column) for key, column in TEXTS.items() if row.text(column) is not None})
        nb_frames = data.pop("nb_frames", None)
        columns = {} if nb_frames is None else {"nb_frames": nb_frames}
        return place, {**self.description(row), **columns}, data

    def number(self, row, name):
        """The integer in a row, None if there is none."""
        column = next((column for column in NUMBERS[name] if row.get(column)), None)

        def read(text):
            number = reading.integer(text)
            if number is None:
                raise BadValue(f"{name} must be an integer, got '{text[:80]}'")
            return number

        return column and self.report.read(row, column, read)

    def known(self, plan):
        episode, sequence, name = plan.place
        episode_id = self.places.episodes.get((episode,))
        return self.shots.get((self.places.sequences.get((episode_id, sequence)), name))

    def find(self, plan):
        episode, sequence, name = plan.place
        if episode and (episode,) not in self.places.episodes:
            self.notice(plan.row, "Episode", self.places.episodes, (episode,))
        episode_id = self.places.episode(episode)
        if (episode_id, sequence) not in self.places.sequences:
            self.notice(plan.row, "Sequence", self.places.sequences, (episode_id, sequence))
        plan.place = (self.places.sequence(episode_id, sequence), name)
        plan.episode_id = episode_id
        return self.shots.get(plan.place)

    def create(self, plan):
        self.notice(plan.row, "Name", self.shots, plan.place)
        columns = {"nb_frames": 0, **counted(plan.columns, plan.data), "data": plan.data}
        sequence_id, name = plan.place
        shot_id = self.add(self.type_id, parent_id=sequence_id, name=name, **columns)
        self.shots[plan.place] = shot_id
        self.emit("shot:new", shot_id=shot_id, episode_id=plan.episode_id)
        self.begin(shot_id, plan.works)
        return shot_id

    def change(self, shot_id, plan):
        data = self.merged(shot_id, plan.data)
        self.rows.change(Entity, shot_id, **counted(plan.columns, data), data=data)
        self.emit("shot:update", shot_id=shot_id)
        self.tasks.do(shot_id, plan.works)


def counted(columns, data):
    """The columns of a shot; if the number of frames is missing, it is computed from the frame range."""
    first, last = data.get("frame_in"), data.get("frame_out")
    is_range = type(first) is int and type(last) is int and first < last
    return {"nb_frames": last - first + 1, **columns} if is_range else columns
