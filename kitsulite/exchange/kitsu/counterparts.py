"""Matches people, types and statuses of both servers: by id, by remembered ids, or by name."""

from kitsulite.domain.kinds import TEMPORAL
from kitsulite.errors import SetupError
from kitsulite.exchange.kitsu import listings, stored_files
from kitsulite.exchange.kitsu.remote import RemoteError, expected
from kitsulite.exchange.kitsu.report import named
from kitsulite.models import TABLES, target
from kitsulite.models.fields import Ref, dump
from kitsulite.models.people import Organisation

#: table of the studio -> Listing, ordered so that none refers to a later one
SHARED = {listing.model.table(): listing for listing in listings.STUDIO if listing.model is not Organisation}
#: columns that are not sent to create a row
NOT_SENT = ("id", "created_at", "updated_at", "type", "full_name", "has_avatar", "last_presence")


class Counterparts:
    """Ensures that the other server has the rows that others refer to; `ids` maps ids here to ids there."""

    def __init__(self, ctx, remote, ids, report, options):
        self.ctx, self.db, self.remote, self.ids = ctx, ctx.db, remote, ids
        self.report, self.options = report, options
        self.missing = []

    def match(self, needed):
        """Find the needed rows (table -> ids); missing ones are created if allowed, else raises SetupError."""
        needed = self.with_their_own(needed)
        for table, listing in SHARED.items():
            if needed.get(table):
                self.match_table(listing, needed[table])
        if self.missing and not self.options.creates and not self.options.dry_run:
            raise SetupError(
                f"{self.remote.url} lacks what the production needs: {', '.join(self.missing[:20])}"
                f"{' and more' if self.missing[20:] else ''}. Create it there, or let --create-missing do so."
            )

    def with_their_own(self, needed):
        """The needed rows, and those that they refer to."""
        needed = {table: set(ids) for table, ids in needed.items() if table in SHARED}
        for table in reversed(SHARED):
            model = TABLES[table]
            for row in self.rows(model, needed.get(table, ())):
                for name, field in model.columns().items():
                    if isinstance(field, Ref) and field.table in SHARED and row.get(name):
                        needed.setdefault(field.table, set()).add(row[name])
                for relation in SHARED[table].relations:
                    needed.setdefault(target(model.relations[relation]).table(), set()).update(row[relation])
        return needed

    def rows(self, model, ids):
        return self.db.all(model, "id IN (SELECT value FROM json_each(?))", [dump(sorted(ids))], relations=True)

    def match_table(self, listing, ids):
        remote_rows = list(self.remote.rows(listing.url()))
        by_id = {row["id"] for row in remote_rows}
        by_key = {self.key(listing, row): row["id"] for row in reversed(remote_rows)}
        for row in self.rows(listing.model, ids):
            if self.ids.get(row["id"], row["id"]) in by_id:
                continue
            remote_id = by_key.get(self.key(listing, self.translated(row))) if listing.key else None
            if remote_id:
                self.ids[row["id"]] = remote_id
            elif not (listing.name == "entity type" and row["name"] in TEMPORAL):
                self.create(listing, row)

    def key(self, listing, row):
        values = [row.get(name) for name in listing.key]
        return tuple(value.lower() if isinstance(value, str) else value for value in values)

    def translated(self, row):
        return {key: self.ids.get(value, value) if isinstance(value, str) else value for key, value in row.items()}

    def create(self, listing, row):
        """Create a row there, and send its file."""
        label = f"{listing.name} {row.get('name') or row.get('email') or row['id']}"
        self.missing.append(label)
        if self.options.dry_run and self.options.creates:
            self.report.new[listing.name] += 1
        elif self.options.dry_run:
            self.report.miss(label, "it is not there: --create-missing creates it")
        if not self.options.creates or self.options.dry_run:
            return
        skipped = {*NOT_SENT, *(name for name, _ in listing.left_out)}
        body = {key: value for key, value in self.translated(row).items() if key not in skipped and value is not None}
        for relation in listing.relations:
            body[relation] = [self.ids.get(other, other) for other in row[relation]]
        try:
            created = expected(self.remote.post(f"/data/{listing.path}", body), dict, listing.path)
        except RemoteError as error:
            self.report.miss(f"{listing.name} {named(row)}", str(error))
            return
        self.report.new[listing.name] += 1
        self.ids[row["id"]] = created["id"]
        self.send_file(listing, row, created["id"])

    def send_file(self, listing, row, id_there):
        """Send the avatar of a person, or the picture of a background."""
        file = next(iter(stored_files.of_row(listing.model, row)), None)
        path = file and self.ctx.app.files.find(*file.place, row["id"])
        if file is None or path is None or not self.options.with_files:
            return
        upload = file.path.replace(row["id"], id_there).rpartition(".")[0]
        extension = row.get("extension") or "png"
        try:
            self.remote.upload(upload, path, f"{row.get('original_name') or 'avatar'}.{extension}")
            self.report.files += 1
        except RemoteError as error:
            self.report.miss(f"file of {listing.name} {named(row)}", str(error))
