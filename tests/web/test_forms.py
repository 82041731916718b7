"""Forms that no browser sends."""

import pytest


def part(content, disposition):
    return b"--line\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + content + b"\r\n"


def send(scene, *parts, path=None):
    """Attach what a raw form holds to a comment; `Content-Disposition` is written as it is."""
    api = scene.api()
    return api._app.request(
        "/api" + (path or scene.path() + "/add-attachment"),
        method="POST",
        body=b"".join(parts) + b"--line--\r\n",
        headers={**api._headers, "Content-Type": "multipart/form-data; boundary=line"},
        expect_errors=True,
    )


def test_a_long_text_is_a_field_and_no_file(scene):
    long = b"x" * 100_000
    answer = send(scene, part(long, b'name="file"'), part(b"content", b'name="a"; filename="a.txt"'))
    assert [file["name"] for file in answer.json] == ["a.txt"]


def test_a_file_without_a_name_is_none(studio, scene):
    preview = studio.preview(scene.task)
    for named in (b"", b'; filename=""'):
        for content in (b"short", b"x" * 100_000):
            answer = send(scene, part(content, b'name="file"' + named), path=f"/pictures/preview-files/{preview['id']}")
            assert (answer.status_int, answer.json["message"]) == (400, "File not provided.")


def test_a_text_over_the_limit_is_refused(studio, scene, set_up):
    set_up(max_json_length=100_000)
    assert send(scene, part(b"x" * 200_000, b'name="file"')).status_int == 413


@pytest.mark.parametrize(
    "body",
    [
        part(b"\xff\xfe", b'name="file"'),
        part(b"x", b'name="file"; filename="\xff.png"'),
        part(b"\xff" * 100_000, b'name="file"'),
        b"no form",
        b"--line\r\n\r\n",
    ],
)
def test_a_form_that_cannot_be_read_is_refused(scene, body):
    assert send(scene, body).status_int == 400


def test_a_nul_is_refused_in_a_text_and_left_out_of_a_name(scene):
    reply = f"/data/tasks/{scene.task['id']}/comments/{scene.comment['id']}/reply"
    assert send(scene, part(b"a\0b", b'name="text"'), path=reply).status_int == 400
    (file,) = send(scene, part(b"content", b'name="a"; filename="a\0b.txt"')).json
    assert file["name"] == "ab.txt"
