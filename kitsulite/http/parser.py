"""Parses incoming requests."""

import functools
import re

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import Error, RequestEntityTooLarge

from kitsulite.errors import NO_SPACE, DiskFull

#: most bytes of a body without a token in the headers; guests of a shared playlist have theirs in the path
MOST_WITHOUT_TOKEN = 1 << 20
GUESTS = ("/shared/", "/api/shared/")
#: most bytes of header lines that are cached
MOST_REMEMBERED = 4096
#: the usual first lines, in which nothing has to be decoded
PLAIN = re.compile(rb"([A-Z]+) ((/(?!/)[!-\"$&->@-~]*)(?:\?([!-\"$-~]*))?) HTTP/(1\.[01])")
#: headers of requests that may have a body
MORE_FOLLOWS = frozenset({"CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT"})


class NoRoom(Error):
    code, reason = 507, "Insufficient Storage"


class Parser(HTTPRequestParser):
    """Refuses large bodies without a token, so that nobody fills the disk with them, and bodies that find no space."""

    shows_token = False

    def received(self, data):
        try:
            consumed = super().received(data)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self.error, self.completed = NoRoom(str(DiskFull())), True
            return len(data)
        if self.body_rcv is not None:
            self.shows_token = "AUTHORIZATION" in self.headers or "COOKIE" in self.headers
            size = max(self.content_length, self.body_bytes_received)
            if size > MOST_WITHOUT_TOKEN and not (self.shows_token or self.error or self.path.startswith(GUESTS)):
                self.error = RequestEntityTooLarge(f"without a token at most {MOST_WITHOUT_TOKEN} bytes are taken")
                self.completed = True
        return consumed

    def parse_header(self, header_plus):
        """Parse a head. Clients send the same header lines with every request, so parsed ones are cached."""
        first_line, line_end, lines = header_plus.partition(b"\r\n")
        if line_end and len(lines) <= MOST_REMEMBERED:
            self.headers = dict(read_lines(lines, self.adj))
            plain = PLAIN.fullmatch(first_line)
            if plain and self.headers.keys().isdisjoint(MORE_FOLLOWS):
                self.take_first_line(plain)
                return
            header_plus = first_line + line_end
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("The address or the length of the request cannot be read.") from None
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # a proxy that believes the other header would see two requests
            raise ParsingError("A body has either a Content-Length or a Transfer-Encoding.")

    def take_first_line(self, line):
        """Set the values from a usual first line."""
        command, uri, path, query, version = line.groups(b"")
        self.command, self.version = command.decode(), version.decode()
        self.request_uri, self.path, self.query = uri.decode(), path.decode(), query.decode()
        self.url_scheme = self.adj.url_scheme


@functools.lru_cache(maxsize=256)
def read_lines(lines, adj):
    """The headers in these lines; callers must not modify them."""
    parser = HTTPRequestParser(adj)
    parser.parse_header(b"GET / HTTP/1.0\r\n" + lines)
    return parser.headers
