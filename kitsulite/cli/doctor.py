"""`doctor`: what works on this machine, and how to get the rest."""

import importlib.util
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from kitsulite import settings as settings_table
from kitsulite.cli.command import command, given_settings
from kitsulite.errors import SetupError
from kitsulite.extras import EXTRAS, how_to_install

GIGABYTE = 1 << 30
NONE_YET = "none yet: the first start creates it"
#: extra -> whether the settings need it; extras that are not listed are always of use
NEEDED_BY = {
    "video": lambda settings: not shutil.which(settings.ffmpeg or "ffmpeg"),
    "saml": lambda settings: settings.saml_enabled,
    "ldap": lambda settings: settings.auth_strategy == "auth_remote_ldap",
    "oidc": lambda settings: settings.oidc_enabled,
}
#: extras without which nobody could sign in as the settings say
REQUIRED = ("saml", "ldap", "oidc")


class Problem(Exception):
    """Something that keeps the server from working; the text names the fix."""


class Missing(Exception):
    """Something that a part of the server cannot work without; the text names the part and the fix."""


@command("doctor", settings=settings_table.BY_NAME, first=("data_dir", "host", "port"))
def doctor(args):
    """Check what works on this machine, and what to do about the rest.

    kitsulite doctor
    kitsulite doctor --data-dir /mnt/nas/kitsu --mail-server smtp.studio.com

    The exit code is 1 if something keeps the server from working.
    """
    settings = settings_table.load(**given_settings(args))
    failed = False
    for name, check in [*CHECKS, *extras_of(settings)]:
        try:
            word, text = "ok", check(settings)
        except Missing as missing:
            word, text = "off", str(missing)
        except (Problem, SetupError, OSError, sqlite3.Error) as problem:
            word, text, failed = "FAIL", str(problem), True
        print(f"{word:5}{name:12}{text}")
    return int(failed)


def require(settings):
    """Raise SetupError if this machine lacks what a server with these settings cannot start without."""
    for check in (sqlite, *(extra(name) for name in REQUIRED if NEEDED_BY[name](settings))):
        try:
            check(settings)
        except Problem as problem:
            raise SetupError(str(problem)) from None


def extras_of(settings):
    """The checks of the extras that are of use with these settings."""
    return [(name, extra(name)) for name in EXTRAS if name not in NEEDED_BY or NEEDED_BY[name](settings)]


def python(settings):
    return f"{sys.version.split()[0]} at {sys.executable}"


def sqlite(settings):
    connection = sqlite3.connect(":memory:")
    for feature, statement in (
        ("JSON", "SELECT json_group_array(json_object('a', json('1')))"),
        ("FTS5", "CREATE VIRTUAL TABLE words USING fts5(word)"),
    ):
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            fix = "use a Python from python.org or a current distribution"
            raise Problem(f"{sqlite3.sqlite_version} lacks {feature} ({error}): {fix}") from None
    return f"{sqlite3.sqlite_version} with JSON and FTS5"


def data_folder(settings):
    from kitsulite.store.folder import open_folder

    folder = open_folder(settings.data_dir)
    with tempfile.TemporaryDirectory(dir=folder) as probes:
        connection = sqlite3.connect(Path(probes) / "probe.db")
        mode = connection.execute("PRAGMA journal_mode = wal").fetchone()[0]
        connection.close()
    if mode != "wal":
        raise Problem(f"{folder} cannot hold a database in WAL mode: choose a folder on a local disk")
    return f"{folder} is writable"


def database(settings):
    from kitsulite.store import checkpoints
    from kitsulite.store.folder import DATABASE
    from kitsulite.store.migrations import STEPS

    path = Path(settings.data_dir).expanduser() / DATABASE
    if not path.exists():
        return NONE_YET
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
    if damage != "ok":
        raise Problem(f"{path} is damaged ({damage}): restore a backup (kitsulite restore FILE)")
    if version > len(STEPS):
        raise Problem(f"{path} was written by a newer kitsulite: install that version")
    journal = Path(f"{path}-wal")
    if journal.exists() and checkpoints.fills_disk(journal, size := journal.stat().st_size):
        raise Problem(checkpoints.held_back(path, size))
    size = sum(file.stat().st_size for file in path.parent.glob(f"{DATABASE}*") if ".before-" not in file.name)
    return f"{size / (1 << 20):.1f} MB, schema {version} of {len(STEPS)}"


def secret_key(settings):
    from kitsulite.store.secret_key import FILE

    path = Path(settings.data_dir).expanduser() / FILE
    if settings.secret_key:
        return "given as a setting"
    if not path.exists():
        return NONE_YET
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Problem(f"{path} can be read by others: chmod 600 {path}")
    return "kept in the data folder, readable only by its owner"


def disk(settings):
    free = shutil.disk_usage(settings.data_dir).free
    if free < GIGABYTE:
        raise Problem(f"only {free / GIGABYTE:.2f} GB free: make room, or choose another folder with --data-dir")
    return f"{free / GIGABYTE:.0f} GB free"


def backups(settings):
    from kitsulite.domain.server import backups

    folder = backups.folder_of(settings, Path(settings.data_dir).expanduser())
    failure = backups.read_failure(folder)
    if failure:
        raise Problem(f"the last one failed ({failure['message']}): make room, or choose another --backup-dir")
    existing = backups.backups_in(folder)
    since = overdue_since(settings, [path for path in existing if path.name.startswith(backups.AUTOMATIC)])
    if since:
        moment = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(since))
        raise Problem(f"the running server has made none since {moment} (UTC): its log says why")
    every = f"one every {settings.backup_every:g} hours" if settings.backup_every else "none automatically"
    return f"{every}, {len(existing)} in {folder}" + (
        f", the last from {backups.made_at(existing[-1])}" if existing else ""
    )


def overdue_since(settings, automatic):
    """If an automatic backup is overdue, when the last one was made or the server started (in seconds), else None."""
    from kitsulite.domain.server import backups
    from kitsulite.store.folder import running_server

    folder = Path(settings.data_dir).expanduser()
    if not settings.backup_every or not running_server(folder):
        return None
    since = max([(folder / "server.json").stat().st_mtime, *map(backups.seconds, automatic)])
    return since if time.time() - since > 2 * settings.backup_every * backups.HOUR else None


def port(settings):
    from kitsulite.server import listen
    from kitsulite.store.folder import running_server

    running = running_server(Path(settings.data_dir).expanduser())
    if running and running["url"]:
        return f"kitsulite runs here at {running['url']}, pid {running['pid']}"
    listen(settings.host, settings.port).close()
    return f"{settings.port} on {settings.host} is free"


def pictures(settings):
    if not importlib.util.find_spec("PIL"):
        raise Missing(f"no Pillow, pictures get no thumbnails: {sys.executable} -m pip install Pillow")
    import PIL

    return f"Pillow {PIL.__version__}"


def movies(settings):
    program = shutil.which(settings.ffmpeg or "ffmpeg")
    if program:
        return program
    if importlib.util.find_spec("imageio_ffmpeg"):
        return "the ffmpeg of imageio-ffmpeg"
    raise Missing(f"no ffmpeg, movies stay as uploaded: install it, or {pip('video')}")


def mail(settings):
    if not settings.mail_server:
        raise Missing("no server, mail goes into the outbox folder: set --mail-server")
    try:
        socket.create_connection((settings.mail_server, settings.mail_port), timeout=5).close()
    except OSError as error:
        where = f"{settings.mail_server}:{settings.mail_port}"
        raise Problem(f"{where} does not answer ({error}): check --mail-server and --mail-port") from None
    return f"{settings.mail_server}:{settings.mail_port} answers"


def extra(name):
    module, purpose, _ = EXTRAS[name]

    def check(settings):
        if not importlib.util.find_spec(module):
            raise (Problem if name in REQUIRED else Missing)(f"{purpose} needs {module}: {pip(name)}")
        return f"{purpose} ({module})"

    return check


def pip(name):
    return f"{sys.executable} -m {how_to_install(name)}"


CHECKS = (
    ("Python", python),
    ("SQLite", sqlite),
    ("data folder", data_folder),
    ("database", database),
    ("secret key", secret_key),
    ("disk", disk),
    ("backups", backups),
    ("port", port),
    ("pictures", pictures),
    ("movies", movies),
    ("mail", mail),
)
