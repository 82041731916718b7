"""Imports the edits of a production from a sheet; creates missing episodes."""

from kitsulite.domain.kinds import temporal_id
from kitsulite.exchange.csv.entities_import import EntitiesImport
from kitsulite.models.entities import Entity


class EditsImport(EntitiesImport):
    kind = "Edit"
    fixed = ("Episode", "Name", "Description")

    def __init__(self, *args):
        super().__init__(*args)
        self.type_id = temporal_id(self.ctx, "Edit")

    def look_up(self):
        super().look_up()
        self.edits = self.places.known("Edit", "parent_id, name")

    def read(self, row):
        episode = self.episode_name(row)
        # exported sheets have the column even if the production has no episodes
        if episode and not self.is_tv_show:
            self.refuse_episodes(row)
        return (episode, self.name(row)), self.description(row), {}

    def known(self, plan):
        episode, name = plan.place
        return self.edits.get((self.places.episodes.get((episode,)), name))

    def find(self, plan):
        episode, name = plan.place
        plan.place = (self.places.episode(episode), name)
        return self.edits.get(plan.place)

    def create(self, plan):
        self.notice(plan.row, "Name", self.edits, plan.place)
        episode_id, name = plan.place
        columns = {"description": "", **plan.columns, "data": plan.data}
        edit_id = self.add(self.type_id, parent_id=episode_id, name=name, **columns)
        self.edits[plan.place] = edit_id
        self.emit("edit:new", edit_id=edit_id, parent_id=episode_id)
        self.begin(edit_id, plan.works)
        return edit_id

    def change(self, edit_id, plan):
        self.rows.change(Entity, edit_id, **plan.columns, data=self.merged(edit_id, plan.data))
        self.emit("edit:update", edit_id=edit_id)
        self.tasks.do(edit_id, plan.works)
