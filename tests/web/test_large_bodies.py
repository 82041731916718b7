"""What one body may cost: its size, and what it becomes in memory."""

import pytest

from kitsulite.web.request import MOST_JSON, MOST_PUBLIC_JSON


def test_strangers_send_little(studio):
    answer = studio.nobody.post("/auth/login", {"email": "a@b.c", "password": "x" * MOST_PUBLIC_JSON})
    assert (answer.status_int, str(MOST_PUBLIC_JSON) in answer.json["message"]) == (413, True)


def test_strangers_cannot_send_much_as_a_form_either(studio):
    answer = studio.nobody._app.post("/api/auth/login", {"email": "x" * MOST_PUBLIC_JSON}, expect_errors=True)
    assert answer.status_int in (400, 413)


def test_a_body_of_a_person_has_eight_megabytes(studio, admin):
    large = {"name": "x" * MOST_JSON}
    answer = admin.post("/data/projects", large)
    assert answer.status_int == 413
    assert str(MOST_JSON) in answer.json["message"]
    assert admin.post("/data/projects", {"name": "P", "description": "x" * (MOST_JSON // 2)}).status_int == 201


def test_imports_have_more(studio, admin):
    row = {"id": "not an id", "description": "x" * MOST_JSON}
    assert admin.post("/import/kitsu/projects", [row]).status_int != 413


@pytest.mark.parametrize("piece", ["[],", '{"a":[]},', "{},"])
def test_a_body_of_nothing_but_lists_is_refused_before_it_is_read(admin, piece):
    answer = admin.send("POST", "/data/projects", "[" + piece * 400_000 + "0]")
    assert (answer.status_int, "too many lists" in answer.json["message"]) == (400, True)


@pytest.mark.parametrize("charset", ["rot13", "zlib", "base64", "hex", "unknown", "utf-16", "idna", "x" * 300])
def test_a_part_of_an_odd_charset_is_refused(admin, project, charset):
    head = f'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset={charset}\r\n\r\n'
    body = f"{head}abc\r\n--x--\r\n"
    answer = admin.send("POST", f"/import/csv/projects/{project['id']}/assets", body, "multipart/form-data; boundary=x")
    assert 400 <= answer.status_int < 500


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "-" + "9" * 400, "1e400", "1" * 400 + ".5"])
def test_numbers_of_any_length_are_refused(admin, project, number):
    body = f'{{"name": "P", "nb_episodes": {number}, "man_days": {number}}}'
    assert admin.send("POST", "/data/projects", body).status_int == 400
    assert admin.get(f"/data/tasks?project_id={project['id']}&page={number}").status_int < 500
