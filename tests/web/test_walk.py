"""The first hour in a real browser: set up, look at the board, post, read mails, get a new password, sign out."""

import io
import re

import pytest
from kitsulite_process import Process
from PIL import Image

from kitsulite.models import fields

PASSWORD = "a long password"
PHONE = (390, 780)


def sign_in(window, email, password):
    window.type("#email", email)
    window.type("#password", password)
    window.click("form button[type=submit]")
    window.wait("$('#sign-out')")


def open_task(window, task):
    window.click(f"[data-task='{task}']")
    window.wait("$('kl-task h2')")


def test_the_link_of_the_first_start_is_walked_to_the_end(browser, tmp_path):
    with Process(tmp_path / "studio") as server:
        server.process.stdout.readline()
        server.process.stdout.readline()
        link = server.process.stdout.readline().decode().strip()
        assert re.fullmatch(rf"{server.url}/kitsulite/#/start/[\w-]{{43}}", link)
        window = browser.window(link)
        window.type("[name=studio]", "Lantern Street")
        window.type("[name=kind]", "2d")
        window.type("[name=email]", "ann@studio.org")
        window.type("[name=password]", PASSWORD)
        window.type("[name=again]", PASSWORD)
        window.click("form button[type=submit]")
        window.wait("$('.brand')?.textContent === 'Lantern Street'")
        assert "start" not in window.run("location.href")
        window.click("#sign-out")
        sign_in(window, "ann@studio.org", PASSWORD)
        second = browser.window(link)
        second.run("localStorage.clear()")
        second.wait("$('[name=studio]')")
        for name in ("password", "again"):
            second.type(f"[name={name}]", PASSWORD)
        second.type("[name=studio]", "Mine now")
        second.type("[name=email]", "bob@studio.org")
        second.click("form button[type=submit]")
        second.wait("$('.wrong').textContent.includes('used already')")
        assert window.problems == []


def test_a_comment_with_a_picture_in_one_window_is_seen_in_the_other(browser, demo, tmp_path):
    demo.reset()
    project = demo.api.get("/data/projects/open").json[0]
    Image.new("RGB", (320, 180), "#cc3344").save(tmp_path / "look.png")
    window = browser.window(demo.url)
    window.wait("$$('.demo li').length === 8")
    window.click("[data-email='admin@example.com']")
    window.wait("$$('.cards li').length === 2")
    window.wait("document.documentElement.dataset.live === 'on'")
    other = browser.window(f"{demo.url}/#/board/{project['id']}")
    other.wait("$$('.cell').length === 120")
    other.wait("document.documentElement.dataset.live === 'on'")
    window.click(f"a[href='#/board/{project['id']}']")
    window.wait("$$('.cell').length === 120")
    todo = "$$('.cell').find(cell => cell.textContent.startsWith('todo')).dataset.task"
    task = window.run(todo)
    open_task(window, task)
    open_task(other, task)
    before = other.run("$$('.comment').length")
    window.type("#comment", "Look at this <b>one</b>.")
    window.type("#status", demo.app.db.value("SELECT id FROM task_status WHERE short_name = 'wfa'"))
    window.upload("#files", tmp_path / "look.png")
    window.click("kl-task form button[type=submit]")
    other.wait(f"$$('.comment').length === {before} + 1 && $('.comment .text').textContent.includes('<b>one</b>')")
    other.wait(f"$(\"[data-task='{task}']\").textContent.startsWith('wfa')")
    other.wait("$('.viewer img')?.complete && $('.viewer img').naturalWidth > 300")
    window.wait("$('.viewer img')")
    assert other.run("$('.comment b b')") is None
    assert (window.problems, other.problems) == ([], [])


def test_the_board_is_searched_and_filtered(browser, demo):
    demo.reset()
    show = demo.api.get("/data/projects/open").json[1]
    window = browser.window(f"{demo.url}/#/board/{show['id']}/shots")
    sign_in(window, "yuki@example.com", demo.admin_password)
    window.wait("$$('tbody tr:not(.group)').length === 36")
    other = demo.app.db.value(
        "SELECT t.id FROM task t WHERE t.project_id = ? AND t.id NOT IN (SELECT task_id FROM task_person_link)"
        " AND t.entity_id IN (SELECT id FROM entity WHERE parent_id IS NOT NULL)",
        [show["id"]],
    )
    open_task(window, other)
    window.wait("$('kl-task .form .empty')")
    window.click(".close")
    window.type("#search", "e02 sq03")
    window.wait("$$('tbody tr:not(.group)').length === 5")
    window.type("#search", "")
    episode = demo.app.db.value("SELECT id FROM entity WHERE name = 'E01'")
    window.type("#episode", episode)
    window.wait("$$('tbody tr:not(.group)').length === 19")
    window.run("location.hash = location.hash.replace('shots', 'assets')")
    window.wait("$$('tbody tr:not(.group)').length === 13")
    assert window.run("$$('#top nav a').length") == 1, "an artist sees the pages of administrators"
    assert window.problems == []


def test_a_long_board_is_drawn_in_portions(browser, demo):
    demo.reset()
    show = demo.api.get("/data/projects/open").json[1]
    sequence = demo.app.db.value("SELECT id FROM entity WHERE name = 'SQ03' AND project_id = ?", [show["id"]])
    with demo.app.db.write():
        demo.app.db.execute(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
            " INSERT INTO entity (id, name, project_id, entity_type_id, parent_id, is_shared, status, created_at)"
            f" SELECT {fields.NEW_ID}, 'X' || i, e.project_id, e.entity_type_id, e.parent_id, 0, 'running',"
            " e.created_at"
            " FROM n, (SELECT * FROM entity WHERE parent_id = ? LIMIT 1) e",
            [sequence],
        )
    window = browser.window(f"{demo.url}/#/board/{show['id']}")
    sign_in(window, "admin@example.com", demo.admin_password)
    window.wait("$$('tbody tr:not(.group)').length === 300 && $('caption').textContent.includes('436')")
    window.click(".more button")
    window.wait("$$('tbody tr:not(.group)').length === 436 && !$('.more')")


def test_a_new_password_by_the_mailed_link(browser, demo):
    demo.reset()
    window = browser.window(demo.url)
    window.type("#email", "rosa@example.com")
    window.click("#forgot")
    window.wait("$('#said').textContent")
    sign_in(window, "admin@example.com", demo.admin_password)
    window.run("location.hash = '#/outbox'")
    window.click(".mails button")
    link = window.wait("$('.mail-link')?.href")
    assert link.startswith(f"{demo.url}/reset-change-password?")
    window.wait("$('.mail iframe').src.endsWith('/page')")
    window.click("#sign-out")
    window.wait("$('#email')")
    window.go(link)
    window.type("[name=password]", "a new password")
    window.type("[name=again]", "a new password")
    window.click("form button[type=submit]")
    window.wait("$('.me .name')?.textContent === 'Rosa Delgado'")
    window.click("#sign-out")
    window.wait("$('#email')")
    assert window.run("fetch('/api/auth/authenticated').then(answer => answer.status)") == 401
    assert window.problems == []


def test_somebody_is_invited_and_comes(browser, demo):
    demo.reset()
    window = browser.window(f"{demo.url}/#/people")
    sign_in(window, "admin@example.com", demo.admin_password)
    window.click("#invite summary")
    for name, value in (("first_name", "Noor"), ("last_name", "Haddad"), ("email", "noor@example.com")):
        window.type(f"#invite [name={name}]", value)
    window.click("#invite button[type=submit]")
    window.wait("document.body.innerText.includes('Noor Haddad')")
    link = re.search(r"https?://\S+type=new", demo.mails[-1].text)[0]
    window.click("#sign-out")
    window.wait("$('#email')")
    window.go(link)
    window.type("[name=password]", PASSWORD)
    window.type("[name=again]", PASSWORD)
    window.click("form button[type=submit]")
    window.wait("$('.me .name')?.textContent === 'Noor Haddad'")
    assert window.problems == []


def test_a_guest_opens_a_shared_playlist_with_its_password(browser, demo):
    demo.reset()
    playlist = demo.app.db.value("SELECT id FROM playlist WHERE for_client")
    link = demo.api.post(f"/data/playlists/{playlist}/share", {"password": "for the client"}).json
    window = browser.window(f"{demo.url}/playlists/shared/{link['token']}")
    window.type("[name=password]", "wrong")
    window.click("form button[type=submit]")
    window.wait("$('.wrong').textContent")
    window.type("[name=password]", "for the client")
    window.click("form button[type=submit]")
    window.wait("$$('.shots figure').length === 16 && $('.shots img').naturalWidth > 300")
    assert window.run("$('#top').hidden")
    assert window.problems == []


def test_events_jobs_and_the_other_pages_of_administrators(browser, demo):
    demo.reset()
    window = browser.window(f"{demo.url}/#/events")
    sign_in(window, "admin@example.com", demo.admin_password)
    window.wait("$$('.events li').length >= 50 && document.documentElement.dataset.live === 'on'")
    demo.api.post("/data/projects", {"name": "Third"})
    window.wait("$('.events li').dataset.name.startsWith('project:')")
    for page in ("jobs", "outbox", "people", "backups", ""):
        window.run(f"location.hash = '#/{page}'")
        window.wait("$('main h1')")
    window.wait("$$('.cards li').length === 3")
    window.run("location.hash = '#/backups'")
    assert window.run("document.documentElement.dataset.live") == "on"
    window.click("#make-backup")
    window.wait("$$('tbody tr').length === 1 && $('#make-backup')")
    assert window.problems == []


def test_a_phone_shows_all_of_it_without_scrolling_sideways(browser, demo):
    demo.reset()
    project = demo.api.get("/data/projects/open").json[0]
    window = browser.window(demo.url, PHONE)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    window.wait("$('#email')")
    assert window.run(fits)
    sign_in(window, "admin@example.com", demo.admin_password)
    for page in ("", f"board/{project['id']}", "people", "events", "outbox", "jobs"):
        window.run(f"location.hash = '#/{page}'")
        window.wait("$('main h1')")
        assert window.run(fits), page
    window.run(f"location.hash = '#/board/{project['id']}'")
    window.wait("$('.cell')")
    window.run("$$('.cell').find(cell => cell.textContent.startsWith('wfa')).click()")
    window.wait("$('kl-task h2')")
    assert window.run("$('.side').getBoundingClientRect().width") == PHONE[0]
    window.click(".close")
    window.wait("$('.side').hidden")
    assert Image.open(io.BytesIO(window.picture())).size == PHONE


def test_the_board_is_used_with_the_keyboard_and_names_what_it_shows(browser, demo):
    demo.reset()
    project = demo.api.get("/data/projects/open").json[0]
    window = browser.window(f"{demo.url}/#/board/{project['id']}")
    sign_in(window, "admin@example.com", demo.admin_password)
    window.wait("$('.cell')")
    window.run("$('.cell').focus()")
    for kind in ("keyDown", "keyUp"):
        window.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    window.wait("document.activeElement.matches('kl-task h2')")
    for kind in ("keyDown", "keyUp"):
        window.call("Input.dispatchKeyEvent", type=kind, key="Escape", code="Escape", windowsVirtualKeyCode=27)
    window.wait("document.activeElement.matches('.cell')")
    tree = window.call("Accessibility.getFullAXTree")["nodes"]
    nameless = [
        node
        for node in tree
        if node.get("role", {}).get("value") in ("button", "link", "textbox", "combobox", "searchbox", "image")
        and not node["ignored"]
        and not node.get("name", {}).get("value")
    ]
    assert nameless == []


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_pages_speak_other_languages(browser, demo, language):
    window = browser.window(demo.url)
    window.wait("$('#email')")
    window.click(f"button[lang={language}]")
    window.wait(f"document.documentElement.lang === '{language}' && $('#email')")
    assert window.run("$('form button[type=submit]').textContent") not in ("Sign in", "")
