"""Collects the new and changed rows of an import, to write some hundred at a time with one statement per table."""

from kitsulite import clock
from kitsulite.exchange.kitsu import storing
from kitsulite.models.activity import News, Notification
from kitsulite.models.entities import Entity
from kitsulite.models.fields import next_id
from kitsulite.models.tasks import Comment, Task, TaskPersonLink
from kitsulite.store.statements import row_plan

#: the tables that may be held back; each refers only to those before it
TABLES = (Entity, Task, TaskPersonLink, Comment, News, Notification)


class HeldRows:
    """Rows by table and id until they are flushed; rows that are flushed together get the same moment `now`."""

    def __init__(self, ctx):
        self.db = ctx.db
        self.now = clock.now()
        self.new = {model: {} for model in TABLES}
        self.changed = {model: {} for model in TABLES}
        self.patterns = {model: Pattern(model) for model in TABLES}

    def add(self, model, **values):
        """Hold a new row, with defaults for what is missing or null; returns its id."""
        row_id = next_id()
        self.new[model][row_id] = values
        return row_id

    def change(self, model, row_id, **columns):
        """Change columns of a row, which may be one that is held."""
        held = self.new[model].get(row_id)
        if held is None:
            held = self.changed[model].setdefault(row_id, {})
        held.update(columns)

    def flush(self):
        """Write all held rows."""
        for model in TABLES:
            if self.new[model]:
                self.insert(model, self.new[model])
            if self.changed[model]:
                self.update(model, self.changed[model])
        self.now = clock.now()

    def insert(self, model, held):
        pattern = self.patterns[model]
        rows = [pattern.row(row_id, self.now, values) for row_id, values in held.items()]
        storing.insert_stored(self.db, model, list(held), rows)
        held.clear()

    def update(self, model, held):
        fields = model.columns()
        changes = [
            (row_id, {name: fields[name].db_value(value) for name, value in columns.items()} | {"updated_at": self.now})
            for row_id, columns in held.items()
        ]
        storing.update(self.db, model, changes)
        held.clear()


class Pattern:
    """How the values of a new row are converted, computed once per table."""

    def __init__(self, model):
        self.positions, self.stored = {}, {}
        self.defaults = []
        for position, (name, default, make, keeps_null, stored) in enumerate(row_plan(model)):
            self.positions[name], self.stored[name] = position, (stored, keeps_null)
            is_later = name in ("id", "created_at", "updated_at")
            value = None if is_later else make() if make else default
            self.defaults.append(stored(value) if stored and not is_later else value)
        self.moments = [self.positions[name] for name in ("created_at", "updated_at") if name in self.positions]
        self.id_position = self.positions.get("id")
        #: names of given columns -> (position, converter to the stored value, whether null is kept) of each
        self.ways = {}

    def row(self, row_id, now, values):
        """The stored values of a new row."""
        row = self.defaults.copy()
        if self.id_position is not None:
            row[self.id_position] = row_id
        for position in self.moments:
            row[position] = now
        names = tuple(values)
        if names not in self.ways:
            self.ways[names] = [(self.positions[name], *self.stored[name]) for name in names]
        for (position, stored, keeps_null), value in zip(self.ways[names], values.values(), strict=True):
            if value is not None or keeps_null:
                row[position] = stored(value) if stored else value
        return row
