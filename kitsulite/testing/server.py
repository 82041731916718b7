"""The server for tests: `kitsulite.Server`; README.md beside this file is its manual."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from kitsulite.given import Given

from kitsulite.context import Context
from kitsulite.domain.sign_in import accounts
from kitsulite.errors import SetupError
from kitsulite.models.fields import new_id
from kitsulite.models.people import Person
from kitsulite.server import BaseServer
from kitsulite.testing import seeds
from kitsulite.testing.snapshots import Snapshots

Seed: TypeAlias = "Callable[[Server], object] | str | os.PathLike[str]"
#: name of the snapshot that `reset` goes back to
FIRST = ""


class Server(BaseServer):
    """A complete Kitsu server that forgets on demand.

        with kitsulite.Server() as server:
            gazu.set_host(server.api_url)
            gazu.log_in(server.admin_email, server.admin_password)

    Without `data_dir` it lies in a folder that is removed at the end. `seed` is what it starts
    with: a function that gets the server, a data folder, or a file that `save` made.
    `listen=False`: no port. Other arguments are settings, see `kitsulite settings`.
    """

    def __init__(
        self,
        data_dir: "str | os.PathLike[str] | None" = None,
        *,
        seed: "Seed | None" = None,
        listen: bool = True,
        **settings: "Unpack[Given]",
    ) -> None:
        super().__init__(data_dir, **settings)
        self._seed, self._listens = seed, listen
        self._snapshots: Snapshots | None = None

    def _open(self) -> None:
        super()._open()
        if self.app.is_new:
            self._snapshots = Snapshots(self.app, self.app.folder / "snapshots")
        if self._seed is not None:
            self._sow(self._seed)
        if self._snapshots:
            self.snapshot(FIRST)

    def _sow(self, seed: "Seed") -> None:
        if callable(seed):
            self._own("seed")
            seed(self)
            self.app.jobs.wait()
            self._forget()
        else:
            self.load(seed)

    def stop(self) -> None:
        """Finish the requests under way and let go of port, database and a throw-away folder."""
        if self._snapshots:
            self._snapshots.close()
            shutil.rmtree(self._snapshots.folder, ignore_errors=True)
            self._snapshots = None
        super().stop()

    # States

    def reset(self) -> None:
        """Back to the start, in milliseconds: the initial data, or the seed.

        Only if this server made the studio: a folder that was there before is never emptied.
        """
        self.restore(FIRST)
        self._forget()

    def snapshot(self, name: str) -> None:
        """Keep the rows and stored files as they are now under a name, for `restore`."""
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
        """Write the studio to a file, which is a seed and can be loaded."""
        seeds.save(self.app, Path(path))

    def load(self, path: str | os.PathLike[str]) -> None:
        """Put a copy of a studio, a data folder or a saved one, in the place of all.

        `admin_email` is then the administrator of that studio, with the password that this server was given.
        """
        snapshots = self._own("load")
        with tempfile.TemporaryDirectory(prefix="kitsulite-seed-") as folder, seeds.opened(path, Path(folder)) as app:
            seeds.cut_off(app)
            snapshots.adopt(app)
        self._adopt_administrator()
        self._forget()

    def _adopt_administrator(self) -> None:
        ctx = Context(self.app)
        wanted = {"email": self.admin_email, "role": "admin", "active": True, "is_bot": False}
        person = self.app.db.find(Person, **wanted) or accounts.an_administrator(ctx)
        accounts.set_password(ctx, person, self.admin_password)
        self.admin_email = person["email"]

    def _own(self, what: str) -> Snapshots:
        """The snapshots of a studio that this server made; SetupError for another one."""
        if not self._snapshots:
            raise SetupError(f"{self.app.folder} was there before this server: {what}() would change it.")
        return self._snapshots

    def _forget(self) -> None:
        """Forget what was recorded."""


def clear_caches_of_gazu() -> None:
    """Let gazu, if it is there, forget what it knew of rows that are gone."""
    if "gazu" in sys.modules:
        sys.modules["gazu"].cache.clear_all()
