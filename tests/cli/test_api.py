"""The API from the command line."""

import json


def test_one_answer_without_a_port(kitsulite_command):
    code, out, _ = kitsulite_command("get", "/data/persons")
    assert code == 0
    assert [row["email"] for row in json.loads(out)] == ["boss@studio.com"]


def test_the_prefix_and_a_query_are_understood(kitsulite_command):
    _, out, _ = kitsulite_command("get", "/api/data/departments?name=Anim%")
    assert [row["name"] for row in json.loads(out)] == ["Animation"]


def test_another_person_asks_with_their_own_rights(kitsulite_command):
    kitsulite_command("user", "create", "ann@studio.com")
    code, out, _ = kitsulite_command("get", "/data/events", "--as", "ann@studio.com")
    assert code == 1
    assert json.loads(out)["error"] is True


def test_routes_are_listed_with_who_may_call_them(kitsulite_command):
    code, out, _ = kitsulite_command("routes", "/data/projects/<project_id>/shots ")
    assert code == 0
    assert "POST   /data/projects/<project_id>/shots  (manager of the project)" in out.splitlines()


def test_what_is_no_json_comes_as_it_is(kitsulite_command):
    code, out, _ = kitsulite_command("get", "/docs")
    assert code == 0
    assert out.startswith("<!")
    assert out.endswith("</html>\n") or not out.endswith("\n\n")
