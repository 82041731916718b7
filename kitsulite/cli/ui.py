"""`ui`: Kitsu's own web interface, served by kitsulite."""

import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from kitsulite.cli.command import command, data_folder, option
from kitsulite.errors import SetupError

LICENCE = "Kitsu's interface is not part of kitsulite: it is free software under the AGPL, whose terms apply to it."
TIMEOUT = 60


@command(
    "ui install",
    option("source", metavar="FILE-OR-URL", help="its released build: a folder, a .zip or .tgz, or the address of one"),
)
def install(args):
    """Install the released build of Kitsu's web interface.

    It is unpacked into the data folder and served at / from the next start of the server.

    It is licensed under the AGPL and not part of kitsulite.

    kitsulite ui install kitsu-1.0.20.tgz
    kitsulite ui install https://example.com/kitsu.zip
    """
    from kitsulite.store import interface

    folder = data_folder(args)
    with tempfile.TemporaryDirectory() as downloads:
        path = download(args.source, Path(downloads)) if "://" in args.source else Path(args.source).expanduser()
        if not path.exists():
            raise SetupError(f"There is no {path}: name a folder, a .zip or .tgz, or the address of an archive.")
        note = interface.install(path, folder, args.source if "://" in args.source else "")
    print(f"Installed {note['files']} files, {note['bytes'] / 1e6:.1f} MB, in {folder / interface.FOLDER}.")
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
    note = interface.note(folder)
    print(f"{note.get('source', 'an interface')}: {note.get('files', '?')} files, in {folder / interface.FOLDER}")
    print("The built-in pages are at /kitsulite/.")


@command("ui remove")
def remove(args):
    """Remove the installed web interface.

    From the next start of the server, the built-in pages are at / again.

    kitsulite ui remove
    """
    from kitsulite.store import interface

    print("Removed." if interface.remove(data_folder(args)) else "No interface was installed.")


def download(address, folder):
    """The path of a file that is downloaded into a folder."""
    if not address.startswith(("https://", "http://")):
        raise SetupError(f"{address}: only http and https addresses can be downloaded.")
    path = folder / "download"
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer, open(path, "wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file, 1 << 20)
    except (urllib.error.URLError, OSError) as error:
        raise SetupError(f"{address} cannot be downloaded: {error}.") from None
    return path
