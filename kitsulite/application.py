"""The Bottle application over a data folder."""

import contextlib
import functools
import importlib
import os
import pkgutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee

from kitsulite import settings as settings_table
from kitsulite.auth import passwords, tokens
from kitsulite.context import Context
from kitsulite.domain.server import initial_data
from kitsulite.domain.server.backups import Backups
from kitsulite.domain.sign_in import accounts
from kitsulite.errors import ApiError, SetupError
from kitsulite.events.bus import Bus
from kitsulite.events.elsewhere import Elsewhere
from kitsulite.jobs.mail import Mailer
from kitsulite.jobs.queue import JobQueue
from kitsulite.store import derived, folder, interface, migrations, secret_key
from kitsulite.store.backups import making, restoring
from kitsulite.store.checkpoints import Checkpoints
from kitsulite.store.database import Database
from kitsulite.store.derived.task_texts import TaskTexts
from kitsulite.store.files import FileStore, sync, sync_names
from kitsulite.store.folder import DATABASE
from kitsulite.store.statistics import Statistics
from kitsulite.web.app import App
from kitsulite.web.pages import Pages
from kitsulite.web.route import Route

if TYPE_CHECKING:
    from kitsulite.api.server.stream import LiveStream

#: declares no routes, and its library loads slowly: see `Application.live`
STREAM = "kitsulite.api.server.stream"


class Application(App):
    """The Bottle application over one data folder; `close()` when it is no longer needed."""

    def __init__(
        self, environ: Mapping[str, str] = os.environ, after_crash: bool = False, is_server: bool = False, **given: Any
    ) -> None:
        """Settings come from keywords and the environment. `after_crash` checks the whole database first;
        `is_server` says that no other process writes files meanwhile.
        """
        load_routes()
        super().__init__(tokens.authenticate)
        self.settings = settings_table.load(environ, **given)
        self.folder = folder.open_folder(self.settings.data_dir)
        self.pages = Pages(interface.opened(self.settings.ui, self.folder))
        #: URLs of the server, for links
        self.addresses: list[str] = []
        #: whether links in mails use the address of the request, since the settings name no domain
        self.names_itself = False
        #: names of this server that administrators use
        self.trusted_hosts: set[str] = set()
        self.files = FileStore(self.folder / "files")
        self.files.tidy(at_once=is_server)
        making.tidy(self.folder, self.files)
        self.bus = Bus()
        self.mailer = Mailer(self)
        self.jobs = JobQueue(self)
        #: cost of new password hashes, lower in throw-away studios; None for the safe one
        self.password_cost: int | None = None
        self._live: LiveStream | None = None
        self._starting = threading.Lock()
        self._open_studio(after_crash)
        tokens.order.follow(self.db.value("SELECT max(created_at) FROM api_event") or "")
        self.elsewhere = Elsewhere(self.db, self.bus)
        self.statistics = Statistics(self.db)
        self.task_texts = TaskTexts(self.db)
        self.checkpoints = Checkpoints(self.db, self.elsewhere.look, self.statistics.look, self.task_texts.look)
        self.backups = Backups(self)

    def _open_studio(self, after_crash: bool) -> None:
        """Open the database of the folder and read its secret key; both are created if they are missing."""
        path = self.folder / DATABASE
        with folder.opening(self.folder):
            self.settings.secret_key = self.settings.secret_key or secret_key.read_or_create(self.folder)
            restoring.finish(self.folder)
            migrations.tidy(self.folder)
            #: whether the database was created just now
            self.is_new = not path.exists()
            if self.is_new:
                folder.require_no_log(path)
                self._create(path)
            else:
                folder.require_ours(path, after_crash)
            self._open(path, self.settings.synchronous)

    def _create(self, path: Path) -> None:
        """Create a database, under a temporary name until it is complete: a crash leaves no half of one."""
        partial = path.with_name(f"{path.name}.partial")
        for leftover in self.folder.glob(f"{partial.name}*"):
            leftover.unlink()
        # wait for the disk once at the end, not at every step
        self._open(partial, "OFF")
        self.db.close()
        if self.settings.synchronous != "OFF":
            sync([partial])
        os.replace(partial, path)
        sync_names(self.folder)

    def _open(self, path: Path, synchronous: str) -> None:
        """Open a database and upgrade it."""
        self.db = Database(path, synchronous)
        try:
            migrations.upgrade(self.db, lambda: initial_data.create(Context(self), self.settings.domain))
            derived.look(self.db)
        except (sqlite3.DatabaseError, peewee.DatabaseError, ApiError) as error:
            self.db.close()
            raise SetupError(folder.unusable(path, error)) from None
        except BaseException:
            self.db.close()
            raise

    def resume(self) -> None:
        """Start the background work and continue what an earlier run left; not for commands beside a server."""
        self.mailer.resume()
        self.jobs.resume()
        self.elsewhere.start()
        self.checkpoints.start()
        self.backups.start()

    def create_administrator(self, pending: passwords.PendingHash | None = None) -> None:
        """Create the administrator of a studio without persons, and set `admin_email` and `admin_password`.

        The password is generated if the settings have none. If there are persons already, it is None, and the
        address is that of the first administrator.
        """
        ctx = Context(self)
        self.admin_email = self.settings.admin_email
        self.admin_password = accounts.first_administrator(ctx, self.admin_email, self.settings.admin_password, pending)
        if self.admin_password is None and (administrator := accounts.an_administrator(ctx)):
            self.admin_email = administrator["email"]

    @property
    def live(self) -> "LiveStream":
        """The event stream, started on first use: its library loads slowly."""
        with self._starting:
            if self._live is None:
                from kitsulite.api.server.stream import LiveStream

                self._live = LiveStream(self)
            return self._live

    def present(self) -> set[str]:
        """Ids of the persons who are connected to the event stream."""
        return self._live.present() if self._live else set()

    @contextlib.contextmanager
    def replacing(self) -> Iterator[None]:
        """Inside, the caller may replace all rows and files: no job runs and no request writes."""
        self.jobs.clear()
        with self.db.alone():
            yield
        self.elsewhere.skip()
        self.mailer.clear()
        if self._live:
            self._live.rooms.clear()

    def hang_up(self) -> None:
        """Close the event stream, whose clients each occupy a thread."""
        with self._starting:
            live, self._live = self._live, None
        if live:
            live.close()

    def drop_ended_streams(self) -> None:
        """Disconnect the event clients whose sessions have ended."""
        if self._live:
            self._live.drop_ended()

    def close(self, is_over: bool = True) -> None:
        """Stop all background work and close the database, unless a request is still running.

        To close a connection in which a statement runs would crash the process; the end of the process closes it.
        """
        self.hang_up()
        self.jobs.stop()
        self.mailer.stop()
        self.backups.stop()
        self.checkpoints.stop()
        if is_over:
            self.statistics.finish()
            self.db.close()
        super().close()


@functools.cache
def declared_routes() -> list[Route]:
    """All routes of the API; needs no data folder."""
    load_routes()
    return App(tokens.authenticate).routes


@functools.cache
def load_routes() -> None:
    """Import every module of the API, which declares its routes."""
    package = importlib.import_module("kitsulite.api")
    for module in pkgutil.walk_packages(package.__path__, "kitsulite.api."):
        if module.name != STREAM:
            importlib.import_module(module.name)
