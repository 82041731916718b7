"""The base of all tables, and the SQL with which SQLite itself writes a row as JSON."""

import functools
from typing import ClassVar

import peewee

from kitsulite import clock
from kitsulite.models.fields import Id, Moment, ShotgunId, next_id

#: longest name of an index; the end of a longer one is replaced
LONGEST_NAME = 64
PAGE_ORDER = "updated_at DESC, created_at DESC, id"


def by_change(table, column=None):
    """An index of a growing table in the order of its pages, for all rows or for each value of a column.

    It contains everything that the order needs, so that the rows of earlier pages are skipped without reading them.
    It is read backwards, so that new rows are added at its end and do not move others.
    """
    name, columns = (f"{table}_{column}_pages", f"{column}, ") if column else (f"{table}_pages", "")
    return peewee.SQL(f"CREATE INDEX {name} ON {table} ({columns}updated_at, created_at, id DESC)")


class Metadata(peewee.Metadata):
    """The columns and indexes of a table; the index of an id that is mostly null contains only the rows with one.

    Writing the others changes no page of it. SQLite uses it for `column = ?`, joins and foreign keys, but not for
    `column IS NULL` and `column IS ?`, nor to read all rows.
    """

    def fields_to_index(self):
        return [without_nulls(index) for index in super().fields_to_index()]


def without_nulls(index):
    """An index of a single id that is mostly null, without these rows; any other as it is."""
    first, *others = getattr(index, "_expressions", [None])
    is_sparse = isinstance(first, (Id, ShotgunId)) and first.null and not first.filled and not others
    return index.where(first.is_null(False)) if is_sparse else index


class Table(peewee.Model):
    """A table without an id, for links."""

    class Meta:
        legacy_table_names = False
        model_metadata_class = Metadata

    #: name of a to-many relation -> Many or Children
    relations: ClassVar[dict[str, "Many"]] = {}
    #: column -> its name in the API, if that differs
    shown_names: ClassVar[dict[str, str]] = {}
    #: SQL of the order of pages
    page_order = PAGE_ORDER
    #: SQL of the kept JSON text of a row, without and with its relations, null if there is none; `{id}`: SQL of its id
    kept_texts: ClassVar[tuple[str, str] | None] = None

    @classmethod
    def columns(cls):
        """Column name -> field, in order of declaration."""
        return cls._meta.columns

    @classmethod
    def shown_columns(cls):
        """The columns that a client may see, in order."""
        return [name for name, field in cls._meta.columns.items() if not field.secret]

    @classmethod
    def table(cls):
        return cls._meta.table_name

    @classmethod
    def type_name(cls):
        """The `type` of rows in answers."""
        return cls.__name__


class Row(Table):
    """A table whose rows have an id and the moments of their creation and last change."""

    id = Id(primary_key=True, default=next_id)
    created_at = Moment(null=True, default=clock.now)
    updated_at = Moment(null=True, default=clock.now)


class Many:
    """A to-many relation stored in a link table."""

    def __init__(self, link, here, there):
        self.link, self.here, self.there = link, here, there

    def ids(self, owner):
        """SQL of the related ids as a JSON list, oldest link first; `owner` is the SQL of the owning id."""
        index, of_owner = f"{self.link}_{self.here}", f"{self.here} = {owner}"
        if len(index) > LONGEST_NAME:
            by_age = f"SELECT {self.there} FROM {self.link} WHERE {of_owner} ORDER BY rowid"
            return f"(SELECT json_group_array({self.there}) FROM ({by_age}))"
        # no ORDER BY: the index of a column has the rows of a value by rowid, and sorting would take twice as long
        return f"(SELECT json_group_array({self.there}) FROM {self.link} INDEXED BY {index} WHERE {of_owner})"

    def owners(self):
        """SQL with one parameter: the ids of the rows whose relation contains this id."""
        return f"SELECT {self.here} FROM {self.link} WHERE {self.there} = ?"

    def holds(self, owner):
        """SQL condition with one parameter: the relation of `owner` contains that id."""
        return f"EXISTS (SELECT 1 FROM {self.link} WHERE {self.here} = {owner} AND {self.there} = ?)"


class Children(Many):
    """A to-many relation stored in a column of the other table."""

    def __init__(self, table, column):
        super().__init__(table, column, "id")


@functools.cache
def parts(model, alias=None, relations=False):
    """The parts of a row in the API: name -> SQL of its value, for json_object(). Callers must not change it.

    `alias` is the name of the table in the statement; `relations` adds a list of ids per relation.
    """
    name = alias or f'"{model.table()}"'
    shown_fields = {c: field for c, field in model.columns().items() if not field.secret}
    values = Parts({model.shown_names.get(c, c): field.shown(f"{name}.{c}") for c, field in shown_fields.items()})
    if relations:
        values.update({key: many.ids(f"{name}.id") for key, many in model.relations.items()})
    values["type"] = f"'{model.type_name()}'"
    values.kept_text = model.kept_texts[relations] if model.kept_texts else None
    return values


def chosen(values, names):
    """These values, in this order."""
    return {name: values[name] for name in names}


class Parts(dict):
    """The parts of a row in the API, and the SQL of the whole, which is also composed only once."""

    #: SQL of the text that is kept of the whole, see `Table.kept_texts`
    kept_text: str | None = None

    @functools.cached_property
    def sql(self):
        return written(tuple(self.items()))


def json_object(values):
    """SQL expression of a JSON object: name -> SQL of its value."""
    return values.sql if isinstance(values, Parts) else written(tuple(values.items()))


def kept_text(values, row_id):
    """SQL of the JSON text that is kept of what a row shows, None if none is; `row_id` is the SQL of its id."""
    kept = getattr(values, "kept_text", None)
    return kept and kept.replace("{id}", row_id)


def json_text(values):
    """SQL of the JSON text of a row that stands alone: one that is kept serves as it is, not part of others."""
    built, kept = json_object(values), kept_text(values, values.get("id"))
    return f"COALESCE({kept}, {built})" if kept else built


def json_array(values):
    """SQL expression of a JSON list of values: name -> SQL."""
    return "json_array(" + ",".join(values.values()) + ")"


@functools.lru_cache(maxsize=500)
def written(values):
    return "json_object(" + ",".join([f"'{name}',{sql}" for name, sql in values]) + ")"


@functools.cache
def shown(model, alias=None, relations=False):
    """SQL expression of a row as JSON text, as the API shows it."""
    return json_object(parts(model, alias, relations))


def nested(model, owner):
    """SQL of the row that a column refers to, as a JSON object or null; `owner` is the SQL of that column."""
    return f"json((SELECT {shown(model, 'n')} FROM {model.table()} n WHERE n.id = {owner}))"
