"""The links of a project or template to task types, statuses, asset types and the like."""

from kitsulite import clock
from kitsulite.errors import BadParameter
from kitsulite.models import TABLES
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import NEW_ID, is_id


class Links:
    """The links from rows of `owner` to rows of one kind, through the link table of a relation."""

    def __init__(self, owner, relation):
        many = owner.relations[relation]
        self.table, self.here, self.there = TABLES[many.link], many.here, many.there
        self.kind = TABLES[self.table.columns()[many.there].table]

    def existing(self, ctx, row_id):
        """The row with an id in a body; raises BadParameter."""
        row = ctx.db.find(self.kind, id=row_id.lower()) if is_id(row_id) else None
        if row is None:
            raise BadParameter(f"{self.kind.type_name()} with id {row_id} not found")
        return row

    def pair(self, owner_id, row_id):
        return {self.here: owner_id, self.there: row_id.lower()}

    def find(self, ctx, owner_id, row_id):
        """The link, or None."""
        return ctx.db.find(self.table, **self.pair(owner_id, row_id))

    def has(self, ctx, owner_id, row_id):
        """Whether a row is linked."""
        return ctx.db.exists(self.table, **self.pair(owner_id, row_id))

    def add(self, ctx, owner_id, row_id, **columns):
        """Link a row unless it is linked; returns whether it was new."""
        if self.has(ctx, owner_id, row_id):
            return False
        ctx.db.add(self.table, **self.pair(owner_id, row_id), **columns)
        return True

    def put(self, ctx, owner_id, row_id, **columns):
        """Link a row, or change the columns of its link; returns the link."""
        if not self.add(ctx, owner_id, row_id, **columns) and columns:
            ctx.db.update(self.table, self.find(ctx, owner_id, row_id)["id"], **columns)
        return self.find(ctx, owner_id, row_id)

    def remove(self, ctx, owner_id, row_id):
        """Remove a link, if there is one."""
        ctx.db.delete(self.table, **self.pair(owner_id, row_id))

    def copy(self, ctx, owner_id, source, source_owner_id):
        """Copy the links of a row of another owner, with their columns; existing links stay."""
        ends = {self.here: ":owner", self.there: "s.linked"}
        generated = {"id": NEW_ID, "created_at": ":now", "updated_at": ":now", **ends}
        values = {name: generated.get(name, f"s.{name}") for name in self.table.columns()}
        table = self.table.table()
        ctx.db.execute(
            f'INSERT INTO "{table}" ({", ".join(values)}) SELECT {", ".join(values.values())}'
            f" FROM (SELECT *, {source.there} AS linked FROM {source.table.table()} WHERE {source.here} = :source) s"
            f' WHERE s.linked NOT IN (SELECT {self.there} FROM "{table}" WHERE {self.here} = :owner)',
            {"owner": owner_id, "source": source_owner_id, "now": clock.now()},
        )

    def rows(self, ctx, owner_id, columns=None):
        """The linked rows, or these columns of them, in the order of the links, as JSON text."""
        shown = parts(self.kind, "k")
        sql = (
            f"SELECT {json_object({name: shown[name] for name in columns or shown})}"
            f' FROM "{self.table.table()}" l JOIN "{self.kind.table()}" k ON k.id = l.{self.there}'
            f" WHERE l.{self.here} = ? ORDER BY l.rowid"
        )
        return ctx.db.json_list(sql, [owner_id])
