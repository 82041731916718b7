"""Conditions of a WHERE clause, and the filters in the query of a listing."""

import itertools
import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from kitsulite.errors import BadParameter, Refused
from kitsulite.models.accents import composed
from kitsulite.models.base import Table
from kitsulite.models.entities import Entity
from kitsulite.models.fields import IS_OTHER, BadValue, Unreadable, is_id
from kitsulite.models.tasks import Task


class Part(NamedTuple):
    """A part of a condition: see `Condition.add`."""

    sql: str
    params: Sequence[Any]
    walked: str
    about: str | None


class Condition:
    """Parts of a WHERE clause and their parameters, joined by AND."""

    def __init__(self, sql: str = "1", params: Sequence[Any] = (), about: str | None = None) -> None:
        self.parts: list[Part] = []
        self.add(sql, params, about=about)

    def add(self, sql: str, params: Sequence[Any] = (), walked: str | None = None, about: str | None = None) -> None:
        """Add a part; `walked` is an equivalent that no index can serve, `about` the one column that it is about."""
        if sql != "1":
            self.parts.append(Part(sql, params, walked or sql, about))

    @property
    def walked(self) -> "Condition":
        """The same condition in a form for which rows are read in the order of the listing."""
        return of_parts([part._replace(sql=part.walked) for part in self.parts])

    @property
    def columns(self) -> set[str | None]:
        """The columns that the parts are about, with None if one may be about others."""
        return {part.about for part in self.parts}

    def about(self, columns: Collection[str]) -> "Condition":
        """The parts that are about one of these columns."""
        return of_parts([part for part in self.parts if part.about in columns])

    @property
    def params(self) -> list[Any]:
        return list(itertools.chain.from_iterable(part.params for part in self.parts))

    @property
    def sql(self) -> str:
        return " AND ".join(f"({part.sql})" for part in self.parts) or "1"


def of_parts(parts: list[Part]) -> Condition:
    condition = Condition()
    condition.parts = parts
    return condition


def add_filter(model: type[Table], condition: Condition, name: str, value: str, alias: str | None = None) -> None:
    """Add the filter of a query parameter on a column or relation of a model; other names are ignored.

    `alias` is the name of the table in the statement. Raises BadParameter or Refused for an invalid value.
    """
    table = alias or f'"{model.table()}"'
    field = model.columns().get(name)
    try:
        if name in model.relations:
            if not is_id(value):
                raise Unreadable(f"One of the provided values has an invalid format. {name}: one id is expected.")
            many = model.relations[name]
            condition.add(f"{table}.id IN ({many.owners()})", [value.lower()], walked=many.holds(f"{table}.id"))
        elif field is None or field.secret:
            return
        elif name == "name" and model is Entity and is_plain(value):
            other = f"{IS_OTHER.format(name='name')} AND folded(name) = ?"
            named = f'SELECT rowid FROM "{model.table()}" WHERE name = ? COLLATE NOCASE'
            same = f'{named} UNION ALL SELECT rowid FROM "{model.table()}" WHERE {other}'
            condition.add(f"{table}.rowid IN ({same})", [value, value.casefold()])
        elif name == "name" and model is Task:
            # most have one of a few names, which an index knows
            names = "WITH names AS MATERIALIZED (SELECT DISTINCT name FROM task) SELECT name FROM names"
            fitting = f"{names} WHERE folded(name) LIKE ? ESCAPE '\\'"
            condition.add(
                f"{table}.name IN ({fitting})", [composed(value).casefold()], walked=f"+{table}.name IN ({fitting})"
            )
        elif name == "name":
            condition.add(f"folded({table}.name) LIKE ? ESCAPE '\\'", [composed(value).casefold()])
        elif value.startswith("["):
            values = [field.sought(text_of(element)) for element in list_of(name, value)]
            condition.add(f'{table}."{name}" IN ({", ".join("?" * len(values))})', values)
        else:
            equal = f'{table}."{name}" = ?'
            # the pages of a project have an index of their own
            walked = equal if name == "project_id" else f"+{equal}"
            # kept counts do not tell an empty text from none
            condition.add(equal, [field.sought(value)], walked, about=name if value else None)
    except Unreadable as error:
        raise Refused(str(error)) from None
    except BadValue as error:
        raise BadParameter(str(error)) from None


def beside_name(model: type[Table], table: str, name: str | None) -> str:
    """The table in filters beside one by name, without its indexes if few rows have this name, however many it has."""
    return f"+{table}" if model is Entity and name is not None and is_plain(name) else table


def is_plain(value: str) -> bool:
    """Whether a text is ASCII without wildcards of LIKE."""
    return value.isascii() and not set(value) & set("%_\\")


def list_of(name: str, value: str) -> list[Any]:
    try:
        elements = json.loads(value)
    except (ValueError, RecursionError):
        elements = None
    if not isinstance(elements, list):
        raise BadParameter(f"Malformed list filter for field {name}.")
    return elements


def text_of(value: str) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    """A text as SQL literal, for values that come before the parameters of a statement."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
