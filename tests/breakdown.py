"""A production for tests of castings: two shots of one episode, and three props."""

from kitsulite.models.activity import ApiEvent
from kitsulite.models.entities import Entity


class Breakdown:
    """Two shots of one episode, three props, and the manager's API."""

    def __init__(self, studio):
        self.studio, self.db = studio, studio.db
        self.manager = studio.person("manager")
        self.project = studio.project(team=[self.manager])
        self.api = studio.api(self.manager)
        self.episode = studio.entity(self.project, "Episode", name="E01")
        self.sequence = studio.entity(self.project, "Sequence", name="SQ01", parent_id=self.episode["id"])
        self.first, self.second = (self.shot(name) for name in ("SH01", "SH02"))
        self.chair, self.lamp, self.table = (
            studio.entity(self.project, "Prop", name=name) for name in ("Chair", "Lamp", "Table")
        )
        studio.forget_events()

    def shot(self, name):
        return self.studio.entity(self.project, "Shot", name=name, parent_id=self.sequence["id"])

    def path(self, entity):
        return f"/data/projects/{self.project['id']}/entities/{entity['id']}/casting"

    def cast(self, entity, *assets, **columns):
        body = [{"asset_id": asset["id"], "nb_occurences": 1, **columns} for asset in assets]
        answer = self.api.put(self.path(entity), body)
        assert (answer.status_int, answer.json) == (200, body), answer.text

    def casting(self, entity):
        return [row["asset_name"] for row in self.api.get(self.path(entity)).json]

    def counter(self, entity):
        return self.db.get(Entity, entity["id"])["nb_entities_out"]

    def payloads(self, name):
        return [row["data"] for row in self.db.all(ApiEvent, "name = ?", [name])]
