"""A running server: an application behind waitress, in a thread of its own.

`kitsulite serve` runs it; `kitsulite.Server` adds what tests need (see `testing/server.py`).
"""

import functools
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from kitsulite.settings.given import Given

from kitsulite import ZOU_VERSION, __version__, heap, hosts
from kitsulite import settings as settings_table
from kitsulite.application import Application
from kitsulite.auth import passwords, tokens
from kitsulite.client import Client
from kitsulite.context import Context
from kitsulite.domain.server import first_start
from kitsulite.domain.sign_in import accounts
from kitsulite.errors import SetupError
from kitsulite.http import Http
from kitsulite.store.database import Database
from kitsulite.store.folder import ServerLock, already_running, is_new, open_folder, running_server
from kitsulite.web import known_hosts
from kitsulite.web.observer import Observer, log_exchange

#: cost of password hashes in a throw-away studio, where they protect nothing
THROW_AWAY_COST = 2
NOT_RUNNING = "This server is not running: call start(), or use it in a `with` block."
Self = TypeVar("Self", bound="BaseServer")


class BaseServer:
    """A Kitsu API that listens; `start()` and `stop()`, or a `with` block.

    Other arguments are settings; by default the port is any free one. Without `data_dir`, the studio is in a
    temporary folder that is removed at the end: it takes no settings from the environment, its commits do not wait
    for the disk, and its passwords are hashed fast. `password_hash` is the hash of a new administrator's password,
    if it is already being computed.

    `url`             where it listens, `http://127.0.0.1:12345`
    `api_url`         the same with `/api`: what Kitsu clients call the host
    `admin_email`     email address of the first administrator
    `admin_password`  their password; None if the studio existed before
    `app`             the WSGI application, with `db`, `settings` and `folder`
    """

    url: str
    api_url: str
    admin_email: str
    admin_password: str | None

    def __init__(
        self,
        data_dir: "str | os.PathLike[str] | None" = None,
        *,
        password_hash: passwords.PendingHash | None = None,
        **settings: "Unpack[Given]",
    ) -> None:
        self._temporary = data_dir is None
        self._listens = True
        self._password_hash = password_hash
        self._given: dict[str, Any] = {"port": 0, "data_dir": data_dir, **settings}
        if self._temporary:
            # tests must not reach the mail server of the studio, nor know its keys
            self._given = {"synchronous": "OFF", "backup_every": 0, **self._given, "environ": {}}
        self._app: Application | None = None
        self._http: Http | None = None
        self._lock: ServerLock | None = None

    @property
    def app(self) -> Application:
        """The application; raises SetupError if the server is not running."""
        if self._app is None:
            raise SetupError(NOT_RUNNING)
        return self._app

    def __getattr__(self, name: str) -> Any:
        if name in BaseServer.__annotations__:
            raise SetupError(NOT_RUNNING)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def start(self: Self) -> Self:
        """Start to listen and answer requests, and return itself; raises SetupError if it cannot."""
        if self._temporary:
            self._given["data_dir"] = tempfile.mkdtemp(prefix="kitsulite-")
        try:
            self._open()
        except BaseException:
            self.stop()
            raise
        return self

    def _open(self) -> None:
        settings = settings_table.load(**self._given)
        folder = Path(settings.data_dir).expanduser()
        if running_server(folder):
            raise SetupError(already_running(folder))
        listener = listen(settings.host, settings.port) if self._listens else None
        try:
            self._lock = ServerLock(open_folder(folder))
            self._lock.acquire()
            if is_new(folder) and not (self._temporary or self._password_hash):
                self._password_hash = passwords.PendingHash(settings.admin_password)
            self._app = Application(after_crash=self._lock.was_killed, is_server=True, **self._given)
            self._app.password_cost = THROW_AWAY_COST if self._temporary else None
            self._set_addresses(settings.host, listener)
            self._prepare_studio()
            self._app.resume()
            # a thread may end after the server, which then has no application
            end_thread = functools.partial(release, self._app.db)
            self._http = Http(self.wsgi, settings, listener, end_thread) if listener else None
            self._lock.describe(self.url)
        except BaseException:
            if listener:
                listener.close()
            raise

    def _set_addresses(self, host: str, listener: socket.socket | None) -> None:
        """Set where this server is reached, and which host names it answers to."""
        self.url = url_of(host, listener.getsockname()[1]) if listener else "http://kitsulite.test"
        self.api_url = self.url + "/api"
        self.app.addresses = addresses_of(host, self.url)
        self.app.names_itself = self.app.settings.domain_name == settings_table.BY_NAME["domain_name"].default
        if self.app.names_itself:
            self.app.settings.domain_name = self.app.addresses[-1].partition("://")[2]
        self.app.hosts = known_hosts.names(self.app.settings) if listener else None

    def _prepare_studio(self) -> None:
        """Create the administrator and the content of a new studio."""
        self.app.create_administrator(self._password_hash)
        self.admin_email, self.admin_password = self.app.admin_email, self.app.admin_password
        if self.app.is_new:
            self._furnish()

    def _furnish(self) -> None:
        """Fill a new studio before the first request is answered; for subclasses."""

    @property
    def wsgi(self) -> Any:
        """The WSGI application that answers requests."""
        return Observer(self.app, log_exchange) if self.app.settings.log_requests else self.app

    def stop(self) -> None:
        """Finish the current requests, close port and database, and remove a temporary folder."""
        is_over = True
        if self._http and self._app:
            self._app.hang_up()
            is_over = self._http.stop()
        if self._app:
            self._app.close(is_over)
        if self._lock:
            self._lock.release()
        if self._temporary:
            shutil.rmtree(self._given["data_dir"], ignore_errors=True)
        self._app = self._http = self._lock = None

    def tokens(self, email: str | None = None) -> dict[str, str]:
        """The tokens that a login of this person returns, by default of the administrator; no password is needed."""
        person = accounts.by_email(Context(self.app), email or self.admin_email)
        access, refresh = tokens.pair(self.app.settings, person["id"])
        return {"access_token": access, "refresh_token": refresh}

    def token(self, email: str | None = None) -> str:
        """An access token of this person, by default of the administrator."""
        return self.tokens(email)["access_token"]

    def first_start_token(self) -> str:
        """A token for setting up the studio in a browser, valid once and for some minutes."""
        return first_start.make_token(Context(self.app))

    def client(self, email: str | None = None) -> Client:
        """A client of the API for this person, by default the administrator."""
        return Client(self.api_url, self.token(email))

    @property
    def api(self) -> Client:
        """A client of the API for the administrator."""
        return self.client()

    def __enter__(self: Self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def __str__(self) -> str:
        folder = Path(self.app.folder).resolve()
        return f"kitsulite {__version__} on {self.url} speaks the API of Zou {ZOU_VERSION}, data in {folder}"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises SetupError if the address or port cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.getaddrinfo(host, port, family)
        return socket.create_server((host, port), family=family, backlog=1024)
    except socket.gaierror:
        raise SetupError(f"--host {host} is not an address of this machine: try 127.0.0.1 or 0.0.0.0.") from None
    except PermissionError:
        raise SetupError(f"Port {port} is reserved: choose one above 1023 with --port.") from None
    except OSError as error:
        raise SetupError(
            f"Port {port} on {host} cannot be opened ({os.strerror(error.errno) if error.errno else error}): "
            "stop what uses it, choose another with --port, or take any free one with --port 0."
        ) from None


def release(database: Database) -> None:
    """Return what a request thread holds, before it ends."""
    database.release()
    heap.give_back()


def addresses_of(host: str, url: str) -> list[str]:
    """The URLs of a server that listens on a host: for this machine, then for its network if it listens to that."""
    if host not in ("0.0.0.0", "::", ""):  # noqa: S104
        return [url]
    address = hosts.network_address()
    return [url, f"http://{address}:{url.rpartition(':')[2]}"] if address else [url]


def url_of(host: str, port: int) -> str:
    """The URL under which this machine reaches a server that listens on a host and port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"
