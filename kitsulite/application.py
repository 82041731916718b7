"""The application: a data folder, opened and answering."""

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
from kitsulite.store import folder, interface, migrations, news_feed, secret_key
from kitsulite.store.backups import making, restoring
from kitsulite.store.checkpoints import Checkpoints
from kitsulite.store.database import Database
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
        """Settings as keywords and of the environment. `after_crash`: the whole database is checked first;
        `is_server`: no other process writes files meanwhile.
        """
        load_routes()
        super().__init__(tokens.authenticate)
        self.settings = settings_table.load(environ, **given)
        self.folder = folder.open_folder(self.settings.data_dir)
        self.pages = Pages(interface.opened(self.settings.ui, self.folder))
        #: the address of the server, for links
        self.addresses: list[str] = []
        #: whether links in mails lead to where a request came, for want of a name in the settings
        self.names_itself = False
        #: names of this server that administrators use
        self.trusted_hosts: set[str] = set()
        self.files = FileStore(self.folder / "files")
        self.files.tidy(at_once=is_server)
        making.tidy(self.folder, self.files)
        self.bus = Bus()
        self.mailer = Mailer(self)
        self.jobs = JobQueue(self)
        #: of new password hashes, for studios that are thrown away; by default what is safe
        self.password_cost: int | None = None
        self._live: LiveStream | None = None
        self._starting = threading.Lock()
        with folder.opening(self.folder):
            self.settings.secret_key = self.settings.secret_key or secret_key.read_or_create(self.folder)
            restoring.finish(self.folder)
            migrations.tidy(self.folder)
            path = self.folder / DATABASE
            #: whether the database was made just now
            self.is_new = not path.exists()
            if self.is_new:
                self._make(path)
            else:
                folder.require_ours(path, after_crash)
            self._open(path, self.settings.synchronous)
        tokens.order.follow(self.db.value("SELECT max(created_at) FROM api_event") or "")
        self.elsewhere = Elsewhere(self.db, self.bus)
        self.statistics = Statistics(self.db)
        self.checkpoints = Checkpoints(self.db, self.elsewhere.look, self.statistics.look)
        self.backups = Backups(self)

    def _make(self, path: Path) -> None:
        """Make a new database. It gets its name once it is whole: a crash leaves no half of one."""
        partial = path.with_name(f"{path.name}.partial")
        for left in self.folder.glob(f"{partial.name}*"):
            left.unlink()
        # the disk is waited for once, and not with each step
        self._open(partial, "OFF")
        self.db.close()
        if self.settings.synchronous != "OFF":
            sync([partial])
        os.replace(partial, path)
        sync_names(self.folder)

    def _open(self, path: Path, synchronous: str) -> None:
        """Open a database, and bring it up to date."""
        self.db = Database(path, synchronous)
        try:
            migrations.upgrade(self.db, lambda: initial_data.create(Context(self), self.settings.domain))
            news_feed.look(self.db)
        except (sqlite3.DatabaseError, peewee.DatabaseError, ApiError) as error:
            self.db.close()
            raise SetupError(folder.unusable(path, error)) from None
        except BaseException:
            self.db.close()
            raise

    def resume(self) -> None:
        """Take up what an earlier run has left; not for a command while a server does so already."""
        self.mailer.resume()
        self.jobs.resume()
        self.elsewhere.start()
        self.checkpoints.start()
        self.backups.start()

    def create_administrator(self, ahead: passwords.Ahead | None = None) -> None:
        """Make the administrator of a studio that has no person yet: `admin_email` and `admin_password`.

        The password is generated if the settings hold none, and None if there were persons already: then the
        address is that of the first administrator.
        """
        self.admin_email = self.settings.admin_email
        self.admin_password = accounts.first_administrator(
            Context(self), self.admin_email, self.settings.admin_password, ahead
        )
        if self.admin_password is None and (found := accounts.an_administrator(Context(self))):
            self.admin_email = found["email"]

    @property
    def live(self) -> "LiveStream":
        """The event stream, started when it is first asked for: its library loads slowly."""
        with self._starting:
            if self._live is None:
                from kitsulite.api.server.stream import LiveStream

                self._live = LiveStream(self)
            return self._live

    def present(self) -> set[str]:
        """Ids of the persons whose clients listen to the event stream."""
        return self._live.present() if self._live else set()

    @contextlib.contextmanager
    def replacing(self) -> Iterator[None]:
        """Let the caller put other rows and files in the place of all, while no job runs and no request writes."""
        self.jobs.clear()
        with self.db.alone():
            yield
        self.elsewhere.skip()
        self.mailer.clear()
        if self._live:
            self._live.rooms.clear()

    def hang_up(self) -> None:
        """End the event stream, whose clients each hold a request."""
        with self._starting:
            live, self._live = self._live, None
        if live:
            live.close()

    def drop_ended_streams(self) -> None:
        """Let go of the event clients whose sessions have ended."""
        if self._live:
            self._live.drop_ended()

    def close(self) -> None:
        """End the event stream and close the database; no request may be running."""
        self.hang_up()
        self.jobs.stop()
        self.mailer.stop()
        self.backups.stop()
        self.checkpoints.stop()
        self.statistics.finish()
        self.db.close()
        super().close()


@functools.cache
def declared_routes() -> list[Route]:
    """All routes of the API, without a data folder."""
    load_routes()
    return App(tokens.authenticate).routes


@functools.cache
def load_routes() -> None:
    """Import every module of the API, which declares its routes."""
    package = importlib.import_module("kitsulite.api")
    for module in pkgutil.walk_packages(package.__path__, "kitsulite.api."):
        if module.name != STREAM:
            importlib.import_module(module.name)
