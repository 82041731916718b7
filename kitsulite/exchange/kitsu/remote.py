"""Client of another Kitsu server, over HTTP.

remote = Remote("https://kitsu.studio.com")
remote.sign_in("ann@studio.com", password)
for row in remote.rows("/data/tasks?relations=true"): ...
"""

import base64
import contextlib
import http.client
import json
import shutil
import ssl
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, unquote, urlsplit

from kitsulite.errors import NO_SPACE, DiskFull, SetupError
from kitsulite.exchange.kitsu import patience
from kitsulite.models.fields import new_id

Form = TypeVar("Form")
#: seconds until an answer must begin: listings of large productions are slow on any server
PATIENCE = 300
#: the same for the first request, which only asks for the version
FIRST_PATIENCE = 20
TRIES = 4
#: statuses of a server that is down or overloaded: another try may help
AWAY = (502, 503, 504, 429)
#: after a GET, an internal error may pass too; after a file or a row was sent, it will not
PASSING = (500, *AWAY)
#: not a browser: tokens come in answers, not in cookies
AGENT = "CGWire Gazu kitsulite"
CHUNK = 1 << 20
#: rows per page; a page costs a server almost the same however many rows it has
PAGE = 1000


class RemoteError(SetupError):
    """The other server refused a request, or answered nonsense."""

    def __init__(self, message: str, status: int = 0, body: Any = None) -> None:
        super().__init__(message)
        self.status, self.body = status, body


class NoAnswer(RemoteError):
    """The other server did not answer at all."""


class Remote:
    """`pause(seconds)` waits before another try; `report(text)` about slow requests and temporary failures."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        pause: Callable[[float], object] = time.sleep,
        report: Callable[[str], object] = lambda text: None,
    ) -> None:
        where = urlsplit(url if "//" in url else f"https://{url}")
        if where.scheme not in ("http", "https") or not where.hostname:
            raise SetupError(f"{url} is not the address of a server: it must begin with http:// or https://.")
        self.url, self.token, self.pause, self.report = url, token, pause, report
        self.where, self.prefix = where, where.path.rstrip("/")
        self.patience = PATIENCE
        self._connection: http.client.HTTPConnection | None = None

    # Signing in

    def find_api(self) -> None:
        """Find the path of the API; raises SetupError if there is none."""
        self.patience = FIRST_PATIENCE
        try:
            self.try_paths(self.prefix)
        finally:
            self.patience = PATIENCE
            self.hang_up()

    def try_paths(self, own: str) -> None:
        for prefix in dict.fromkeys((own, f"{own}/api")):
            self.prefix = prefix
            try:
                about = self.get("/")
            except NoAnswer:
                raise
            except RemoteError:
                continue
            if isinstance(about, dict) and "api" in about:
                return
        self.prefix = own
        raise SetupError(f"There is no Kitsu server at {self.url}.")

    def sign_in(self, email: str, password: str, ask_code: Callable[[str], str] | None = None, code: str = "") -> None:
        """Sign in; a second factor comes from `code`, or from `ask_code(name of the factor)`."""
        body = {"email": email, "password": password}
        answer = self.log_in(body)
        if answer.get("missing_OTP"):
            factor = self.chosen_factor(answer)
            if factor == "email_otp":
                self.get(f"/auth/email-otp?email={quote(email)}")
            code = code or (ask_code(factor) if ask_code else "")
            answer = self.log_in({**body, factor: code.strip()})
        if not answer.get("access_token"):
            raise SetupError(
                f"{self.url} does not let {email} in: {answer.get('message') or 'wrong email or password'}"
            )
        self.token = answer["access_token"]

    def chosen_factor(self, answer: dict[str, Any]) -> str:
        """The second factor to use: the preferred one, unless it is a security key, which needs no code."""
        enabled = answer.get("two_factor_authentication_enabled") or []
        preferred = answer.get("preferred_two_factor_authentication")
        typed = ("totp", "email_otp")
        return preferred if preferred in typed else next((name for name in typed if name in enabled), "recovery_code")

    def log_in(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return expected(self.post("/auth/login", body), dict, "/auth/login")
        except RemoteError as error:
            if error.status in (400, 401) and isinstance(error.body, dict):
                return error.body
            raise

    def caller(self) -> dict[str, Any]:
        """The person who is signed in; raises SetupError if the token is not accepted."""
        try:
            answer = expected(self.get("/auth/authenticated"), dict, "/auth/authenticated")
            return expected(answer.get("user"), dict, "/auth/authenticated")
        except RemoteError as error:
            if error.status in (401, 422):
                raise SetupError(f"{self.url} does not accept the token.") from None
            raise

    # JSON

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self.call("PUT", path, body)

    def rows(self, path: str) -> Iterator[Any]:
        """The rows on all pages of a listing; none if the other server does not have it."""
        mark = "&" if "?" in path else "?"
        page = 1
        while True:
            try:
                answer = self.get(f"{path}{mark}page={page}&limit={PAGE}")
            except RemoteError as error:
                if error.status in (404, 405):
                    return
                raise
            is_page = isinstance(answer, dict) and isinstance(answer.get("data"), list)
            rows = expected(answer["data"] if is_page else answer, list, path)
            yield from rows
            # some servers do not tell the number of pages
            if not is_page or not rows or page >= answer.get("nb_pages", page + 1):
                return
            page += 1

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer; raises RemoteError for a refusal."""
        data = None if body is None else json.dumps(body).encode()
        passing = PASSING if method == "GET" else AWAY
        with self.requested(method, path, data, "application/json", passing=passing) as answer:
            return self.parsed(f"{method} {path}", answer.read())

    def parsed(self, request: str, content: bytes) -> Any:
        """The value of JSON, None if there is no content."""
        try:
            return json.loads(content) if content else None
        except ValueError:
            start = content[:60].decode(errors="replace")
            raise RemoteError(f"{request}: the answer of {self.url} is not JSON, it begins with {start!r}.") from None

    # Files

    def download(self, path: str, folder: Path) -> Path | None:
        """Download a file into a folder; None if it does not exist or is empty."""
        file = folder / new_id()
        try:
            with self.requested("GET", path) as answer, open(file, "wb") as target:
                if answer.headers.get_content_type() == "text/html" and not path.endswith((".html", ".htm")):
                    raise RemoteError(f"GET {path}: a page came instead of a file", 200)
                shutil.copyfileobj(answer, target, CHUNK)
                # reading in pieces does not notice a closed connection
                if answer.length:
                    raise http.client.IncompleteRead(b"", answer.length)
        except RemoteError as error:
            if error.status in (400, 403, 404):
                return None
            raise
        return file if file.stat().st_size else None

    def upload(self, path: str, file: Path, name: str, **texts: str) -> Any:
        """Send a file and texts as a form; returns the JSON of the answer."""
        mark = new_id()
        shown = name.replace('"', "'").replace("\r", " ").replace("\n", " ")
        part = f"--{mark}\r\nContent-Disposition: form-data; name="
        fields = "".join(f'{part}"{key}"\r\n\r\n{text}\r\n' for key, text in texts.items())
        head = f'{fields}{part}"file"; filename="{shown}"\r\n\r\n'.encode()
        tail = f"\r\n--{mark}--\r\n".encode()
        length = len(head) + file.stat().st_size + len(tail)

        def pieces() -> Iterator[bytes]:
            yield head
            with open(file, "rb") as source:
                while piece := source.read(CHUNK):
                    yield piece
            yield tail

        kind = f"multipart/form-data; boundary={mark}"
        with self.requested("POST", path, pieces, kind, length) as answer:
            return self.parsed(f"POST {path}", answer.read())

    # Requests

    @contextlib.contextmanager
    def requested(
        self,
        method: str,
        path: str,
        data: Any = None,
        kind: str | None = None,
        length: int | None = None,
        passing: Collection[int] = AWAY,
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request, to be read inside the block; temporary failures are retried."""
        with patience.reported(self.report, f"{method} {path} of {self.url}"):
            answer = self.answer_to(method, path, data, kind, length, passing)
            try:
                self.refuse(f"{method} {path}", answer)
                yield answer
            except (OSError, http.client.HTTPException) as error:
                # the block may write what it reads to a file
                if getattr(error, "errno", None) in NO_SPACE:
                    raise DiskFull from None
                raise RemoteError(f"The connection to {self.url} broke off: {error or type(error).__name__}.") from None
            finally:
                # the unread rest would be taken for the next answer
                if not answer.isclosed():
                    self.hang_up()

    def answer_to(
        self, method: str, path: str, data: Any, kind: str | None, length: int | None, passing: Collection[int]
    ) -> http.client.HTTPResponse:
        tried = 0
        while True:
            tried += 1
            try:
                answer = self.send(method, path, data() if callable(data) else data, kind, length)
                if answer.status not in passing or tried == TRIES:
                    return answer
                answer.read()
                trouble = f"{answer.status} {answer.reason}"
            except ssl.SSLCertVerificationError as error:
                self.hang_up()
                raise SetupError(
                    f"The certificate of {self.url} is not trusted ({error.verify_message}):"
                    " set SSL_CERT_FILE to a file with that of its authority."
                ) from None
            except (OSError, http.client.HTTPException) as error:
                self.hang_up()
                trouble = str(error) or type(error).__name__
                if tried == TRIES:
                    raise NoAnswer(f"{self.url} does not answer: {trouble}.") from None
            self.report(f"{self.url} does not answer ({trouble}): asked again in {tried**2} s.")
            self.pause(tried**2)

    def refuse(self, request: str, answer: http.client.HTTPResponse) -> None:
        """Raise the error in an answer, if it is one."""
        if answer.status in AWAY:
            raise NoAnswer(f"{self.url} does not answer: {answer.status} {answer.reason}.")
        if answer.status >= 400:
            raise refusal(request, answer)
        if answer.status >= 300:
            raise SetupError(f"{self.url} redirects to {answer.headers['Location']}: use that address.")

    def send(self, method: str, path: str, data: Any, kind: str | None, length: int | None) -> http.client.HTTPResponse:
        headers = {"User-Agent": AGENT, "Accept": "*/*"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Content-Type": kind} if data is not None and kind else {}
        headers |= {"Content-Length": str(length)} if length is not None else {}
        connection = self._connection or self.connect()
        connection.request(method, self.prefix + path, data, headers)
        return connection.getresponse()

    def connect(self) -> http.client.HTTPConnection:
        host, port = self.where.hostname or "", self.where.port
        kind = http.client.HTTPSConnection if self.where.scheme == "https" else http.client.HTTPConnection
        proxy = proxy_for(host) if self.where.scheme == "https" else None
        if proxy:
            self._connection = kind(proxy.hostname or "", proxy.port, timeout=self.patience)
            self._connection.set_tunnel(host, port, credentials(proxy))
        else:
            self._connection = kind(host, port, timeout=self.patience)
        return self._connection

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection:
            self._connection.close()
            self._connection = None


def proxy_for(host: str) -> SplitResult | None:
    """The HTTPS proxy of this machine (`https_proxy`), None if a host is reached without one (`no_proxy`)."""
    address = urllib.request.getproxies().get("https", "")
    if not address or urllib.request.proxy_bypass(host):
        return None
    return urlsplit(address if "//" in address else f"http://{address}")


def credentials(proxy: SplitResult) -> dict[str, str]:
    """The header that shows a proxy the name and password in its address."""
    if not proxy.username:
        return {}
    shown = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(shown.encode()).decode()}"}


def expected(answer: Any, form: type[Form], path: str) -> Form:
    """Return an answer if it has the type that Kitsu servers use at a path, else raise RemoteError."""
    if not isinstance(answer, form):
        raise RemoteError(f"{path}: what came is not what a Kitsu server answers: {json.dumps(answer)[:60]}", 200)
    return answer


def refusal(request: str, answer: http.client.HTTPResponse) -> RemoteError:
    content = answer.read()
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    message = (body.get("message") or body.get("msg") or "") if isinstance(body, dict) else ""
    return RemoteError(f"{request}: {answer.status} {str(message)[:300]}".rstrip(), answer.status, body)
