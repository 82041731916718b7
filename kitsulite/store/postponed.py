"""Calls that are made after a commit and kept in a file until then: for a deleted project, there are a million."""

import functools
import json
from collections.abc import Callable
from typing import IO, Any

from kitsulite.models.fields import dump
from kitsulite.store.transactions import run
from kitsulite.store.writing import Writing


class Postponed:
    """Calls of a function, with arguments that JSON can hold, once the running transaction is committed."""

    def __init__(self, db: Writing, file: IO[bytes], function: Callable[..., Any]) -> None:
        """`file` is a temporary one, and closed after the transaction."""
        self.file, self.function = file, function
        db.after_commit(self.make)
        db.after_rollback(file.close)

    def add(self, *arguments: Any) -> None:
        self.file.write(dump(arguments).encode() + b"\n")

    def make(self) -> None:
        """Make the calls in order."""
        with self.file:
            self.file.seek(0)
            run(functools.partial(self.function, *json.loads(line)) for line in self.file)
