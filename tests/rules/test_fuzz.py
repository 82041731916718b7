"""Random odd requests to every route: none causes a server error."""

import json
import random
from urllib.parse import quote

import pytest
from rules.calls import Filled, by_subject, routes
from rules.test_bad_input import INSIDES

#: for each route, which is nearly six thousand together
CALLS = 7
NUMBERS = (10**400, -(10**30), 2**31, 2**63, 0, -1, 1e308, -0.5, 5e-324, float("inf"))
TEXTS = (
    *("", "\0", "٣", "²", "e\u0301", "\u202e", "a" * 5000, "true", "None", "[]", "2026-02-30", "..", "%"),
    *("\ufeff", "\ud7ff", "\U0010ffff", "\x7f", "\r\n", "&=#?", "'\"<>", "-0", "1e9", "2026-W01"),
)
#: first and last character of what texts are made of
ALPHABETS = ((" ", "~"), ("\0", "ÿ"), ("\u0300", "\u05ff"), ("一", "龥"), ("\U0001f300", "\U0001faff"))
RANGES = ("bytes=²-³", "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=9999999999999999999-", "x", "bytes=0-1,3-4")
HEADERS = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT", "HTTP_COOKIE", "HTTP_USER_AGENT")
CHARSETS = ("utf-8", "rot13", "zlib", "utf-16", "idna", "latin-1", "none")


class Odd(random.Random):
    """Odd values, the same ones for the same seed."""

    def text(self):
        if self.random() < 0.5:
            return self.choice(TEXTS)
        first, last = map(ord, self.choice(ALPHABETS))
        return "".join(chr(self.randint(first, last)) for _ in range(self.randrange(30)))

    def value(self, depth=0):
        kind = self.randrange(6 if depth > 2 else 8)
        if kind < 2:
            return self.choice((None, True, False))
        if kind < 4:
            return self.choice((self.choice(NUMBERS), self.randint(-(2**40), 2**40), self.uniform(-1e6, 1e6)))
        if kind < 6:
            return self.text()
        if kind == 6:
            return [self.value(depth + 1) for _ in range(self.randrange(4))]
        return {self.text(): self.value(depth + 1) for _ in range(self.randrange(4))}

    def some(self, names):
        return self.sample(sorted(names), min(len(names), self.randrange(4)))

    def part(self):
        """A part of a form."""
        name, value = self.choice(("file", "a")), self.text()
        head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{value[:9]}"'
        head += f"\r\nContent-Type: text/plain; charset={self.choice(CHARSETS)}"
        return f"{head}\r\n\r\n{value}\r\n".encode("utf-8", "replace")

    def body(self, filled, route, names):
        """(body, content type)"""
        kind = self.choice(("json", "json", "list", "form", "parts"))
        if kind == "parts":
            made = b"".join(self.part() for _ in range(self.randrange(3)))
            return made + b"--x--\r\n", "multipart/form-data; boundary=x"
        if kind == "form":
            form = "&".join(f"{quote(self.choice(names))}={quote(self.text())}" for _ in range(3))
            return form.encode(), "application/x-www-form-urlencoded"
        fields = {**filled.body(route), **{name: self.value() for name in self.some(filled.names(route))}}
        value = fields if kind == "json" else self.choice(([fields], self.value()))
        return json.dumps(value).encode(), "application/json"

    def request(self, filled, route):
        """(path, query, body, content type, headers)"""
        odd = {name: quote(self.text() or "x", safe="") for name in self.some(filled.parameters(route))}
        names = [*filled.names(route), "page", "limit", "relations", "project_id", self.text()]
        query = "&".join(f"{quote(self.choice(names))}={quote(self.text())}" for _ in range(self.randrange(4)))
        headers = {name: self.text() for name in self.some(HEADERS)}
        if self.random() < 0.3:
            headers["HTTP_RANGE"] = self.choice(RANGES)
        return filled.path(route, **odd), query, *self.body(filled, route, names), headers


@pytest.fixture(scope="module")
def filled(application):
    return Filled(application)


@pytest.mark.parametrize("group", by_subject(routes("GET", "POST", "PUT", "DELETE")))
def test_no_request_is_an_error_of_the_server(filled, group):
    problems = []
    for route in group:
        filled.reset()
        odd = Odd(str(route))
        for _ in range(CALLS):
            path, query, body, content_type, headers = odd.request(filled, route)
            answer = filled.send(route.method, path, query, body, content_type, **headers)
            if answer.status >= 500 or (answer.status >= 400 and INSIDES.search(answer.content.decode())):
                asked = f"{route.method} {path[:200]} ?{query[:200]} {body[:300]} {headers}"
                problems.append(f"{asked}: {answer.status} {answer.content[:300]}")
    assert not problems, "\n".join(problems[:20])
