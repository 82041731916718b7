"""What a production or a template is set up with: task types, statuses, asset types and the like, by links."""

from kitsulite.errors import BadParameter
from kitsulite.models import TABLES
from kitsulite.models.base import shown
from kitsulite.models.fields import is_id


class Links:
    """The rows of one kind that rows of `owner` hold through the link table of a relation."""

    def __init__(self, owner, relation):
        many = owner.relations[relation]
        self.table, self.here, self.there = TABLES[many.link], many.here, many.there
        self.kind = TABLES[self.table.columns()[many.there].table]

    def known(self, ctx, row_id):
        """The row of an id that a body gives, or BadParameter."""
        row = ctx.db.find(self.kind, id=row_id.lower()) if is_id(row_id) else None
        if row is None:
            raise BadParameter(f"{self.kind.type_name()} with id {row_id} not found")
        return row

    def pair(self, owner_id, row_id):
        return {self.here: owner_id, self.there: row_id.lower()}

    def find(self, ctx, owner_id, row_id):
        """The link, or None."""
        return ctx.db.find(self.table, **self.pair(owner_id, row_id))

    def add(self, ctx, owner_id, row_id, **columns):
        """Link a row unless it is linked; whether it was new."""
        if ctx.db.exists(self.table, **self.pair(owner_id, row_id)):
            return False
        ctx.db.add(self.table, **self.pair(owner_id, row_id), **columns)
        return True

    def put(self, ctx, owner_id, row_id, **columns):
        """Link a row, or change the columns of its link; returns the link."""
        if not self.add(ctx, owner_id, row_id, **columns) and columns:
            ctx.db.update(self.table, self.find(ctx, owner_id, row_id)["id"], **columns)
        return self.find(ctx, owner_id, row_id)

    def remove(self, ctx, owner_id, row_id):
        """Remove a link; without one nothing happens."""
        ctx.db.delete(self.table, **self.pair(owner_id, row_id))

    def rows(self, ctx, owner_id):
        """The linked rows as JSON text, in the order in which they were linked."""
        sql = (
            f'SELECT {shown(self.kind, "k")} FROM "{self.table.table()}" l JOIN "{self.kind.table()}" k'
            f" ON k.id = l.{self.there} WHERE l.{self.here} = ? ORDER BY l.rowid"
        )
        return ctx.db.json_list(sql, [owner_id])
