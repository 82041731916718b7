"""Backups of the studio, for administrators."""

import tempfile

from kitsulite.api.policies import admin
from kitsulite.domain.server.backups import ASKED
from kitsulite.store.backups import writing
from kitsulite.web import reply
from kitsulite.web.route import get, post


@get("/kitsulite/backups", allow=admin)
def list_backups(ctx):
    """List the backups, newest first, with whether one is being made, and why the last one failed."""
    return ctx.app.backups.shown()


@post("/kitsulite/backups", allow=admin, status=201, transaction=False)
def make_backup(ctx):
    """Make a backup now, as a zip file in the folder of the backups; answers once it is complete."""
    path = ctx.app.backups.make(ASKED)
    return {"name": path.name, "size": path.stat().st_size}


@get("/kitsulite/backups/<name>", allow=admin)
def download_backup(ctx, name):
    """Download a backup as a zip file."""
    path = ctx.app.backups.path(name)
    disposition = reply.attachment(f"{path.stem}.zip")
    if path.is_file():
        return reply.file(ctx.request, path, "application/zip", disposition, max_age=0)
    # closed once it is sent
    stream = tempfile.TemporaryFile(dir=ctx.app.backups.folder)  # noqa: SIM115
    writing.zip_folder(path, stream)
    return reply.made(ctx.request, stream, "application/zip", disposition)
