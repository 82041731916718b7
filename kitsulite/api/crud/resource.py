"""The generic routes of a table: list, get, create, update, delete.

A table is one `Resource(...)`; a subclass overrides the steps in which a table differs. The steps are in the order
in which they are taken.
"""

from collections.abc import Callable
from typing import Any

from kitsulite.api.crud import filters
from kitsulite.api.policies import admin, inside
from kitsulite.domain import belonging, removal
from kitsulite.errors import BadParameter, NotFound, RowRejected
from kitsulite.events import audiences
from kitsulite.events.bus import emit
from kitsulite.models import target
from kitsulite.models.base import parts
from kitsulite.models.fields import BadValue, Day, Moment, is_id
from kitsulite.store.database import parsed
from kitsulite.store.derived import setup
from kitsulite.web.route import declare

#: keys that bodies may not set
ALWAYS_PROTECTED = ("id", "created_at", "updated_at")


class Resource:
    """The five routes of a table under /data/<base>.

    It is declared in one line: the model, the base, and the policies of those who may do what; what is not named is for
    admins. A policy is called with the context and the row (for `create` the body, for `list` nothing), so that
    `member_of("project_id")` reads that column.

    `protected`: keys that no change sets, besides those of every table. `for_admins`: those that only admins change.
    `parents`: columns that say what a row belongs to; who changes one must be allowed to change such a row there too.
    `malformed_is_unknown`: methods for which a malformed id is an unknown one.
    """

    #: query parameters of the listing that are no filters
    list_parameters: tuple[str, ...] = ()
    #: public name of a column -> its name in the table
    aliases: dict[str, str] = {}
    #: keys that the body of a creation may not set
    ignored_on_create: tuple[str, ...] = ALWAYS_PROTECTED
    #: columns that a body may set although they are never shown
    writable_secrets: tuple[str, ...] = ()
    #: columns whose invalid values are refused like by a rule of the API, not like by the database
    ruled_choices: tuple[str, ...] = ()
    #: relations shown by default on the item route, and in the answers to create and update
    get_relations, create_relations, update_relations = True, True, False
    #: methods that open their own transaction, after slow work
    own_transaction: tuple[str, ...] = ()
    #: `complete(ctx, row)` returns the answer of the item route; without it, the row is answered as SQLite writes it
    complete: Callable[..., Any] | None = None
    order = filters.BY_CREATION
    #: most rows of a list without pages; all if negative
    most_rows = -1

    def __init__(
        self,
        model,
        base,
        *,
        may_list=admin,
        may_get=admin,
        may_create=admin,
        may_update=admin,
        may_delete=admin,
        protected=(),
        for_admins=(),
        parents=(),
        malformed_is_unknown=(),
    ):
        self.model, self.base = model, base
        self.may_list, self.may_get = may_list, may_get
        self.may_create, self.may_update, self.may_delete = may_create, may_update, may_delete
        self.protected = {*ALWAYS_PROTECTED, "project_id", *protected}
        self.kept_from_others = {*self.protected, *for_admins}
        self.parents, self.malformed_is_unknown = parents, malformed_is_unknown

    def declare(self):
        """Declare the routes."""
        for method, rule, function, policy, status in (
            ("GET", "", self.list, self.may_list, 200),
            ("POST", "", self.create, self.may_create, 201),
            ("GET", "/<instance_id>", self.get, self.may_get, 200),
            ("PUT", "/<instance_id>", self.update, self.may_update, 200),
            ("DELETE", "/<instance_id>", self.delete, self.may_delete, 204),
        ):
            transaction = method != "GET" and method not in self.own_transaction
            options = {"status": status, "tag": "crud", "transaction": transaction}
            declare(method, f"/data/{self.base}{rule}", inside(policy), **options)(function)

    # List

    def list(self, ctx):
        """List the rows: filters by column, `page`, `limit`, `relations`, `fields`."""
        ctx = self.check_list(ctx) or ctx
        if ctx.request.query:
            return self.listed(ctx)
        key = (self.base, ctx.person_id, ctx.global_role)
        return ctx.db.kept(key, lambda: self.listed(ctx), of_setup=self.model.table() in setup.TABLES)

    def listed(self, ctx):
        condition = filters.read(self, ctx)
        self.narrow(ctx, condition)
        shown = self.shown(ctx, self.list_relations(ctx))
        return filters.answer(ctx, self.model, shown, condition, self.order, self.most_rows)

    # Checks return the context of the project in question, or None if there is none.

    def check_list(self, ctx):
        return self.may_list(ctx, {})

    def hidden_filters(self, ctx):
        """Names that may not be filtered on."""
        return ()

    def own_filter(self, name, value):
        """The arguments of `Condition.add` for a filter of this table, or None."""

    def narrow(self, ctx, condition):
        """Limit a condition to the rows that the caller may see."""

    def list_relations(self, ctx):
        return ctx.request.flag("relations")

    def shown(self, ctx, relations):
        """The parts of a row for the caller: name -> SQL."""
        return parts(self.model, relations=relations)

    def show(self, ctx, row_id, relations):
        """A row as it is shown to the caller."""
        return parsed(ctx.db.text(self.model, row_id, self.shown(ctx, relations)))[0]

    def answer(self, ctx, row_id, relations, extra):
        """The answer to a change: the row, with additional keys."""
        if extra or type(self).show is not Resource.show:
            return {**self.show(ctx, row_id, relations), **extra}
        return ctx.db.text(self.model, row_id, self.shown(ctx, relations))

    # Get

    def get(self, ctx, instance_id):
        """Get a row; `relations=false` leaves out its lists of ids."""
        self.check_id("GET", instance_id)
        relations = ctx.request.query.get("relations", str(self.get_relations)).lower() == "true"
        usual = self.usual(relations)
        text = ctx.db.text(self.model, instance_id, usual)
        row = parsed(text)[0]
        ctx = self.check_get(ctx, row) or ctx
        if self.complete:
            return self.complete(ctx, self.show(ctx, row["id"], relations))
        shown = self.shown(ctx, relations)
        return text if shown == usual else ctx.db.text(self.model, row["id"], shown)

    def usual(self, relations):
        """The parts of a row for most callers, which are read together with what the permission needs."""
        return parts(self.model, relations=relations)

    def check_id(self, method, instance_id):
        """Refuse a malformed id, unless it counts as unknown."""
        if not is_id(instance_id) and method not in self.malformed_is_unknown:
            raise BadParameter("Malformed ID.")

    def find(self, ctx, method, instance_id):
        """The row to change; a malformed id is a 400, an unknown one a 404."""
        self.check_id(method, instance_id)
        return ctx.db.get(self.model, instance_id)

    def check_get(self, ctx, row):
        return self.may_get(ctx, row)

    # Create

    def create(self, ctx):
        """Create a row."""
        return self.create_from(ctx, ctx.request.json_object())

    def create_from(self, ctx, data):
        ctx = self.check_create(ctx, data) or ctx
        data = self.prepare(ctx, {key: value for key, value in data.items() if key not in self.ignored_on_create})
        columns, relations = self.read(data, strict=True)
        belonging.check(ctx, self.model, {}, columns, relations)
        row = self.insert(ctx, columns)
        for relation, ids in relations.items():
            self.relate(ctx, row["id"], relation, ids)
        extra = self.created(ctx, row, data) or {}
        self.emit(ctx, "new", row)
        return self.answer(ctx, row["id"], self.create_relations, extra)

    def check_create(self, ctx, data):
        return self.may_create(ctx, Body(data))

    def prepare(self, ctx, data):
        """Apply the rules and defaults of the table to the body of a creation."""
        return data

    def read(self, data, strict):
        """The columns and relations in a body; if `strict`, unknown keys are refused."""
        columns, relations = {}, {}
        fields = self.model.columns()
        for name in self.ruled_choices:
            if name in data and data[name] not in (*fields[name].codes, *((None,) if fields[name].null else ())):
                raise BadParameter(f"Invalid {name}")
        for key, value in data.items():
            key = self.aliases.get(key, key)
            try:
                if key in self.model.relations:
                    relations[key] = ids_of(key, value)
                elif key in fields and (strict or not fields[key].secret or key in self.writable_secrets):
                    columns[key] = fields[key].clean(value)
                    self.check_name(key, columns[key], strict)
                elif strict:
                    raise RowRejected(f"'{key}' is not a field of {self.base}.")
            except BadValue as error:
                if not strict and isinstance(value, str) and value and isinstance(fields[key], (Day, Moment)):
                    raise BadParameter(f"{key}: {value[:80]!r} is not an ISO 8601 date.") from None
                raise RowRejected(str(error)) from None
        return columns, relations

    def check_name(self, key, value, is_new):
        """Refuse an empty name."""
        if key == "name" and not is_new and isinstance(value, str) and not value.strip():
            raise BadValue("name must not be empty.")

    def insert(self, ctx, columns):
        return ctx.db.insert(self.model, **columns)

    def relate(self, ctx, row_id, relation, ids):
        """Set a relation to these ids; unknown ones are dropped."""
        related = target(self.model.relations[relation])
        ctx.db.relate(self.model, row_id, relation, [i for i in ids if ctx.db.exists(related, id=i)])

    def created(self, ctx, row, data):
        """Do what follows from a creation; may return keys to add to the answer."""

    # Update

    def update(self, ctx, instance_id):
        """Change a row: the keys of the body replace its columns and relations."""
        body = ctx.request.json_object()
        row = self.find(ctx, "PUT", instance_id)
        data = {key: value for key, value in body.items() if key not in ALWAYS_PROTECTED}
        ctx = self.check_update(ctx, row, data) or ctx
        kept = self.protected if ctx.is_admin else self.kept_from_others
        data = {key: value for key, value in data.items() if key not in kept}
        data = self.prepare_update(ctx, row, data)
        columns, relations = self.read(data, strict=False)
        moved = {column: columns[column] for column in self.parents if columns.get(column) not in (None, row[column])}
        if moved and not ctx.is_admin:
            self.require_move(ctx, row, moved)
        belonging.check(ctx, self.model, row, columns, relations)
        ctx.db.update(self.model, row["id"], **columns)
        for relation, ids in relations.items():
            self.relate(ctx, row["id"], relation, ids)
        extra = self.updated(ctx, row, data) or {}
        self.emit(ctx, "update", row)
        return self.answer(ctx, row["id"], self.update_relations, extra)

    def check_update(self, ctx, row, data):
        return self.may_update(ctx, row)

    def require_move(self, ctx, row, moved):
        """Refuse to move a row to a place that is unknown or that the caller may not change."""
        try:
            self.check_move(ctx, row, moved)
        except NotFound:
            raise RowRejected("A row that this one refers to is missing.", "reference") from None

    def check_move(self, ctx, row, moved):
        """Check the columns of a new place."""
        self.check_update(ctx, {**row, **moved}, moved)

    def prepare_update(self, ctx, row, data):
        """Apply the rules of the table to the body of a change."""
        return data

    def updated(self, ctx, row, data):
        """Do what follows from a change, `row` being as it was before; may return keys to add to the answer."""

    # Delete

    def delete(self, ctx, instance_id):
        """Delete a row."""
        row = self.find(ctx, "DELETE", instance_id)
        ctx = self.check_delete(ctx, row) or ctx
        self.remove(ctx, row)
        self.emit(ctx, "delete", row)
        self.deleted(ctx, row)

    def check_delete(self, ctx, row):
        return self.may_delete(ctx, row)

    def remove(self, ctx, row):
        removal.remove_row(ctx.db, self.model, row["id"])

    def deleted(self, ctx, row):
        """Do what follows from a deletion, after its event."""

    def emit(self, ctx, action, row):
        """Emit the event of a change."""
        table = self.model.table()
        name = f"{table.replace('_', '-')}:{action}"
        emit(ctx, name, {f"{table}_id": row["id"]}, row.get("project_id"), about=self.about(ctx, name, row))

    def about(self, ctx, name, row):
        """The project or person that an event about a row concerns."""
        if audiences.word_of(name) == "the person":
            return row.get("person_id")
        return belonging.project_of_columns(ctx, self.model, row)


class Body(dict):
    """A body that refuses missing keys: those that a permission needs are required."""

    def __missing__(self, key):
        raise RowRejected(f"'{key}'", "required")


def required(data, key):
    """The value of a required key in a body."""
    return Body(data)[key]


def ids_of(key, value):
    """The ids of a relation in a body: a list of ids, or of objects with one."""
    if value is None:
        return []
    ids = [item.get("id") if isinstance(item, dict) else item for item in value] if isinstance(value, list) else [None]
    if not all(map(is_id, ids)):
        raise RowRejected(f"{key} must be a list of ids.")
    return [str(row_id).lower() for row_id in ids]
