"""The server of `kitsulite demo`."""

import tempfile
from pathlib import Path
from typing import Any

from kitsulite.application import DATABASE
from kitsulite.context import Context
from kitsulite.demo import cast, filling
from kitsulite.demo.sameness import beginning
from kitsulite.domain.server import pages
from kitsulite.domain.sign_in import accounts, passwords
from kitsulite.errors import SetupError
from kitsulite.server import BaseServer

#: email address of the person whose invitation is in the outbox
INVITED = "oliver@example.com"


class DemoServer(BaseServer):
    """Serves the demo studio in a folder, where it may exist already, or in a temporary one."""

    def __init__(self, data_dir: str | None = None, **settings: Any) -> None:
        self._own: tempfile.TemporaryDirectory[str] | None = None
        if data_dir is None:
            self._own = tempfile.TemporaryDirectory(prefix="kitsulite-demo-", ignore_cleanup_errors=True)
        elif holds_real_studio(Path(data_dir).expanduser()):
            raise SetupError(f"There is a studio in {data_dir}: give the demo a folder of its own.")
        self._shown = None if settings.get("admin_password") else cast.PASSWORD
        defaults = {"admin_password": cast.PASSWORD, "synchronous": "OFF", **settings}
        super().__init__(self._own.name if self._own else data_dir, **defaults)

    def _open(self) -> None:
        with beginning():
            super()._open()
        if self.app.is_new:
            self._invite()

    def _furnish(self) -> None:
        filling.fill(self.app, self.admin_password or "", self._shown)

    def _invite(self) -> None:
        """Mail an invitation, so that the outbox has something to show."""
        ctx = Context(self.app)
        ctx.set_caller(accounts.an_administrator(ctx), {"identity_type": "person"})
        with self.app.db.write():
            passwords.invite(ctx, accounts.by_email(ctx, INVITED)["id"])

    def stop(self) -> None:
        """Finish the current requests, close port and database, and remove a temporary folder."""
        super().stop()
        if self._own:
            self._own.cleanup()


def holds_real_studio(folder: Path) -> bool:
    """Whether a folder holds a studio other than a demo."""
    return (folder / DATABASE).exists() and not (folder / pages.DEMO_NOTE).exists()
