"""Finds the episodes and sequences for imported entities, and creates missing ones."""

from kitsulite.domain.kinds import temporal_id
from kitsulite.events.bus import emit
from kitsulite.models.entities import Entity


class Places:
    """The episodes and sequences of a project by name; `created` counts the created ones."""

    def __init__(self, ctx, project_id):
        self.ctx, self.project_id = ctx, project_id
        self.episodes = self.known("Episode", "name")
        self.sequences = self.known("Sequence", "parent_id, name")
        self.created = {}

    def known(self, kind, key):
        """The entities of a temporal kind by the columns `key`; of several, the oldest."""
        sql = (
            f"SELECT {key}, id FROM entity WHERE project_id = ? AND entity_type_id = ?"
            " ORDER BY created_at DESC, rowid DESC"
        )
        rows = self.ctx.db.execute(sql, [self.project_id, temporal_id(self.ctx, kind)])
        return {tuple(names): entity_id for *names, entity_id in rows}

    def episode(self, name):
        """The id of an episode; None for no name."""
        if name and (name,) not in self.episodes:
            self.episodes[name,] = self.make("Episode", name=name)
        return self.episodes[name,] if name else None

    def sequence(self, episode_id, name):
        """The id of a sequence, in an episode or without one."""
        if (episode_id, name) not in self.sequences:
            self.sequences[episode_id, name] = self.make("Sequence", parent_id=episode_id, name=name)
        return self.sequences[episode_id, name]

    def make(self, kind, **place):
        entity_id = self.add(temporal_id(self.ctx, kind), description="", data={}, **place)
        key = kind.lower()
        emit(self.ctx, f"{key}:new", {f"{key}_id": entity_id}, self.project_id)
        self.created[f"{key}s"] = self.created.get(f"{key}s", 0) + 1
        return entity_id

    def add(self, entity_type_id, **columns):
        """Create an entity of a type in the project; returns its id."""
        identity = {"project_id": self.project_id, "entity_type_id": entity_type_id, "created_by": self.ctx.person_id}
        return self.ctx.db.add(Entity, **identity, **columns)
