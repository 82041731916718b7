"""A request: query, form, files and JSON, parsed on demand in the ways that clients rely on."""

import contextlib
import functools
import json
import math
import zlib
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import bottle
import multipart

from kitsulite.aside import aside
from kitsulite.errors import ApiError, BadParameter, Refused, TooLarge, WrongContentType
from kitsulite.models.fields import BIGGEST_INTEGER, NO, YES, is_id

MISSING = object()
#: key in the WSGI environment: the answer contains a secret
SECRET = "kitsulite.secret"  # noqa: S105
MOST_PARTS = 1000
#: bytes of a form from which on it is stored on the disk first
BIG = 1 << 20
#: most bytes of a JSON body by default, and without a token
MOST_JSON, MOST_PUBLIC_JSON = 8 << 20, 64 << 10
#: most lists and objects per megabyte of JSON: in memory, each takes many times its two characters
MOST_CONTAINERS = 60_000
#: most nested levels of a JSON body; SQLite reads up to 1000
DEEPEST = 200


class lazy:  # noqa: N801
    """A property that is computed once; `functools.cached_property` takes a lock each time up to Python 3.11."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make, self.__doc__ = make, make.__doc__

    def __get__(self, owner: Any, kind: type) -> Any:
        found = owner.__dict__[self.make.__name__] = self.make(owner)
        return found


class Request(bottle.BaseRequest):
    """Bottle's request, with its own parsing of bodies: Bottle stops at 100 KiB and accepts malformed ones."""

    def __init__(self, environ: dict[str, Any], settings: Any, most_json: int = MOST_JSON) -> None:
        """`most_json`: most bytes of a JSON body, and of the fields of a form."""
        super().__init__(environ)
        # past Bottle, which keeps attributes of a request in the environment
        self.__dict__["settings"] = settings
        self.__dict__["most_json"] = most_json
        if self.length > settings.max_content_length > 0:
            raise TooLarge(f"The body is over the limit of {settings.max_content_length} bytes.")

    @property
    def length(self) -> int:
        """The size of the body in bytes, as declared by the client."""
        text = self.environ.get("CONTENT_LENGTH") or "0"
        return int(text) if text.isascii() and text.isdigit() else 0

    def header(self, name: str, default: Any = "") -> str:
        return self.environ.get(key_of(name), default)

    @property
    def path(self) -> str:
        """The path without prefix and final slash."""
        return self.environ["PATH_INFO"]

    @property
    def content_type(self) -> str:
        return self.environ.get("CONTENT_TYPE", "")

    @property
    def is_json(self) -> bool:
        kind = self.content_type.partition(";")[0].strip().lower()
        return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))

    def answers_secret(self) -> None:
        """Note that the answer will contain a secret, so that it is not compressed."""
        self.environ[SECRET] = True

    @lazy
    def cookies(self) -> dict[str, str]:
        """Cookies by name; unlike in the standard library, a malformed one does not hide the others."""
        header = self.header("Cookie")
        if not header:
            return {}
        pairs = (part.strip().partition("=") for part in header.split(";"))
        return {name: value.strip('"') for name, _, value in pairs if name}

    @lazy
    def query_items(self) -> list[tuple[str, str]]:
        """All query parameters in order; raises BadParameter for more than MOST_PARTS."""
        text = self.environ.get("QUERY_STRING", "")
        if not text:
            return []
        text = text.encode("latin-1").decode("utf-8", "replace")
        try:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARTS)
        except ValueError:
            raise BadParameter(f"There are more than {MOST_PARTS} query parameters.") from None

    @lazy
    def query(self) -> dict[str, str]:
        """The query parameters; if one is repeated, the first counts."""
        return first_of(self.query_items)

    def flag(self, name: str) -> bool:
        """A boolean in the query: true only if its text is `true` (in any case)."""
        return self.query.get(name, "").lower() == "true"

    def integer(self, name: str, default: Any = None) -> Any:
        """An integer (32 bits) in the query; raises BadParameter for other text."""
        text = self.query.get(name)
        if text is None:
            return default
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or abs(number) > BIGGEST_INTEGER:
            raise BadParameter(f"{name} must be an integer.")
        return number

    # The body

    @lazy
    def _raw(self) -> bytes:
        limit = self.most_json
        if self.length > limit:
            raise TooLarge(f"The JSON body is over the limit of {limit} bytes.")
        return self.environ["wsgi.input"].read(self.length)

    @lazy
    def _parts(self) -> tuple[multipart.MultiDict, multipart.MultiDict]:
        kind = self.content_type.partition(";")[0].strip().lower()
        if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
            return multipart.MultiDict(), multipart.MultiDict()
        limit = self.most_json
        try:
            with aside() if self.length > BIG else contextlib.nullcontext():
                fields, parts = multipart.parse_form_data(
                    self.environ, ignore_errors=False, part_limit=MOST_PARTS, memory_limit=limit
                )
            files = multipart.MultiDict()
            for name, part in parts.iterallitems():
                if part.filename:
                    files.append(name, part)
                elif part.size <= limit:
                    fields.append(name, part.value)
                else:
                    raise TooLarge(f"A field of the form is over the limit of {limit} bytes.")
        # a codec that is not for text is a LookupError or, as `zlib`, raises its own error
        except (multipart.MultipartError, UnicodeError, LookupError, ValueError, zlib.error) as error:
            raise BadParameter(f"The form of the body cannot be read: {error}") from None
        return fields, files

    @lazy
    def form_items(self) -> list[tuple[str, str]]:
        return [(name, text(value)) for name, value in self._parts[0].iterallitems()]

    @lazy
    def form(self) -> dict[str, str]:
        """The form fields; if one is repeated, the first counts."""
        return first_of(self.form_items)

    @property
    def files(self) -> list[tuple[str, Any]]:
        """All uploaded files with their field names, which may be repeated."""
        return list(self._parts[1].iterallitems())

    @property
    def uploads(self) -> list[Any]:
        """All uploaded files, in the order in which they were sent."""
        return [part for _, part in self.files]

    def file(self, name: str = "file") -> Any:
        """The (first) uploaded file of a field; raises BadParameter if there is none."""
        part = self._parts[1].get(name, index=0)
        if part is None:
            raise BadParameter("File not provided.")
        return part

    def read(self) -> None:
        """Read the whole body now, so that nothing waits for the network later."""
        if self.form_items is None or self.is_json:
            self._raw  # noqa: B018

    @lazy
    def json(self) -> Any:
        """The JSON of the body, or MISSING if it has none or invalid JSON."""
        try:
            return parse_json(self._raw) if self.is_json else MISSING
        except (ValueError, RecursionError):
            return MISSING

    @property
    def loose_json(self) -> Any:
        """The JSON of the body; null and invalid JSON count as none."""
        return None if self.json is MISSING else self.json

    def strict_json(self) -> Any:
        """The JSON of the body; refuses anything else."""
        if not self.is_json:
            raise WrongContentType("Did not attempt to load JSON data because the Content-Type is not JSON.")
        if self.json is MISSING:
            raise Refused("The browser (or proxy) sent a request that this server could not understand.")
        if self.json is None:
            raise BadParameter("Data are empty. Please verify that you sent JSON data.")
        return self.json

    def json_object(self) -> dict[str, Any]:
        """The JSON object in the body; refuses anything else."""
        body = self.strict_json()
        if not isinstance(body, dict):
            raise BadParameter("A JSON object is expected.")
        return body

    def json_list(self, refusal: type[ApiError] = Refused) -> list[Any]:
        """The JSON list in the body; refuses anything else."""
        return checked_list(self.strict_json(), refusal)

    def id_list(self, optional: bool = False) -> Any:
        """The list of ids in the body; if it is `optional`, None for an empty body."""
        body = self.loose_json
        if optional and (body is None or body == {}):
            return None
        if not all(map(is_id, checked_list(body, BadParameter))):
            raise BadParameter("Request body must only contain valid UUIDs.")
        return [row_id.lower() for row_id in body]

    def fields(self) -> Any:
        """The fields to validate: the JSON, else form fields and query together."""
        if self.json is not MISSING and self.json is not None:
            return self.json
        found = first_of([*self.query_items, *self.form_items])
        if any("\0" in value for value in found.values()):
            raise BadParameter("A field of the form holds a NUL character.")
        return found

    def argument(self, name: str, default: Any = None) -> Any:
        """A named parameter: query or form first, then the JSON object."""
        for source in (self.query, self.form, self.loose_json):
            if isinstance(source, dict) and name in source:
                return source[name]
        return default

    def arguments(self, name: str) -> list[Any]:
        """All values of a repeatable parameter, as a list."""
        found = [value for key, value in [*self.query_items, *self.form_items] if key == name]
        if not found and isinstance(self.loose_json, dict) and name in self.loose_json:
            value = self.loose_json[name]
            found = value if isinstance(value, list) else [value]
        return found


@functools.cache
def key_of(name: str) -> str:
    """The key of a header in a WSGI environment."""
    return "HTTP_" + name.upper().replace("-", "_")


def checked_list(body: Any, refusal: type[ApiError]) -> list[Any]:
    if not isinstance(body, list):
        raise refusal("Request body must be a JSON array.")
    return body


def first_of(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        found.setdefault(name, value)
    return found


def text(value: Any) -> str:
    return value if isinstance(value, str) else value.value


def parse_json(raw: bytes) -> Any:
    """Parse JSON that can be stored and read again: no NaN, no lone surrogates, no NUL characters, no deep nesting."""
    containers = raw.count(b"[") + raw.count(b"{")
    if containers > max(1, len(raw) >> 20) * MOST_CONTAINERS:
        raise BadParameter("The body holds too many lists and objects for its size.")
    value = json.loads(raw, parse_constant=refuse_constant, parse_float=finite)
    if containers > DEEPEST:
        check_depth(value)
    if b"\\u" in raw:
        check_text(value)
    return value


def refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def finite(text: str) -> float:
    number = float(text)
    if number in (math.inf, -math.inf):
        raise ValueError(f"{text} is too large")
    return number


def check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for item in level for inner in children(item)]
        if not level:
            return
    raise ValueError("nested too deeply")


def children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def check_text(value: Any) -> None:
    if isinstance(value, str):
        value.encode("utf-8")
        if "\0" in value:
            raise ValueError("NUL character")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            check_text(item)
    elif isinstance(value, list):
        for item in value:
            check_text(item)


def boolean(word: Any) -> bool | None:
    """The boolean that a word of clients stands for, or None."""
    word = str(word).strip().lower()
    return True if word in YES else False if word in NO else None
