"""The server for tests: `kitsulite.Server`; README.md in this folder is its manual."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from kitsulite.settings.given import Given

from kitsulite.auth import tokens
from kitsulite.client import Answer, Client, with_query
from kitsulite.context import Context
from kitsulite.domain.server import backups
from kitsulite.domain.sign_in import accounts
from kitsulite.errors import SetupError
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.models.server import Job
from kitsulite.server import BaseServer
from kitsulite.testing import seeds
from kitsulite.testing.clock import Clock
from kitsulite.testing.control import controlled
from kitsulite.testing.factories import Make
from kitsulite.testing.faults import Fault, Faults, Kind
from kitsulite.testing.recorder import KEPT, Calls, Events, Mail, mails_in
from kitsulite.testing.snapshots import Snapshots
from kitsulite.web.observer import Observer

Seed: TypeAlias = "Callable[[Server], object] | str | os.PathLike[str]"
#: the name of the demo studio as a seed
DEMO = "demo"
#: name of the snapshot that `reset` restores
FIRST = ""


class Server(BaseServer):
    """A complete Kitsu server that can be reset.

        with kitsulite.Server() as server:
            gazu.set_host(server.api_url)
            gazu.log_in(server.admin_email, server.admin_password)

    Without `data_dir` the studio is in a temporary folder. `seed` is what it starts with: a function that takes
    the server, a data folder, a backup, or "demo" for a filled studio with the same ids each time, whose people all
    have the administrator's password. `listen=False` opens no port. `control=True` lets tests in other languages
    control it over HTTP, see `testing/control.py`. Other arguments are settings, see `kitsulite settings`.
    """

    #: None only in a folder that was there before
    admin_password: str

    def __init__(
        self,
        data_dir: "str | os.PathLike[str] | None" = None,
        *,
        seed: "Seed | None" = None,
        listen: bool = True,
        control: bool = False,
        **settings: "Unpack[Given]",
    ) -> None:
        super().__init__(data_dir, **settings)
        if control:
            # the shell it was started from may have the environment of the studio
            self._given["environ"] = {}
        self._seed, self._listens, self._controlled = seed, listen, control
        self._snapshots: Snapshots | None = None
        self._wsgi: Any = None
        self._faults = Faults()
        #: the requests since the last reset
        self.requests = Calls()
        #: the events since the last reset
        self.events = Events()
        #: the clock of all servers in this process
        self.clock = Clock()
        #: factories of rows
        self.make = Make(self)

    def _open(self) -> None:
        with sameness() if self._seed == DEMO else contextlib.nullcontext():
            super()._open()
        self.app.bus.listen(self.events.note)
        if self.app.is_new:
            self._snapshots = Snapshots(self.app, self.app.folder / "snapshots")
        if self._seed is not None and self._seed != DEMO:
            self._sow(self._seed)
        self.forget()
        if self._snapshots:
            self.snapshot(FIRST)

    def _furnish(self) -> None:
        if self._seed == DEMO:
            from kitsulite.demo import filling

            password = self.admin_password or ""
            filling.fill(self.app, password, None if self._given.get("admin_password") else password)

    def _sow(self, seed: "Seed") -> None:
        if callable(seed):
            self._own("seed")
            seed(self)
        else:
            self.load(seed)

    @property
    def wsgi(self) -> Any:
        """The WSGI application with faults and recording, for callers without a socket."""
        if self._wsgi is None:
            self._wsgi = Observer(self._faults.around(super().wsgi), self.requests.note, KEPT)
            if self._controlled:
                self._wsgi = controlled(self, self._wsgi)
        return self._wsgi

    def stop(self) -> None:
        """Finish the current requests, close port and database, and remove a temporary folder."""
        self._faults.clear()
        self.clock.release()
        if self._snapshots:
            self._snapshots.close()
            shutil.rmtree(self._snapshots.folder, ignore_errors=True)
            self._snapshots = None
        super().stop()
        self._wsgi = None

    # States

    def reset(self) -> None:
        """Go back to the initial state, or the seed, in milliseconds.

        Only if this server created the studio: an existing folder is never emptied.
        """
        self.restore(FIRST)
        self.forget()

    def snapshot(self, name: str) -> None:
        """Save the rows and stored files as they are now under a name, for `restore`."""
        self.app.jobs.wait()
        self._own("snapshot").take(name, (self.admin_email, self.admin_password))

    def restore(self, name: str) -> None:
        """Go back to a snapshot; everything done since is undone."""
        self.admin_email, self.admin_password = self._own("restore").restore(name)
        clear_caches_of_gazu()

    @contextlib.contextmanager
    def scratch(self) -> Iterator[None]:
        """Undo at the end what is done inside: `with server.scratch(): ...`"""
        name = f"scratch {new_id()}"
        self.snapshot(name)
        try:
            yield
        finally:
            self.restore(name)
            self._own("scratch").drop(name)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a backup of the studio, a zip or a folder, which can be loaded or serve as a seed."""
        backups.make(self.app, path)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Replace everything with a copy of a studio, from a data folder or a backup.

        `admin_email` becomes the administrator of that studio, with the password that this server was given.
        """
        snapshots = self._own("load")
        with tempfile.TemporaryDirectory(prefix="kitsulite-seed-") as folder, seeds.opened(path, Path(folder)) as app:
            seeds.cut_off(app)
            snapshots.adopt(app)
        self._adopt_administrator()
        self.forget()

    def _adopt_administrator(self) -> None:
        ctx = Context(self.app)
        wanted: dict[str, Any] = {"email": self.admin_email, "role": "admin", "active": True, "is_bot": False}
        person = self.app.db.find(Person, **wanted) or accounts.an_administrator(ctx)
        if person is None:
            raise SetupError("This studio has no active administrator, as whom tests could act.")
        accounts.set_password(ctx, person, self.admin_password)
        self.admin_email = person["email"]

    def _own(self, what: str) -> Snapshots:
        """The snapshots of a studio that this server created; raises SetupError for an existing one."""
        if not self._snapshots:
            raise SetupError(f"{self.app.folder} existed before this server: {what}() would change it.")
        return self._snapshots

    def forget(self) -> None:
        """Clear what was recorded, remove all faults and release the clock."""
        self._faults.clear()
        self.clock.release()
        self.requests.clear()
        self.events.clear()

    # The record

    @property
    def mails(self) -> list[Mail]:
        """The mails since the last reset, oldest first."""
        return mails_in(self.app.folder / "outbox")

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The conversions, builds and other jobs, oldest first; waits until all are done."""
        self.app.jobs.wait()
        return self.app.db.all(Job)

    # Faults

    def fail(
        self,
        route: str = "*",
        status: int | Kind | None = None,
        *,
        times: int | None = None,
        delay: float = 0,
        message: str = "A fault requested by a test.",
    ) -> Fault:
        """Let requests to a route fail: `server.fail("POST /data/projects", status=503, times=2)`.

        `status` is that of the answer (default: 503), or "cut" (no answer), "cut after" (the request is done, but
        not answered), "expired token", "full disk". `delay` is a number of seconds before the answer; without a
        status, the request is then answered as usual. The fault ends after `times` requests, by `end()` of the
        returned object, at the end of a `with` block around it, or with a reset.
        """
        return self._faults.add(route, status, times, delay, message)

    def unmet_faults(self) -> list[str]:
        """The routes of faults since the last reset that no request met."""
        return self._faults.unmet()

    # Calls without a port

    def call(self, method: str, path: str, body: Any = None, *, as_: str | None = None, **query: Any) -> Answer:
        """Call the API in this process, as the person with this email address, by default the administrator."""
        return Client("", self.token(as_), self.wsgi).call(method, with_query(path, query), body)

    def mount(self, session: Any) -> None:
        """Let a `requests.Session` call this server without a socket; gazu's is `default_client.session`."""
        from kitsulite.testing.adapter import Adapter

        session.mount(self.url, Adapter(self.wsgi))

    def client(self, email: str | None = None) -> Client:
        """A client of the API for this person, by default the administrator."""
        return Client(self.api_url, self.token(email), None if self._listens else self.wsgi)

    def tokens(self, email: str | None = None) -> dict[str, str]:
        """The tokens of a login of this person, by default the administrator, valid at any time of the test clock."""
        person = accounts.by_email(Context(self.app), email or self.admin_email)
        always = {"iat": 0, "nbf": 0}
        refresh, jti = tokens.make(self.app.settings, person["id"], "refresh", "person", **always)
        access, _ = tokens.make(self.app.settings, person["id"], "access", "person", refresh_jti=jti, **always)
        return {"access_token": access, "refresh_token": refresh}


def sameness() -> "contextlib.AbstractContextManager[None]":
    """Give the demo studio the same ids each time; imported only when needed."""
    from kitsulite.demo.sameness import beginning

    return beginning()


def clear_caches_of_gazu() -> None:
    """Make gazu, if it is in use, forget rows that are gone."""
    if "gazu" in sys.modules:
        sys.modules["gazu"].cache.clear_all()
