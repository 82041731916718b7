"""The SQLite file: its connections, and reading and writing rows.

SQLite builds the JSON of rows as the API shows them (`models.base.shown`): a listing never becomes Python objects, and
a single row costs one statement.
"""

import functools
import itertools
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

import peewee

from kitsulite import clock
from kitsulite.aside import takes_long
from kitsulite.errors import NotFound, RowRejected
from kitsulite.models import TABLES
from kitsulite.models.base import Many, Table, json_text, kept_text, shown
from kitsulite.models.fields import JsonText, Ref, is_id
from kitsulite.store import json_stream
from kitsulite.store.derived.news_feed import ALL_NEWS
from kitsulite.store.derived.row_counts import COUNTED
from kitsulite.store.derived.setup import LOGS
from kitsulite.store.derived.task_texts import are_kept
from kitsulite.store.json_stream import JsonStream
from kitsulite.store.late_writes import LateWrites
from kitsulite.store.refusals import raise_refusal
from kitsulite.store.remembering import Cache, Remembering
from kitsulite.store.statements import (
    around_page,
    equality,
    folded,
    in_order,
    insert_sql,
    listed,
    new_row,
    related_sql,
    row_sql,
    update_sql,
)
from kitsulite.store.writing import Writing

#: a row as the API shows it
Row = dict[str, Any]
#: returns the value of a JSON text that SQLite has written, and its end
parsed = json.JSONDecoder().raw_decode
BUSY_MILLISECONDS = 30_000
#: pages of the write-ahead log at which a commit moves it into the database, which takes long; and the number with
#: which it does so even if a thread is there for it, see store/checkpoints.py
CHECKPOINT_PAGES, MOST_PAGES = 16_384, 1 << 18
#: the same for a database that never waits for the disk: a small log is read faster
UNSYNCED_PAGES = 1000
#: most parameters of a statement that every version of SQLite accepts
MOST_PARAMETERS = 999


class Database(Remembering, Writing):
    """An SQLite file, shared by the threads of the process."""

    def __init__(self, path: str | os.PathLike[str], synchronous: str = "FULL") -> None:
        self.path = str(path)
        self._is_synced = synchronous != "OFF"
        self.peewee = peewee.SqliteDatabase(
            self.path,
            pragmas={
                "foreign_keys": 1,
                "journal_mode": "wal",
                "synchronous": synchronous,
                # a statement with triggers that changes more than 16 pages would create a file each time
                "temp_store": "memory",
                "wal_autocheckpoint": CHECKPOINT_PAGES if self._is_synced else UNSYNCED_PAGES,
            },
            timeout=BUSY_MILLISECONDS / 1000,
            cached_statements=1000,
            check_same_thread=False,
        )
        self.peewee.register_function(folded, "folded", 1, deterministic=True)
        self._writing = threading.RLock()
        self.late = LateWrites(self)
        self._local = threading.local()
        self._of_setup, self._marking = Cache(), None
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._keeping = threading.Lock()
        self._leaves_log = False
        #: how often the whole content was replaced
        self._replaced = 0

    def connection(self) -> sqlite3.Connection:
        """The sqlite3 connection of this thread."""
        try:
            return self._local.connection
        except AttributeError:
            self._local.connection = self.peewee.connection()
            if self._leaves_log:
                self._local.connection.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES}")
            self._keep(self._local.connection)
            return self._local.connection

    def _keep(self, connection: sqlite3.Connection) -> None:
        """Note the connection of this thread, and close those of threads that have ended."""
        with self._keeping:
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()
            self._connections[threading.current_thread()] = connection

    def release(self) -> None:
        """Close the connection of this thread, which is about to end."""
        with self._keeping:
            self._connections.pop(threading.current_thread(), None)
        for name in ("connection", "cache"):
            vars(self._local).pop(name, None)
        self.peewee.close()

    def close(self) -> None:
        """Close the connections of all threads, none of which may be using the database."""
        self.late.finish()
        for connection in list(self._connections.values()):
            connection.close()
        self._connections.clear()
        self._local = threading.local()
        self.peewee.close()

    def leave_log_to_others(self) -> None:
        """Keep commits of new connections from moving the log into the database, which a thread does."""
        self._leaves_log = self._is_synced

    def execute(self, sql: str, params: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run a statement; raises an error that a client may read if the database rejects it."""
        try:
            return self.connection().execute(sql, params)
        except (sqlite3.Error, OverflowError) as error:
            raise_refusal(error)
            raise

    def execute_many(self, sql: str, params: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each item in a list of parameters."""
        try:
            self.connection().executemany(sql, params)
        except (sqlite3.Error, OverflowError) as error:
            raise_refusal(error)
            raise

    def insert_many(self, model: type[Table], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, each given as the stored values of all columns in order."""
        self._in_parts(functools.partial(insert_sql, model), rows)

    def update_many(self, model: type[Table], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Change columns of rows, each given as its id and the stored values of the columns."""
        self._in_parts(functools.partial(update_sql, model, tuple(names)), rows)

    def _in_parts(self, sql: Callable[[int], str], rows: Sequence[Sequence[Any]]) -> None:
        """Run `sql(number of rows)` on all rows, as many at a time as parameters allow."""
        # SQLite copies each page that a statement changes, in case it fails midway: many rows share the copies
        width = max(1, MOST_PARAMETERS // len(rows[0])) if rows else 1
        whole = len(rows) - len(rows) % width
        for start in range(0, whole, width):
            self.execute(sql(width), list(itertools.chain.from_iterable(rows[start : start + width])))
        if whole < len(rows):
            self.execute_many(sql(1), rows[whole:])

    # Reading

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """All rows as dictionaries."""
        cursor = self.execute(sql, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=False)) for row in cursor]

    def column(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """The first column of all rows, as a list."""
        return [row[0] for row in self.execute(sql, params)]

    def row(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row as a tuple, or None."""
        return self.execute(sql, params).fetchone()

    def value(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first value of the first row, or None."""
        row = self.execute(sql, params).fetchone()
        return row[0] if row else None

    def objects(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of a statement whose only column is JSON text, parsed."""
        return [parsed(row[0])[0] for row in self.execute(sql, params)]

    def json_list(self, sql: str, params: Sequence[Any] = ()) -> JsonText:
        """The rows of a statement whose only column is JSON text, as one JSON list."""
        return json_stream.whole(self.execute(sql, params))

    def json_array(
        self,
        row: str,
        source: str,
        params: Sequence[Any] = (),
        around: tuple[bytes, bytes] = (b"[", b"]"),
        amount: int = 0,
    ) -> bytes | JsonStream:
        """The same as bytes, from the SQL of a row as JSON and the FROM clause of the rows (`statements.in_order`).

        SQLite writes it as a whole, without returning to Python for each row; with an `amount` of rows that is large,
        it is written while it is being sent. `around` encloses the rows. Those that are null are left out.
        """
        if amount < json_stream.LONG or self.in_transaction():
            rows = self.value(f"SELECT CAST(group_concat({row}) AS BLOB) {source}", params)
            return b"".join((around[0], rows or b"", around[1]))
        takes_long()
        cursor = self.execute(f"SELECT CAST({row} AS BLOB) {source}", params)
        return JsonStream(cursor, (text for (text,) in cursor if text), json_stream.PIECE, *around)

    def listed(self, values: dict[str, str], table: str, where: str, order: str, most: int = -1) -> tuple[str, str]:
        """The SQL of a row and of the source of rows, as in `statements.listed`; from kept texts if that is quicker."""
        if kept_text(values, "id") and not are_kept(self):
            # a plain dict keeps `listed` from using kept texts
            values = dict(values)
        return listed(values, table, where, order, most)

    def json_stream(
        self,
        values: dict[str, str],
        table: str,
        condition: Any,
        order: str,
        most: int = -1,
        total: int | None = None,
    ) -> bytes | JsonStream:
        """The JSON list of the rows of a table that meet a `Condition`; a long one is written while it is being sent.

        `values`: the content of a row, name -> SQL. `most`: only so many, all if negative. `total`: how many rows meet
        the condition, if known.
        """
        row, source = self.listed(values, table, condition.sql, order, most)
        if 0 <= most < json_stream.LONG:
            total = most
        elif total is None:
            last = f"SELECT 1 FROM {table} WHERE {condition.sql} LIMIT 1 OFFSET {json_stream.LONG - 1}"
            total = json_stream.LONG if self.value(last, condition.params) else 0
        return self.json_array(row, source, condition.params, amount=total)

    def json_groups(self, sql: str, params: Sequence[Any] = ()) -> JsonText:
        """The rows of a statement with the columns key and JSON text, as one JSON object `{key: [row, ...]}`."""
        groups: dict[str, list[str]] = {}
        for key, text in self.execute(sql, params):
            groups.setdefault(key, []).append(text)
        return JsonText("{" + ",".join([f'"{key}":[{",".join(texts)}]' for key, texts in groups.items()]) + "}")

    def json_page(
        self,
        row: str,
        table: str,
        condition: Any,
        order: str,
        page: int,
        limit: int,
        walked: Any = None,
        total: int | None = None,
    ) -> bytes | JsonStream:
        """One page, counted from 1, of the rows of a table that meet a `Condition`, as the JSON of paged answers.

        Only the JSON of this page is made. `walked`: the same condition, written so that SQLite reads rows in order
        until the page is full, which is used if many rows meet it. `total`: how many do, if known.
        """
        total = self.count(table, condition) if total is None else total
        offset = (page - 1) * limit
        if walked and total and (offset + limit) * self.value(f"SELECT max(rowid) FROM {table}") < total * total:
            condition = walked
        source = in_order(table, condition.sql, order, most="? OFFSET ?")
        around, amount = around_page(total, page, limit), min(limit, total - offset)
        if not page or amount <= 0:
            return b"".join(around)
        return self.json_array(row, source, [*condition.params, limit, offset], around, amount)

    def count(self, table: str, condition: Any) -> int:
        """The number of rows of a table that meet a `Condition`."""
        name = table.strip('"')
        if name in COUNTED and COUNTED[name].knows(condition.columns):
            return self.counted(name, condition)
        if name == "news" and not condition.parts:
            return self.value(ALL_NEWS)
        # without a WHERE clause, SQLite counts the entries of an index and looks at no row
        where = f" WHERE {condition.sql}" if condition.parts else ""
        if name in LOGS:
            return self.counted_log(name, where, condition.params)
        return self.unchanged(f"SELECT count(*) FROM {table}{where}", condition.params)[0][0]

    def counted(self, table: str, condition: Any) -> int:
        """The number of rows of a table from `derived/row_counts.py`; a `Condition` on their project and kind."""
        counts = f"SELECT table_name, project_id, kind AS {COUNTED[table].kind or 'kind'}, amount FROM row_count"
        sums = f'SELECT COALESCE(sum(amount), 0) FROM ({counts}) "{table}"'
        sql = f"{sums} WHERE table_name = ? AND {condition.sql}"
        return self.unchanged(sql, [table, *condition.params])[0][0]

    def unchanged(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        """The rows of an expensive statement, cached until the file changes."""
        return self.remembered((sql, repr(params)), lambda: self.execute(sql, params).fetchall())

    def all(
        self,
        model: type[Table],
        where: str = "1",
        params: Sequence[Any] = (),
        order: str = "created_at, rowid",
        relations: bool = False,
    ) -> list[Row]:
        """The rows of a table as the API shows them."""
        return self.objects(*self.select(model, where, params, order, relations))

    def all_json(
        self,
        model: type[Table],
        where: str = "1",
        params: Sequence[Any] = (),
        order: str = "created_at, rowid",
        relations: bool = False,
    ) -> JsonText:
        """The same as JSON text, for answers that need no Python objects."""
        return self.json_list(*self.select(model, where, params, order, relations))

    def select(
        self, model: type[Table], where: str, params: Sequence[Any], order: str, relations: bool
    ) -> tuple[str, Sequence[Any]]:
        sql = f'SELECT {shown(model, relations=relations)} FROM "{model.table()}" WHERE {where} ORDER BY {order}'
        return sql, params

    def first(
        self,
        model: type[Table],
        where: str = "1",
        params: Sequence[Any] = (),
        order: str = "created_at, rowid",
        relations: bool = False,
    ) -> Row | None:
        """The first row that meets a condition, or None."""
        sql, params = self.select(model, where, params, order, relations)
        row = self.execute(sql + " LIMIT 1", params).fetchone()
        return parsed(row[0])[0] if row else None

    def find(self, model: type[Table], relations: bool = False, **equal: Any) -> Row | None:
        """The first row whose columns have these values (None: null), or None."""
        where, params = equality(model, equal)
        return self.first(model, where, params, relations=relations)

    def exists(self, model: type[Table], **equal: Any) -> bool:
        """Whether a row has these values."""
        where, params = equality(model, equal)
        return self.value(f'SELECT 1 FROM "{model.table()}" WHERE {where} LIMIT 1', params) is not None

    def has_table(self, name: str) -> bool:
        """Whether the file has a table with this name."""
        return self.value("SELECT 1 FROM sqlite_master WHERE name = ?", [name]) is not None

    def get(self, model: type[Table], row_id: Any, relations: bool = False) -> Row:
        """The row with an id; raises NotFound if the id is unknown or malformed."""
        return parsed(self._first(model, row_id, row_sql(model, relations)))[0]

    def require(self, model: type[Table], row_id: Any) -> str:
        """The id of a row as it is stored; raises NotFound if it is unknown or malformed."""
        return self._first(model, row_id, f'SELECT id FROM "{model.table()}" WHERE id = ?')

    def text(self, model: type[Table], row_id: Any, shown: dict[str, str]) -> JsonText:
        """The same as JSON text with these values: name -> SQL."""
        return JsonText(self._first(model, row_id, f'SELECT {json_text(shown)} FROM "{model.table()}" WHERE id = ?'))

    def _first(self, model: type[Table], row_id: Any, sql: str) -> str:
        row = self.execute(sql, [row_id.lower()]).fetchone() if is_id(row_id) else None
        if row is None:
            raise NotFound(f"{model.type_name()} not found.")
        return row[0]

    def related(self, model: type[Table], row_id: Any, relation: str) -> list[str]:
        """The ids in a to-many relation of a row."""
        return parsed(self.value(related_sql(model, relation), [row_id]))[0]

    # Writing

    def add(self, model: type[Table], **values: Any) -> Any:
        """Insert a row, with defaults for missing and null values; returns its id, or None for a pure link."""
        row = new_row(model, values)
        try:
            self.execute(insert_sql(model), list(row.values()))
        except RowRejected as error:
            self._name_reference(error, model, row)
            raise
        return row.get("id")

    def _name_reference(self, error: RowRejected, model: type[Table], values: dict[str, Any]) -> None:
        """Raise a refusal that names the column, if a row was rejected because it refers to a missing one."""
        if error.kind == "reference":
            for name, field in model.columns().items():
                row_id = values.get(name)
                if isinstance(field, Ref) and row_id and not self.exists(TABLES[field.table], id=row_id):
                    raise RowRejected(f"{name} refers to a row that does not exist: {row_id}", "reference") from error

    def insert(self, model: type[Table], **values: Any) -> Any:
        """Insert a row, completed by defaults, and return it as the API shows it."""
        return self.find(model, id=self.add(model, **values))

    def update(self, model: type[Table], row_id: Any, **values: Any) -> int:
        """Change columns of a row; `updated_at` is set to now unless given."""
        values.setdefault("updated_at", clock.now())
        marks = ", ".join(f'"{name}" = ?' for name in values)
        stored = [model.columns()[name].db_value(value) for name, value in values.items()]
        try:
            return self.execute(f'UPDATE "{model.table()}" SET {marks} WHERE id = ?', [*stored, row_id]).rowcount
        except RowRejected as error:
            self._name_reference(error, model, values)
            raise

    def delete(self, model: type[Table], where: str | None = None, params: Sequence[Any] = (), **equal: Any) -> int:
        """Delete the rows with these values, or those that meet the condition; returns how many."""
        if where is None:
            where, params = equality(model, equal)
        return self.execute(f'DELETE FROM "{model.table()}" WHERE {where}', params).rowcount

    def link(self, model: type[Table], **columns: Any) -> bool:
        """Insert a row into a link table unless it exists; returns whether it is new."""
        if self.exists(model, **columns):
            return False
        self.add(model, **columns)
        return True

    def relate(self, model: type[Table], row_id: Any, relation: str, ids: Sequence[str]) -> None:
        """Set the ids in a to-many relation; links that remain keep their columns."""
        many = model.relations[relation]
        link = TABLES[many.link]
        before = set(self.related(model, row_id, relation))
        for gone in before - set(ids):
            self.unlink(many, row_id, gone)
        for new in dict.fromkeys(ids):
            if new not in before:
                self.add_link(link, many, row_id, new)

    def unlink(self, many: Many, row_id: Any, other_id: str) -> None:
        if many.there == "id":
            self.execute(f"UPDATE {many.link} SET {many.here} = NULL WHERE id = ?", [other_id])
        else:
            self.delete(TABLES[many.link], **{many.here: row_id, many.there: other_id})

    def add_link(self, link: type[Table], many: Many, row_id: Any, other_id: str) -> None:
        if many.there == "id":
            self.execute(f"UPDATE {many.link} SET {many.here} = ? WHERE id = ?", [row_id, other_id])
        else:
            self.add(link, **{many.here: row_id, many.there: other_id})
