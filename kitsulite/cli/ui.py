"""`ui`: Kitsu's own web interface, served on the port of the server."""

import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from kitsulite import settings as settings_table
from kitsulite.cli.command import command, given_settings, option
from kitsulite.errors import SetupError

LICENCE = "Kitsu's interface is free software under the AGPL, no part of kitsulite: its own terms hold for it."
TIMEOUT = 60


@command(
    "ui install",
    option(
        "source", metavar="FILE-OR-URL", help="its released build: a .zip, a .tgz or a folder, or the address of one"
    ),
)
def install(args):
    """Install the released build of Kitsu's web interface.

    It is unpacked into the data folder; the server serves it at /.

    It is licensed under the AGPL and no part of kitsulite. A running server takes it with its next start.

    kitsulite ui install kitsu-1.0.20.tgz
    kitsulite ui install https://example.com/kitsu.zip
    """
    from kitsulite.store import interface

    folder = data_folder(args)
    with tempfile.TemporaryDirectory() as downloads:
        path = fetched(args.source, Path(downloads)) if "://" in args.source else Path(args.source).expanduser()
        if not path.exists():
            raise SetupError(f"There is no {path}: name a .zip, a .tgz or a folder, or the address of an archive.")
        known = interface.install(path, folder, args.source if "://" in args.source else "")
    print(f"{known['files']} files, {known['bytes'] / 1e6:.1f} MB, lie in {folder / interface.FOLDER}.")
    print(LICENCE)


@command("ui status")
def status(args):
    """Show which web interface is served.

    kitsulite ui status
    """
    from kitsulite.store import interface

    folder = data_folder(args)
    if interface.installed(folder) is None:
        print("The built-in pages are served: no other interface is installed.")
        return
    known = interface.note(folder)
    print(f"{known.get('source', 'an interface')}: {known.get('files', '?')} files, in {folder / interface.FOLDER}")
    print("The built-in pages are at /kitsulite/.")


@command("ui remove")
def remove(args):
    """Remove the installed web interface.

    The built-in pages are at / again with the next start.

    kitsulite ui remove
    """
    from kitsulite.store import interface

    print("It is removed." if interface.remove(data_folder(args)) else "No interface was installed.")


def data_folder(args):
    return Path(settings_table.load(**given_settings(args)).data_dir).expanduser()


def fetched(address, folder):
    """The file of an address, in a folder."""
    if not address.startswith(("https://", "http://")):
        raise SetupError(f"{address}: only http and https are fetched.")
    path = folder / "download"
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer, open(path, "wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file, 1 << 20)
    except (urllib.error.URLError, OSError) as error:
        raise SetupError(f"{address} cannot be fetched: {error}.") from None
    return path
