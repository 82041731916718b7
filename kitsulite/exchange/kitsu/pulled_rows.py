"""Stores pulled rows with their ids, in whatever order they come."""

from kitsulite import clock
from kitsulite.domain import belonging
from kitsulite.errors import RowRejected
from kitsulite.exchange.kitsu import storing
from kitsulite.exchange.kitsu.listings import ONLY_ROW, SIGN_IN
from kitsulite.exchange.kitsu.memory import translated
from kitsulite.exchange.kitsu.refusals import REFUSALS
from kitsulite.exchange.kitsu.report import named
from kitsulite.models import TABLES, target
from kitsulite.models.fields import BadValue, Ref, is_id
from kitsulite.models.people import Person
from kitsulite.store import search

#: rows per transaction
AT_ONCE = 500
#: columns that a person who can sign in here keeps
KEPT = ("role", "active", "email", *(name for name, _ in SIGN_IN))


class PulledRows:
    """Stores pulled rows; `ids` maps ids of the other server to ids here, where they differ."""

    def __init__(self, ctx, ids, report):
        self.ctx, self.db, self.ids, self.report = ctx, ctx.db, ids, report
        #: references and relations to rows that do not exist yet: (model, row id, name) -> value
        self.late = {}
        #: whether own rows may take the ids of the other server: nothing refers to them yet
        self.is_fresh = not self.db.value("SELECT 1 FROM project LIMIT 1")

    def take(self, listing, rows):
        """Store the rows of a listing."""
        rows = [self.translated(listing.prepare(row)) for row in rows]
        rows = [row for row in self.with_id(listing, rows) if self.is_taken(listing, row)]
        for start in range(0, len(rows), AT_ONCE):
            with self.db.write():
                self.take_some(listing, rows[start : start + AT_ONCE])

    def with_id(self, listing, rows):
        for row in rows:
            if is_id(row.get("id")):
                yield row
            else:
                self.report.miss(f"{listing.name} {named(row)}", "it has no id")

    def translated(self, value):
        """A value with ids of the other server replaced by ids here."""
        return translated(self.ids, value)

    # Rows that exist here under another id

    def is_taken(self, listing, row):
        """Whether to store a row; not if it exists here under another id, which is then remembered."""
        if not listing.key or self.db.exists(listing.model, id=row["id"]):
            return True
        own_id = self.own_id(listing, row)
        if own_id is None:
            return True
        if self.is_fresh:
            adopt(self.db, listing.model, own_id, row["id"])
            return True
        self.ids[row["id"]] = own_id
        self.report.known[listing.name] += 1
        return False

    def own_id(self, listing, row):
        """The id of the same row here, or None."""
        if listing.key == ONLY_ROW:
            return self.db.value(f"SELECT id FROM {listing.model.table()} LIMIT 1")
        key = {name: row.get(name) for name in listing.key}
        if listing.model is Person:
            key["email"] = key["email"] and key["email"].lower()
            if not key["email"] or row.get("is_bot"):
                return None
            key["is_bot"] = False
        own = self.db.find(listing.model, **key)
        return own and own["id"]

    def alike(self, listing, rows):
        """How many of these rows are here under other ids."""
        prepared = [self.translated(listing.prepare(row)) for row in rows] if listing.key else []
        return sum(self.own_id(listing, row) is not None for row in prepared)

    # Storing

    def take_some(self, listing, rows):
        try:
            with self.db.savepoint():
                done = self.store(listing, rows)
        except REFUSALS:
            done = []
            for row in rows:
                try:
                    with self.db.savepoint():
                        done += self.store(listing, [row])
                except REFUSALS as error:
                    self.report.miss(f"{listing.name} {named(row)}", str(error))
        self.report.new[listing.name] += sum(is_new for _, is_new in done)
        self.report.known[listing.name] += sum(not is_new for _, is_new in done)

    def store(self, listing, rows):
        """Store rows with their relations; returns (id, whether it is new) of each."""
        cleaned = [self.columns(listing, row) for row in rows]
        self.put_off_references(listing, cleaned)
        done = storing.store(self.db, listing.model, cleaned)
        self.check_above(listing.model, [(row_id, row) for row, (row_id, _) in zip(cleaned, done, strict=True)])
        for relation in listing.relations:
            ids_by_row = {row["id"].lower(): row[relation] for row in rows if isinstance(row.get(relation), list)}
            if ids_by_row:
                self.relate(listing, relation, ids_by_row)
        return done

    def columns(self, listing, row):
        """The stored columns of a row; an invalid value is left out and reported."""
        fields = listing.model.columns()
        columns = {}
        for name, value in row.items():
            if name not in fields or fields[name].secret:
                continue
            try:
                columns[name] = fields[name].clean(value)
            except BadValue as error:
                self.report.miss(f"{listing.name} {named(row)}, {name}", str(error))
        columns = {name: value for name, value in columns.items() if value is not None or name not in MOMENTS}
        columns |= dict(listing.left_out)
        if listing.model is Person and self.can_sign_in(row["id"]):
            columns = {name: value for name, value in columns.items() if name not in KEPT}
        return {"updated_at": clock.now(), **columns}

    def can_sign_in(self, person_id):
        return self.db.value("SELECT password IS NOT NULL FROM person WHERE id = ?", [person_id.lower()])

    def put_off_references(self, listing, rows):
        """Leave out references to rows that do not exist yet, to set them at the end."""
        own = {row["id"] for row in rows}
        for name, field in listing.model.columns().items():
            if not isinstance(field, Ref) or not field.null:
                continue
            ids = {row[name] for row in rows if row.get(name)}
            ids -= own if field.table == listing.model.table() else set()
            missing = ids - storing.known_rows(self.db, TABLES[field.table], ids)
            for row in rows:
                if row.get(name) in missing or row.get(name) == row["id"]:
                    self.late[listing.model, row["id"], name] = row[name]
                    row[name] = None

    def relate(self, listing, relation, items_by_row):
        """Set a relation to the ids that exist here; the others follow at the end."""
        ids = {row_id: [lower(item) for item in others] for row_id, others in items_by_row.items()}
        everyone = {other for others in ids.values() for other in others if other}
        existing = storing.known_rows(self.db, target(listing.model.relations[relation]), everyone)
        given_ids = {row_id: [other for other in others if other] for row_id, others in ids.items()}
        storing.relate(self.db, listing.model, relation, given_ids)
        for row_id, others in ids.items():
            if not set(others) <= existing:
                self.late[listing.model, row_id, relation] = others

    # The end

    def finish(self):
        """Set the references that had to wait; report dangling ones."""
        with self.db.write():
            for (model, row_id, name), value in self.late.items():
                if not self.db.exists(model, id=row_id):
                    continue
                if name in model.relations:
                    self.finish_relation(model, row_id, name, value)
                elif reason := self.set_reference(model, row_id, name, value):
                    self.report.miss(f"{model.table().replace('_', ' ')} {row_id}, {name}", reason)
        self.late.clear()

    def set_reference(self, model, row_id, name, value):
        """Set a reference of a row; returns the reason if it cannot be set, else None."""
        if not self.db.exists(TABLES[model.columns()[name].table], id=value):
            return f"{value} was not taken"
        try:
            with self.db.savepoint():
                self.db.execute(f"UPDATE {model.table()} SET {name} = ? WHERE id = ?", [value, row_id])
                self.check_above(model, [(row_id, {name: value})])
        except RowRejected as error:
            return str(error)
        return None

    def check_above(self, model, rows):
        """Refuse stored rows, given as (id, columns), that contain themselves."""
        for name, field in model.columns().items():
            if isinstance(field, Ref) and field.table == model.table():
                belonging.check_above(self.db, model, name, {i: row[name] for i, row in rows if row.get(name)})

    def finish_relation(self, model, row_id, name, ids):
        storing.relate(self.db, model, name, {row_id: [other for other in ids if other]})
        existing = storing.known_rows(self.db, target(model.relations[name]), [other for other in ids if other])
        for other in ids:
            if other not in existing:
                self.report.miss(f"{model.table().replace('_', ' ')} {row_id}, {name}", f"{other} was not taken")


MOMENTS = ("created_at", "updated_at")


def lower(item):
    """The id of an item in a relation, which is an id or a row."""
    item = item.get("id") if isinstance(item, dict) else item
    return item.lower() if is_id(item) else None


def adopt(db, model, own_id, new_id):
    """Give a row another id, also in all references to it."""
    with db.write():
        db.execute("PRAGMA defer_foreign_keys = ON")
        for other in TABLES.values():
            for name, field in other.columns().items():
                if isinstance(field, Ref) and field.table == model.table():
                    db.execute(f'UPDATE {other.table()} SET "{name}" = ? WHERE "{name}" = ?', [new_id, own_id])
        db.execute(f"UPDATE {model.table()} SET id = ? WHERE id = ?", [new_id, own_id])
        search.rename(db, own_id, new_id)


def in_order(rows):
    """Rows in order of creation, which in lists that begin with the newest is the reverse."""
    moments = [str(row.get("created_at") or "") for row in rows]
    if moments and moments[0] > moments[-1]:
        rows = rows[::-1]
    return sorted(rows, key=lambda row: str(row.get("created_at") or ""))
