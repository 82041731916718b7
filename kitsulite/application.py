"""The application: a data folder, opened and answering."""

import contextlib
import functools
import importlib
import os
import pkgutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee

from kitsulite import settings as settings_table
from kitsulite.auth import tokens
from kitsulite.context import Context
from kitsulite.domain.server import initial_data
from kitsulite.domain.sign_in import accounts
from kitsulite.errors import ApiError, SetupError
from kitsulite.events.bus import Bus
from kitsulite.jobs.mail import Mailer
from kitsulite.jobs.queue import JobQueue
from kitsulite.store import migrations
from kitsulite.store.database import Database
from kitsulite.store.files import FileStore
from kitsulite.web.app import App
from kitsulite.web.route import Route

if TYPE_CHECKING:
    from kitsulite.api.server.stream import LiveStream

DATABASE = "kitsulite.db"


class Application(App):
    """The Bottle application over one data folder; `close()` when it is no longer needed."""

    def __init__(self, **given: Any) -> None:
        load_routes()
        super().__init__(tokens.authenticate)
        self.settings = settings_table.load(**given)
        self.folder = open_folder(self.settings.data_dir)
        self.settings.secret_key = self.settings.secret_key or settings_table.kept_secret_key(self.folder)
        self.db = Database(self.folder / DATABASE, self.settings.synchronous)
        self.files = FileStore(self.folder / "files")
        self.files.tidy()
        self.bus = Bus()
        self.mailer = Mailer(self)
        self.jobs = JobQueue(self)
        #: of new password hashes, for studios that are thrown away; by default what is safe
        self.password_cost: int | None = None
        self._live: LiveStream | None = None
        self._starting = threading.Lock()
        try:
            #: whether the database was made just now
            self.is_new = self.upgrade()
        except BaseException:
            self.db.close()
            raise

    def resume(self) -> None:
        """Take up what an earlier run has left; not for a command while a server does so already."""
        self.mailer.resume()
        self.jobs.resume()

    def create_administrator(self) -> None:
        """Make the administrator of a studio that has no person yet: `admin_email` and `admin_password`.

        The password is generated if the settings hold none, and None if there were persons already.
        """
        self.admin_email = self.settings.admin_email
        self.admin_password = accounts.first_administrator(
            Context(self), self.admin_email, self.settings.admin_password
        )

    def upgrade(self) -> bool:
        """Bring the database up to date; whether it was made just now."""
        try:
            return migrations.upgrade(self.db, lambda: initial_data.create(Context(self), self.settings.domain))
        except (sqlite3.DatabaseError, peewee.DatabaseError, ApiError) as error:
            raise SetupError(
                f"The database {self.db.path} cannot be used ({error}): "
                "put a backup in its place, or choose another folder with --data-dir."
            ) from None

    @property
    def live(self) -> "LiveStream":
        """The event stream, started when it is first asked for: its library loads slowly."""
        with self._starting:
            if self._live is None:
                from kitsulite.api.server.stream import LiveStream

                self._live = LiveStream(self)
            return self._live

    @contextlib.contextmanager
    def replacing(self) -> Iterator[None]:
        """Let the caller put other rows and files in the place of all, while no job runs and no request writes."""
        self.jobs.clear()
        with self.db.alone():
            yield
        self.mailer.clear()
        if self._live:
            self._live.rooms.clear()

    def hang_up(self) -> None:
        """End the event stream, whose clients each hold a request."""
        with self._starting:
            live, self._live = self._live, None
        if live:
            live.close()

    def close(self) -> None:
        """End the event stream and close the database; no request may be running."""
        self.hang_up()
        self.jobs.stop()
        self.mailer.stop()
        self.db.close()
        super().close()


def open_folder(path: str | os.PathLike[str]) -> Path:
    """The data folder, made if it is missing and able to be written."""
    folder = Path(path).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # a name of its own: others may open the folder at the same time
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"The data folder {folder} cannot be written ({error.strerror}): choose another with --data-dir."
        ) from None
    return folder


@functools.cache
def declared_routes() -> list[Route]:
    """All routes of the API, without a data folder."""
    load_routes()
    return App(tokens.authenticate).routes


def load_routes() -> None:
    """Import every module of the API, which declares its routes."""
    package = importlib.import_module("kitsulite.api")
    for module in pkgutil.walk_packages(package.__path__, "kitsulite.api."):
        importlib.import_module(module.name)
