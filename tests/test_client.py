"""The small client: how it reads an answer, and that it closes what it has read."""

from wsgiref.headers import Headers

import pytest

from kitsulite.client import Answer, Client


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"message": "Wrong", "data": {"name": "missing"}}', 'Wrong {"name": "missing"}'),
        (b'{"msg": "No token"}', "No token"),
        (b"{}", ""),
        (b"[1, 2]", ""),
        (b"<html>Bad Gateway \xff", "<html>Bad Gateway \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_the_message_of_a_refusal_is_read_whatever_its_form(content, message):
    assert Answer(502, Headers([]), content).message == message
    assert Answer(200, Headers([]), content).message == ""


class Pieces(list):
    is_closed = False

    def close(self):
        self.is_closed = True


def test_an_application_is_called_without_a_socket_and_its_answer_closed():
    pieces, asked = Pieces([b"[1,", b"2]"]), {}

    def app(environ, start_response):
        asked.update(environ)
        start_response("200 OK", [("X-Name", "value")])
        return pieces

    answer = Client("http://studio:8080/api", "token", app).get("/data/é", a=1)
    assert (answer.json, answer.headers["x-name"], repr(answer)) == ([1, 2], "value", "<Answer 200: [1,2]>")
    assert (asked["PATH_INFO"], asked["QUERY_STRING"]) == ("/api/data/é".encode().decode("latin-1"), "a=1")
    assert (asked["HTTP_AUTHORIZATION"], asked["SERVER_PORT"]) == ("Bearer token", "8080")
    assert pieces.is_closed
