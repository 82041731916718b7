"""Seeds: the studio that a test server starts with.

Rows and files of a studio are copied, but not the key that signs its tokens: a copy must not issue tokens for it.
"""

import contextlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kitsulite.application import DATABASE, Application
from kitsulite.errors import SetupError
from kitsulite.store.files import MAKING
from kitsulite.store.migrations import copy

FILES = "files/"
CHATS = ("chat_token_slack", "chat_webhook_mattermost", "chat_token_discord")


@contextlib.contextmanager
def opened(path: str | os.PathLike[str], folder: Path) -> Iterator[Application]:
    """A copy of a studio (a data folder or a backup) in another folder, opened and upgraded."""
    unpack(Path(path), folder)
    # tests must not depend on the settings of the machine
    app = Application(data_dir=folder, environ={}, synchronous="OFF")
    try:
        yield app
    finally:
        app.close()


def unpack(path: Path, folder: Path) -> None:
    """Copy the rows and files of a studio into a folder; raises SetupError if there is none."""
    try:
        if zipfile.is_zipfile(path):
            extract(path, folder)
        elif (path / DATABASE).is_file():
            copy_folder(path, folder)
        else:
            raise SetupError(f"There is no studio in {path}: it is neither a data folder with {DATABASE} nor a backup.")
    except (OSError, sqlite3.Error, zipfile.BadZipFile) as error:
        raise SetupError(f"The studio in {path} cannot be read: {error}.") from None


def extract(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if DATABASE not in names:
            raise SetupError(f"{path} is not a backup of a studio: it contains no {DATABASE}.")
        archive.extractall(folder, [name for name in names if name == DATABASE or name.startswith(FILES)])


def copy_folder(path: Path, folder: Path) -> None:
    """Copy a data folder, without hard links: a test must not change the files of the studio."""
    # without a log nobody has the database open; then SQLite must not create files beside it either
    mode = "mode=rw" if Path(path, DATABASE + "-wal").exists() else "immutable=1"
    with contextlib.closing(sqlite3.connect(f"{(path / DATABASE).absolute().as_uri()}?{mode}", uri=True)) as rows:
        copy(rows, str(folder / DATABASE))
    if (path / FILES).is_dir():
        shutil.copytree(path / FILES, folder / FILES, ignore=shutil.ignore_patterns(MAKING + "*"))


def cut_off(app: Application) -> None:
    """Keep a copy from reaching the people of the studio: no chat, no waiting mail."""
    with app.db.write():
        app.db.execute("DELETE FROM mail")
        app.db.execute(f"UPDATE organisation SET {', '.join(f'{name} = ?' for name in CHATS)}", [""] * len(CHATS))
