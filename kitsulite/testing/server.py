"""The server for tests: `kitsulite.Server`; README.md beside this file is its manual."""

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
#: the seed that is the demo studio
DEMO = "demo"
#: name of the snapshot that `reset` goes back to
FIRST = ""


class Server(BaseServer):
    """A complete Kitsu server that forgets on demand.

        with kitsulite.Server() as server:
            gazu.set_host(server.api_url)
            gazu.log_in(server.admin_email, server.admin_password)

    Without `data_dir` it lies in a folder that is removed at the end. `seed` is what it starts
    with: a function that gets the server, a data folder, a backup, or "demo": a filled studio with
    the same ids each time, whose people all have the administrator's password.
    `listen=False`: no port. `control=True`: tests in other languages control it over HTTP, see
    `testing/control.py`. Other arguments are settings, see `kitsulite settings`.
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
            # started from a shell, whose environment may be that of the studio
            self._given["environ"] = {}
        self._seed, self._listens, self._controlled = seed, listen, control
        self._snapshots: Snapshots | None = None
        self._wsgi: Any = None
        self._faults = Faults()
        #: what was asked since the last reset
        self.requests = Calls()
        #: what listeners got since the last reset
        self.events = Events()
        #: the time of the servers of this process
        self.clock = Clock()
        #: rows that tests need
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
            from kitsulite.demo import studio

            password = self.admin_password or ""
            studio.fill(self.app, password, None if self._given.get("admin_password") else password)

    def _sow(self, seed: "Seed") -> None:
        if callable(seed):
            self._own("seed")
            seed(self)
        else:
            self.load(seed)

    @property
    def wsgi(self) -> Any:
        """The WSGI application that answers, with faults and records: for callers without a socket."""
        if self._wsgi is None:
            self._wsgi = Observer(self._faults.around(super().wsgi), self.requests.note, KEPT)
            if self._controlled:
                self._wsgi = controlled(self, self._wsgi)
        return self._wsgi

    def stop(self) -> None:
        """Finish the requests under way and let go of port, database and a throw-away folder."""
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
        """Back to the start, in milliseconds: the initial data, or the seed.

        Only if this server made the studio: a folder that was there before is never emptied.
        """
        self.restore(FIRST)
        self.forget()

    def snapshot(self, name: str) -> None:
        """Keep the rows and stored files as they are now under a name, for `restore`."""
        self.app.jobs.wait()
        self._own("snapshot").take(name, (self.admin_email, self.admin_password))

    def restore(self, name: str) -> None:
        """Back to a snapshot; all that was done since is gone."""
        self.admin_email, self.admin_password = self._own("restore").restore(name)
        clear_caches_of_gazu()

    @contextlib.contextmanager
    def scratch(self) -> Iterator[None]:
        """What is done inside is gone at the end: `with server.scratch(): ...`"""
        name = f"scratch {new_id()}"
        self.snapshot(name)
        try:
            yield
        finally:
            self.restore(name)
            self._own("scratch").drop(name)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a backup of the studio, a zip or a folder, which is a seed and can be loaded."""
        backups.make(self.app, path)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Put a copy of a studio, a data folder or a backup, in the place of all.

        `admin_email` is then the administrator of that studio, with the password that this server was given.
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
            raise SetupError("This studio has no active administrator: tests could not do anything in it.")
        accounts.set_password(ctx, person, self.admin_password)
        self.admin_email = person["email"]

    def _own(self, what: str) -> Snapshots:
        """The snapshots of a studio that this server made; SetupError for another one."""
        if not self._snapshots:
            raise SetupError(f"{self.app.folder} was there before this server: {what}() would change it.")
        return self._snapshots

    def forget(self) -> None:
        """Forget what was recorded; faults and the clock end."""
        self._faults.clear()
        self.clock.release()
        self.requests.clear()
        self.events.clear()

    # What was done

    @property
    def mails(self) -> list[Mail]:
        """The mails since the last reset, oldest first."""
        return mails_in(self.app.folder / "outbox")

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The conversions, builds and other long work, oldest first, once all are done."""
        self.app.jobs.wait()
        return self.app.db.all(Job)

    # What goes wrong

    def fail(
        self,
        route: str = "*",
        status: int | Kind | None = None,
        *,
        times: int | None = None,
        delay: float = 0,
        message: str = "A fault that a test asked for.",
    ) -> Fault:
        """Let requests to a route fail: `server.fail("POST /data/projects", status=503, times=2)`.

        `status` is that of the answer, 503 by default, or "cut" (no answer), "cut after" (no answer, though
        it is done), "expired token", "full disk". `delay`: seconds before the answer, which is the
        right one if no status is given. It ends after so many `times`, with `end()` of what is returned, with the
        `with` block around it, or with a reset.
        """
        return self._faults.add(route, status, times, delay, message)

    def unmet_faults(self) -> list[str]:
        """The routes of faults since the last reset that no request met."""
        return self._faults.unmet()

    # Calls without a port

    def call(self, method: str, path: str, body: Any = None, *, as_: str | None = None, **query: Any) -> Answer:
        """Call the API in this process, as the person of an address, by default as the administrator."""
        return Client("", self.token(as_), self.wsgi).call(method, with_query(path, query), body)

    def mount(self, session: Any) -> None:
        """Let a `requests.Session` call this server without a socket: gazu has one in `default_client.session`."""
        from kitsulite.testing.adapter import Adapter

        session.mount(self.url, Adapter(self.wsgi))

    def client(self, email: str | None = None) -> Client:
        """A caller of the API as this person, by default the administrator."""
        return Client(self.api_url, self.token(email), None if self._listens else self.wsgi)

    def tokens(self, email: str | None = None) -> dict[str, str]:
        """What a login of this person gives, good at any time; by default of the administrator."""
        person = accounts.by_email(Context(self.app), email or self.admin_email)
        always = {"iat": 0, "nbf": 0}
        refresh, jti = tokens.make(self.app.settings, person["id"], "refresh", "person", **always)
        access, _ = tokens.make(self.app.settings, person["id"], "access", "person", refresh_jti=jti, **always)
        return {"access_token": access, "refresh_token": refresh}


def sameness() -> "contextlib.AbstractContextManager[None]":
    """Let the demo studio be the same each time; loaded only for it."""
    from kitsulite.demo.sameness import beginning

    return beginning()


def clear_caches_of_gazu() -> None:
    """Let gazu, if it is there, forget what it knew of rows that are gone."""
    if "gazu" in sys.modules:
        sys.modules["gazu"].cache.clear_all()
