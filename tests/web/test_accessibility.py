"""axe-core looks at every page, bright and dark, wide and narrow."""

import re
from importlib import util
from pathlib import Path

import pytest

SERIOUS = ("serious", "critical")
#: rows of a list that are looked at, which are enough to see one of each kind
ROWS = 12


def axe():
    """The script of axe-core, of a package that tests install."""
    found = util.find_spec("axe_core_python")
    if found is None:
        pytest.skip("axe-core is not installed: pip install axe-core-python")
    return (Path(found.origin).parent / "axe.min.js").read_text()


def faults(window, script, seen):
    """The serious faults of the page that a window shows, each with where it is."""
    if not window.run("'axe' in window"):
        window.run(script + "; 0")
    window.run(f"$$('tbody tr, .events li').slice({ROWS}).forEach(row => row.hidden = true)")
    found = window.run("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
    return [
        (seen, fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"]][:3])
        for fault in found
        if fault["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 900)), ("dark", (390, 780))])
def test_no_page_has_a_serious_fault(browser, demo, scheme, size):
    script = axe()
    demo.api.post("/auth/reset-password", {"email": "rosa@example.com"})
    project = demo.api.get("/data/projects/open").json[0]
    window = browser.window("about:blank", size)
    window.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    found = []
    for path in ("/", "/reset-change-password?email=a@b.org&token=x", "/kitsulite/#/start/token"):
        window.go(demo.url + path)
        window.wait("$('form') && $('main h1')")
        found += faults(window, script, path)
    window.go(demo.url)
    window.click("[data-email='admin@example.com']")
    for page in ("", f"board/{project['id']}", "people", "events", "outbox", "jobs", "backups"):
        window.run(f"location.hash = '#/{page}'")
        window.wait("$('main h1')")
        if page.startswith("board"):
            window.wait("$('.cell')")
            found += faults(window, script, "board")
            window.run("$$('.cell').find(cell => cell.textContent.startsWith('wfa')).click()")
            window.wait("$('.comment')")
        if page == "people":
            window.click("#invite summary")
        if page == "outbox":
            window.click(".mails button")
            window.wait("$('.mail h2')")
        found += faults(window, script, page)
        assert not re.search(r"\b(null|false|undefined|NaN)\b", window.run("document.body.innerText")), page
    assert found == []
    window.run("document.querySelector('main').append(document.createElement('button'))")
    assert faults(window, script, "a button without a name")
