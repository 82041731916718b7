"""`serve` and `demo`: run the server until it is stopped."""

import logging
import signal
import sys
import tempfile
import threading
from pathlib import Path

from kitsulite import settings as settings_table
from kitsulite.cli.command import command, given_settings, option

OPEN = option("--open", action="store_true", help="open the browser on it")


@command(
    "serve",
    OPEN,
    option("--demo", action="store_true", help="serve a filled demo studio, in a temporary folder unless one is given"),
    settings=settings_table.NAMES,
)
def serve(args):
    """Start the server; stop it with Ctrl-C.

    kitsulite serve
    kitsulite serve --data-dir ~/studio --port 9000 --open
    kitsulite serve --host 0.0.0.0 --admin-email ann@studio.com
    kitsulite serve --demo --open
    KITSULITE_ADMIN_PASSWORD_FILE=/run/secrets/admin kitsulite serve
    """
    run(args, args.demo)


@command("demo", OPEN, settings=settings_table.NAMES)
def demo(args):
    """Serve a filled studio to look at, in a temporary folder unless one is given; stop it with Ctrl-C.

    kitsulite demo
    kitsulite demo --open
    kitsulite demo --data-dir ~/demo
    """
    run(args, True)


def run(args, is_demo):
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    given = given_settings(args)
    settings = settings_table.load(**given)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with server_of(given, settings, is_demo) as server:
        keep_uploads_in_data_folder(server.app)
        # The first event client must not wait for a library to load.
        threading.Thread(target=lambda: server.app.live, daemon=True).start()
        print(server, flush=True)
        address = show(server, settings, is_demo)
        if args.open:
            import webbrowser

            webbrowser.open(address)
        # A wait without an end cannot be interrupted on Windows.
        while not stop.wait(1):
            pass
    print("Stopped.", file=sys.stderr)


def server_of(given, settings, is_demo):
    if is_demo:
        from kitsulite.demo.server import DemoServer

        return DemoServer(given.pop("data_dir", None), **{**given, "port": settings.port})
    from kitsulite.server import BaseServer

    return BaseServer(**{**given, "data_dir": settings.data_dir, "port": settings.port})


def keep_uploads_in_data_folder(app):
    """Let uploads wait on the disk of the data folder, if there is room for what is to be stored."""
    folder = Path(app.settings.tmp_dir or app.folder / "tmp").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)


def show(server, settings, is_demo):
    """Print what to do next; returns the address to open."""
    if is_demo:
        print(f"A demo studio: the page shows whom to sign in as. Open {server.url}", flush=True)
        return server.url
    if server.admin_password:
        show_administrator(server, settings)
    elif settings.admin_password:
        print(
            f"The administrator {settings.admin_email} was there before, with the password of then. Change it:"
            f" kitsulite user reset-password {settings.admin_email} --data-dir {settings.data_dir}",
            flush=True,
        )
    return server.url


def show_administrator(server, settings):
    password = "as you set it" if settings.admin_password else f"{server.admin_password} (shown only now)"
    print(f"Administrator: {server.admin_email}, password: {password}", flush=True)
