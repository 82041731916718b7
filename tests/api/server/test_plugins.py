"""Pages of plugins."""

import pytest

from kitsulite.models.activity import Plugin


@pytest.fixture
def pages(application):
    """The pages of the plugin `board`, on the disk."""
    folder = application.folder / "plugins" / "board" / "frontend" / "dist"
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("<html>board</html>")
    (folder / "assets" / "board.js").write_text("show()")
    (folder.parent / "secret.txt").write_text("secret")


@pytest.fixture
def plugin(studio, pages):
    def install(plugin_id="board", **flags):
        about = {"name": "Board", "version": "1.0.0", "maintainer_name": "me", "license": "MIT"}
        return studio.add(Plugin, plugin_id=plugin_id, **about, **flags)

    return install


def test_the_pages_of_a_plugin_are_public_and_asked_for_each_time(studio, plugin):
    plugin(frontend_project_enabled=True)
    for path in ("/plugins/board/frontend", "/plugins/board/frontend/?production_id=x&dark_theme=true"):
        answer = studio.nobody.get(path)
        assert (answer.status_int, answer.text) == (200, "<html>board</html>")
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.headers["Cache-Control"] == "no-cache, max-age=0"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    script = studio.nobody.get("/plugins/board/frontend/assets/board.js")
    assert script.text == "show()"
    assert "javascript" in script.headers["Content-Type"]


def test_a_page_that_did_not_change_is_not_sent_again(studio, application, plugin):
    plugin(frontend_studio_enabled=True)
    tag = studio.nobody.get("/plugins/board/frontend").headers["ETag"]
    environ = {"HTTP_IF_NONE_MATCH": tag}
    assert studio.nobody.get("/plugins/board/frontend", extra_environ=environ).status_int == 304


@pytest.mark.parametrize(
    "path",
    [
        "nothing.html",
        "assets",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "/etc/passwd",
        "%00",
        "x" * 300,
    ],
)
def test_nothing_but_the_files_of_the_pages_is_served(studio, plugin, path):
    plugin(frontend_project_enabled=True)
    answer = studio.nobody.get(f"/plugins/board/frontend/{path}")
    assert answer.status_int == 404
    assert answer.json["error"] is True


def test_a_plugin_without_pages_or_without_a_row_has_none(studio, plugin):
    plugin()
    plugin("..", frontend_project_enabled=True)
    plugin("gone", frontend_project_enabled=True)
    for plugin_id in ("board", "gone", "unknown", "..", "%2e%2e"):
        assert studio.nobody.get(f"/plugins/{plugin_id}/frontend").status_int == 404
