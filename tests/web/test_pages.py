"""Pages for browsers: the built-in ones, and an interface that lies in a folder."""

import gzip
import re

import pytest
import webtest

from kitsulite.web.pages import BUILT_IN, Pages

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def app(studio):
    return webtest.TestApp(studio.app)


def get(app, path, headers=None, **more):
    return app.get(path, headers={**(headers or {}), **more}, expect_errors=True)


def compressed(app, path):
    """The body that a client gets that takes gzip, as it is sent: WebTest would unpack it."""
    environ = webtest.TestRequest.blank(path, headers={"Accept-Encoding": "gzip, br"}).environ
    sent = {}
    body = b"".join(app.app(environ, lambda status, headers, *_: sent.update(headers)))
    assert sent["Content-Encoding"] == "gzip"
    assert int(sent["Content-Length"]) == len(body)
    return body


@pytest.mark.parametrize("path", ["/", "/kitsulite", "/kitsulite/", "/reset-change-password?email=a&token=b", "/login"])
def test_browsers_get_a_page(app, path):
    answer = get(app, path, PAGE)
    assert answer.content_type == "text/html"
    assert "app.js" in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_everybody_else_gets_json(app, accept):
    for path in ("/", "/api", "/api/"):
        assert get(app, path, Accept=accept).json["api"] == "Zou"
    assert get(app, "/api/", PAGE).json["api"] == "Zou"
    assert get(app, "/reset-change-password", Accept=accept).status_int == 404


def test_other_paths_and_methods_are_those_of_the_api(app):
    assert get(app, "/data/projects", PAGE).status_int == 401
    assert get(app, "/nowhere", PAGE).content_type == "application/json"
    assert app.post("/", headers=PAGE, expect_errors=True).status_int == 405


def test_a_page_may_do_little_and_runs_no_inline_script(app):
    answer = get(app, "/", PAGE)
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for script in re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL):
        assert script == ""
    assert not re.search(r"<style|\son\w+=|\sstyle=", answer.text)


def test_all_pages_are_there_and_weigh_little(app):
    files = [file for file in BUILT_IN.iterdir() if file.is_file()]
    assert sum(len(file.read_bytes()) for file in files) < 200_000
    for file in files:
        answer = get(app, f"/kitsulite/pages/{file.name}")
        assert answer.body == file.read_bytes()
    for name in ("nothing.js", "..%2Fdocs%2Findex.html", "../docs/docs.js", "", "a" * 3000 + ".js"):
        assert get(app, f"/kitsulite/pages/{name}").status_int == 404


def test_pages_load_nothing_from_elsewhere():
    for file in BUILT_IN.iterdir():
        if file.suffix in (".html", ".js", ".css"):
            found = set(re.findall(r"https?://[^\s'\"`)]+", file.read_text()))
            assert found <= {"http://www.w3.org/2000/svg"}, file


def test_imports_name_files_that_exist():
    for file in BUILT_IN.glob("*.js"):
        for name in re.findall(r"(?:from|import) '\./([\w.]+)'", file.read_text()):
            assert (BUILT_IN / name).is_file(), (file, name)


def test_every_text_is_there_in_every_language():
    texts = {file.stem.removeprefix("texts-"): keys(file) for file in BUILT_IN.glob("texts-*.js")}
    offered = re.search(r"LANGUAGES = \{(.*?)\}", (BUILT_IN / "dom.js").read_text())
    assert set(texts) == set(re.findall(r"(\w\w): ", offered[1]))
    assert all(texts["en"] == others and others for others in texts.values())
    used = set()
    for file in BUILT_IN.glob("*.js"):
        used |= set(re.findall(r"\bt\('((?:[^'\\]|\\.)*)'[,)]", file.read_text()))
    assert used - texts["en"] == set()


def keys(file):
    return set(re.findall(r"^  '((?:[^'\\]|\\.)*)':", file.read_text(), re.MULTILINE))


def test_a_known_page_is_not_sent_again(app):
    first = get(app, "/kitsulite/pages/app.js")
    again = get(app, "/kitsulite/pages/app.js", {"If-None-Match": first.headers["ETag"]})
    assert (again.status_int, again.body) == (304, b"")
    small = compressed(app, "/kitsulite/pages/app.js")
    assert gzip.decompress(small) == first.body
    assert len(small) < 0.6 * len(first.body)
    head = app.head("/kitsulite/pages/app.js")
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(first.body)))


def test_an_application_that_is_mounted_below_another_has_no_pages(studio):
    mounted = webtest.TestApp(studio.app, extra_environ={"SCRIPT_NAME": "/api"})
    assert mounted.get("/", headers=PAGE).json["api"] == "Zou"


# An interface


@pytest.fixture
def client(studio, monkeypatch, tmp_path):
    """The application with an interface in a folder."""
    folder = tmp_path / "client"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>the client</html>")
    (folder / "assets" / "index-Bx3kT9aZ.js").write_text("let client = 1\n" * 100)
    (folder / "login-background.png").write_bytes(b"\x89PNG" + bytes(100))
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(studio.app, "pages", Pages(folder))
    return webtest.TestApp(studio.app)


def test_an_interface_has_all_paths_but_those_of_the_api(client):
    for path in ("/", "/productions/1234/shots", "/people", "/reset-change-password", "/data-of/nobody"):
        answer = get(client, path, PAGE)
        assert (answer.content_type, answer.text) == ("text/html", "<html>the client</html>"), path
    assert get(client, "/api/", PAGE).json["api"] == "Zou"
    assert get(client, "/api/data/projects", PAGE).status_int == 401
    assert "app.js" in get(client, "/kitsulite/", PAGE).text
    assert get(client, "/kitsulite/about", PAGE).json["ui"] is True


def test_scripts_reach_the_api_without_its_prefix_still(client):
    assert get(client, "/config").json["is_self_hosted"] is True
    assert get(client, "/data/projects").status_int == 401


def test_its_files_are_compressed_and_kept_by_browsers(client):
    script = get(client, "/assets/index-Bx3kT9aZ.js")
    assert script.content_type == "text/javascript"
    assert gzip.decompress(compressed(client, "/assets/index-Bx3kT9aZ.js")) == script.body
    assert "immutable" in script.headers["Cache-Control"]
    assert get(client, "/", PAGE).headers["Cache-Control"] == "no-cache"
    picture = get(client, "/login-background.png", {"Range": "bytes=0-3"})
    assert (picture.status_int, picture.body, picture.content_type) == (206, b"\x89PNG", "image/png")
    assert "immutable" not in picture.headers["Cache-Control"]


def test_nothing_outside_of_its_folder_is_sent(client, tmp_path):
    (tmp_path / "client" / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in ("/../secret.txt", "/assets/../../secret.txt", "/link.txt", "//etc/passwd", "/%2e%2e/secret.txt"):
        assert "secret" not in get(client, path).text
        assert "root:" not in get(client, path).text
