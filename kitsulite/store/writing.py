"""Transactions: the one write path, and reads that see a single state of the file."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

from kitsulite.aside import aside
from kitsulite.store.transactions import Callback, Transaction

#: seconds that a writer waits for another before it lets other requests be answered
A_WHILE = 0.005
#: size of SQLite's cache during a bulk write: negative, as it is in KiB
BULK_CACHE = -8192


class Reading:
    """A read transaction on a connection, unless one is active."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.is_inner = connection.in_transaction

    def __enter__(self) -> None:
        if not self.is_inner:
            self.connection.execute("BEGIN")

    def __exit__(self, *error: object) -> None:
        if not self.is_inner and self.connection.in_transaction:
            self.connection.execute("COMMIT")


class Writing:
    """The part of a database that begins and ends transactions."""

    _writing: threading.RLock
    _local: Any
    _replaced: int
    #: how many transactions have changed rows
    changes = 0
    connection: Callable[[], sqlite3.Connection]
    execute: Callable[..., sqlite3.Cursor]

    def read(self) -> Reading:
        """Let all statements inside see a single state of the file; a write inside ends that."""
        return Reading(self.connection())

    @contextlib.contextmanager
    def write(self) -> Iterator[None]:
        """A write transaction, of which there is only one at a time; nested calls join it.

        An exception rolls everything back, except for an ApiError that keeps its changes. A failed commit is rolled
        back too. Callbacks run before the next writer starts, in the order of the commits.
        """
        if self.in_transaction():
            yield
            return
        if not self._writing.acquire(timeout=A_WHILE):
            # a long import must not occupy the server with requests that wait; short waits are not worth a thread
            with aside():
                self._writing.acquire()
        try:
            transaction = self._begin()
            try:
                yield
            except BaseException as error:
                if getattr(error, "keeps_changes", False):
                    self._commit(transaction)
                else:
                    self._roll_back(transaction)
                raise
            self._commit(transaction)
        finally:
            self._writing.release()

    @contextlib.contextmanager
    def bulk_write(self) -> Iterator[None]:
        """A write transaction of thousands of rows; SQLite holds more pages of the file meanwhile.

        Rows with random ids change pages all over an index: if few are held, most are written and read many times.
        """
        (size,) = self.execute("PRAGMA cache_size").fetchone()
        self.execute(f"PRAGMA cache_size = {BULK_CACHE}")
        try:
            with self.write():
                yield
        finally:
            self.execute(f"PRAGMA cache_size = {size}")

    @contextlib.contextmanager
    def large_write(self) -> Iterator[None]:
        """A write transaction that may change most rows of a studio: what SQLite sorts or may undo is kept in files."""
        # in memory, that would be as much as these rows
        self.execute("PRAGMA temp_store = FILE")
        try:
            with self.bulk_write():
                yield
        finally:
            self.execute("PRAGMA temp_store = MEMORY")

    def _begin(self) -> Transaction:
        connection = self.connection()
        if connection.in_transaction:
            connection.execute("COMMIT")
        self.execute("BEGIN IMMEDIATE")
        self._local.transaction = Transaction(connection.total_changes)
        return self._local.transaction

    def _commit(self, transaction: Transaction) -> None:
        try:
            self.execute("COMMIT")
        except BaseException:
            self._roll_back(transaction)
            raise
        self._local.transaction = None
        self.changes += self.connection().total_changes > transaction.changes_before
        transaction.committed()

    def _roll_back(self, transaction: Transaction) -> None:
        self._local.transaction = None
        connection = self.connection()
        try:
            # SQLite rolls back by itself after some errors, such as a full disk
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        finally:
            transaction.roll_back()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep out all other writers of the process, without a transaction."""
        with self._writing:
            try:
                yield
            finally:
                # the connection does not count a replaced file as its change
                self._replaced += 1

    @contextlib.contextmanager
    def between_writes(self, patience: float) -> Iterator[bool]:
        """Let no other thread write meanwhile; yields False if one takes longer than `patience` seconds."""
        is_alone = self._writing.acquire(timeout=patience)
        try:
            yield is_alone
        finally:
            if is_alone:
                self._writing.release()

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that can be rolled back on its own, with its callbacks."""
        transaction = self._local.transaction
        mark = transaction.mark()
        self.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            # SQLite rolls back the whole transaction by itself after some errors, such as a full disk
            if self.connection().in_transaction:
                self.execute("ROLLBACK TO part")
                self.execute("RELEASE part")
            transaction.roll_back(mark)
            raise
        self.execute("RELEASE part")

    def in_transaction(self) -> bool:
        """Whether this thread is inside `write()`."""
        return getattr(self._local, "transaction", None) is not None

    def after_commit(self, callback: Callback) -> None:
        """Call this once the transaction is committed, and not if it is rolled back."""
        self._local.transaction.on_commit(callback)

    def after_rollback(self, callback: Callback) -> None:
        """Call this once the transaction is rolled back, and not if it is committed."""
        self._local.transaction.on_rollback(callback)
