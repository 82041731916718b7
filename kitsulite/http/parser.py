"""A request as it comes in."""

import functools

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import Error, RequestEntityTooLarge

from kitsulite.errors import NO_SPACE, DiskFull

#: most bytes of a body of callers who show no token; guests of a shared playlist have theirs in the path
STRANGERS_MOST = 1 << 20
GUESTS = ("/shared/", "/api/shared/")
#: most bytes of header lines that are remembered
MOST_REMEMBERED = 4096


class NoRoom(Error):
    code, reason = 507, "Insufficient Storage"


class Parser(HTTPRequestParser):
    """Strangers cannot fill the disk with bodies that nobody has asked for; one that finds no room is refused."""

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
            if size > STRANGERS_MOST and not (self.shows_token or self.error or self.path.startswith(GUESTS)):
                self.error = RequestEntityTooLarge(f"without a token at most {STRANGERS_MOST} bytes are taken")
                self.completed = True
        return consumed

    def parse_header(self, header_plus):
        """Read a head. Clients send the same header lines with every request: these are read once."""
        first_line, line_end, lines = header_plus.partition(b"\r\n")
        if line_end and len(lines) <= MOST_REMEMBERED:
            self.headers = dict(read_lines(lines, self.adj))
            header_plus = first_line + line_end
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # a proxy that believes the other one sees two requests in it
            raise ParsingError("A body has either a Content-Length or a Transfer-Encoding.")


@functools.lru_cache(maxsize=256)
def read_lines(lines, adj):
    """The headers of these lines. Not to be changed by callers."""
    parser = HTTPRequestParser(adj)
    parser.parse_header(b"GET / HTTP/1.0\r\n" + lines)
    return parser.headers
