"""`serve` and `demo`: run the server until it is stopped."""

import gc
import logging
import os
import queue
import signal
import sys
import tempfile
import threading
from pathlib import Path

from kitsulite import settings as settings_table
from kitsulite.auth import passwords
from kitsulite.cli import doctor, memory
from kitsulite.cli.command import command, given_settings, option
from kitsulite.errors import SetupError
from kitsulite.store.folder import is_new

OPEN = option("--open", action="store_true", help="open the browser on it")
#: seconds after which what the first requests do not need is loaded
LATER = 2
FIRST = ("data_dir", "host", "port", "admin_email", "admin_password")


@command(
    "serve",
    OPEN,
    option("--demo", action="store_true", help="serve a filled demo studio, in a temporary folder unless one is given"),
    option("--test", action="store_true", help="a studio that is thrown away, which tests control over HTTP"),
    settings=settings_table.BY_NAME,
    first=FIRST,
)
def serve(args):
    """Start the server, at first with a new studio; Ctrl-C stops it.

    kitsulite serve
    kitsulite serve --data-dir ~/studio --port 9000 --open
    kitsulite serve --host 0.0.0.0 --admin-email ann@studio.com
    kitsulite serve --demo --open
    kitsulite serve --test --port 9000 --admin-password mysecretpassword

    With --test, settings come from flags alone, and only this machine may connect: see
    kitsulite/testing/README.md.
    """
    run(args, args.demo, args.test)


@command("demo", OPEN, settings=settings_table.BY_NAME, first=FIRST)
def demo(args):
    """Serve a filled studio to look at.

    It lies in a temporary folder unless one is given. Stop it with Ctrl-C.

    Whoever reaches it may sign in as anybody, unless --admin-password gives all a password of yours.

    kitsulite demo
    kitsulite demo --open
    kitsulite demo --data-dir ~/demo
    """
    run(args, True)


def run(args, is_demo, is_test=False):
    given = given_settings(args)
    settings = settings_table.load({} if is_test else os.environ, **given)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    doctor.require(settings)
    memory.keep_small()
    server = server_of(given, settings, is_demo, is_test)
    stop = stop_of_signals()
    # what a start makes stays: looking for what is not used anymore would take a tenth of it
    gc.disable()
    with server:
        gc.freeze()
        gc.enable()
        keep_uploads_in_data_folder(server.app)
        print(server, flush=True)
        address = show(server, settings, is_demo)
        if args.open:
            import webbrowser

            webbrowser.open(address)
        # the first event client must not wait for a library to load, nor the first request for that
        if not is_asked_to_end(stop, LATER):
            threading.Thread(target=lambda: server.app.live, daemon=True).start()
            # A wait without an end cannot be interrupted on Windows.
            while not is_asked_to_end(stop, 1):
                pass
    print("Stopped.", file=sys.stderr)


def stop_of_signals():
    """A queue that gets an item when a signal asks the process to end."""
    # an event cannot be set while the same thread wakes up from waiting for it
    stop = queue.SimpleQueue()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.put(True))
    return stop


def is_asked_to_end(stop, seconds):
    """Whether a signal asks the process to end within so many seconds."""
    try:
        return stop.get(timeout=seconds)
    except queue.Empty:
        return False


def server_of(given, settings, is_demo, is_test):
    given["port"] = settings.port
    if is_test:
        return server_for_tests(given, settings.host, "demo" if is_demo else None)
    if is_demo:
        from kitsulite.demo.server import DemoServer

        return DemoServer(given.pop("data_dir", None), **given)
    return server_in_folder(given, settings)


def server_in_folder(given, settings):
    # hashing the password of a new studio takes as long as loading the server
    ahead = passwords.Ahead(settings.admin_password) if is_new(Path(settings.data_dir).expanduser()) else None
    from kitsulite.server import BaseServer

    server = BaseServer(**{**given, "data_dir": settings.data_dir})
    server.ahead = ahead
    return server


def server_for_tests(given, host, seed):
    """A server that tests control; without a folder of its own it is thrown away."""
    from kitsulite.testing.control import LOCAL
    from kitsulite.testing.server import Server

    if host not in LOCAL:
        raise SetupError("--test: whoever reaches such a server may empty it, so it listens on this machine alone.")
    return Server(given.pop("data_dir", None), seed=seed, control=True, **given)


def keep_uploads_in_data_folder(app):
    """Let uploads wait on the disk of the data folder, if there is room for what is to be stored."""
    folder = Path(app.settings.tmp_dir or app.folder / "tmp").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)


def show(server, settings, is_demo):
    """Print what to do next; returns the address to open."""
    for address in server.app.addresses[1:]:
        print(f"On the network: {address}", flush=True)
    if is_demo:
        print(f"A demo studio: the page shows whom to sign in as. Open {server.url}", flush=True)
        return server.url
    if server.admin_password:
        show_administrator(server, settings)
        link = f"{server.url}/kitsulite/#/start/{server.first_start_token()}"
        print(f"Set it up in the browser, with a link that is good once and for 15 minutes:\n  {link}", flush=True)
        return link
    if settings.admin_password:
        print(
            f"The administrator {settings.admin_email} was there before, with the password of then. Change it:"
            f" kitsulite user reset-password {settings.admin_email} --data-dir {settings.data_dir}",
            flush=True,
        )
    return server.url


def show_administrator(server, settings):
    password = "as you set it" if settings.admin_password else f"{server.admin_password} (shown only now)"
    print(f"Administrator: {server.admin_email}, password: {password}", flush=True)
