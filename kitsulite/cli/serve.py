"""`serve` and `demo`: run the server until it is stopped."""

import gc
import itertools
import logging
import os
import queue
import signal
import sys
import tempfile
import threading
from pathlib import Path

from kitsulite import heap
from kitsulite import settings as settings_table
from kitsulite.auth import passwords
from kitsulite.cli import doctor
from kitsulite.cli.command import command, given_settings, option
from kitsulite.errors import SetupError
from kitsulite.store.folder import is_new

OPEN = option("--open", action="store_true", help="open it in the browser")
#: seconds after which libraries are loaded that the first requests do not need
LATER = 2
#: seconds between two times at which free memory between blocks in use is returned
TRIM_PAUSE = 60
FIRST = ("data_dir", "host", "port", "admin_email", "admin_password")


@command(
    "serve",
    OPEN,
    option("--demo", action="store_true", help="serve a filled demo studio, in a temporary folder unless one is given"),
    option("--test", action="store_true", help="serve a throw-away studio that tests control over HTTP"),
    settings=settings_table.BY_NAME,
    first=FIRST,
)
def serve(args):
    """Start the server; the first start creates a studio. Ctrl-C stops it.

    kitsulite serve
    kitsulite serve --data-dir ~/studio --port 9000 --open
    kitsulite serve --host 0.0.0.0 --admin-email ann@studio.com
    kitsulite serve --demo --open
    kitsulite serve --test --port 9000 --admin-password mysecretpassword

    With --test, settings come only from flags, and only this machine may connect: see kitsulite/testing/README.md.
    """
    run(args, args.demo, args.test)


@command("demo", OPEN, settings=settings_table.BY_NAME, first=FIRST)
def demo(args):
    """Serve a filled studio to look at.

    It is kept in a temporary folder unless one is given. Ctrl-C stops it.

    Anyone who can reach it can sign in as anyone, unless --admin-password sets a password for all.

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
    heap.keep_small()
    server = make_server(given, settings, is_demo, is_test)
    stop = queue_of_signals()
    # nearly all objects of the start stay in use: collecting garbage meanwhile would take a tenth of its time
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
        # loaded before the first event client needs it, but not while the first requests are answered
        if not gets_signal(stop, LATER):
            threading.Thread(target=lambda: server.app.live, daemon=True).start()
            # an endless wait cannot be interrupted on Windows
            for seconds in itertools.count(1):
                if gets_signal(stop, 1):
                    break
                if seconds % TRIM_PAUSE == 0:
                    heap.give_back()
    print("Stopped.", file=sys.stderr)


def queue_of_signals():
    """A queue that receives an item when a signal asks the process to end."""
    # an Event cannot be set by a signal while the same thread wakes up from waiting for it
    stop = queue.SimpleQueue()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.put(True))
    return stop


def gets_signal(stop, seconds):
    """Wait for a signal to end the process; returns whether one came in time."""
    try:
        return stop.get(timeout=seconds)
    except queue.Empty:
        return False


def make_server(given, settings, is_demo, is_test):
    given["port"] = settings.port
    if is_test:
        return make_test_server(given, settings.host, "demo" if is_demo else None)
    if is_demo:
        from kitsulite.demo.server import DemoServer

        return DemoServer(given.pop("data_dir", None), **given)
    return make_studio_server(given, settings)


def make_studio_server(given, settings):
    # started before the import: hashing the password of a new studio takes as long as loading the server
    is_first_start = is_new(Path(settings.data_dir).expanduser())
    password_hash = passwords.PendingHash(settings.admin_password) if is_first_start else None
    from kitsulite.server import BaseServer

    return BaseServer(password_hash=password_hash, **{**given, "data_dir": settings.data_dir})


def make_test_server(given, host, seed):
    """A server that tests control, throw-away unless a folder is given."""
    from kitsulite.testing.control import LOCAL
    from kitsulite.testing.server import Server

    if host not in LOCAL:
        raise SetupError("--test: anyone who can reach this server can empty it, so --host must be 127.0.0.1.")
    return Server(given.pop("data_dir", None), seed=seed, control=True, **given)


def keep_uploads_in_data_folder(app):
    """Put temporary files on the disk of the data folder, where uploads will be stored."""
    folder = Path(app.settings.tmp_dir or app.folder / "tmp").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)


def show(server, settings, is_demo):
    """Print what to do next; returns the address to open."""
    for address in server.app.addresses[1:]:
        print(f"On the network: {address}", flush=True)
    if is_demo:
        print(f"A demo studio: open {server.url} and choose a person to sign in as.", flush=True)
        return server.url
    if server.admin_password:
        show_administrator(server, settings)
        link = f"{server.url}/kitsulite/#/start/{server.first_start_token()}"
        print(f"Set it up in the browser, with a link that works once and for 15 minutes:\n  {link}", flush=True)
        return link
    if settings.admin_password:
        print(
            f"The studio existed before: {settings.admin_email} keeps the password set then. To change it:"
            f" kitsulite user reset-password {settings.admin_email} --data-dir {settings.data_dir}",
            flush=True,
        )
    return server.url


def show_administrator(server, settings):
    password = "as you set it" if settings.admin_password else f"{server.admin_password} (shown only once)"
    print(f"Administrator: {server.admin_email}, password: {password}", flush=True)
