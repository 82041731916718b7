"""A headless Chromium, controlled through its DevTools protocol."""

import base64
import itertools
import json
import shutil
import subprocess
import time

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
NO_BROWSER = "there is no Chromium or Chrome on the PATH"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--mute-audio", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--remote-allow-origins=*"),
    "--autoplay-policy=no-user-gesture-required",
)
PATIENCE = 30
HELPERS = """
window.$ = text => document.querySelector(text)
window.$$ = text => [...document.querySelectorAll(text)]
window.type = (where, text) => {
  const field = $(where)
  field.focus()
  field.value = text
  field.dispatchEvent(new Event('input', {bubbles: true}))
  field.dispatchEvent(new Event('change', {bubbles: true}))
}
"""


class Chromium:
    """A running browser with a profile of its own."""

    def __init__(self, folder):
        command = [BROWSER, *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = folder / "DevToolsActivePort"
        until(lambda: port_file.exists() and port_file.read_text().count("\n"), "the browser does not start")
        port, path = port_file.read_text().split()
        self.address = f"ws://127.0.0.1:{port}/devtools"
        self.connection = Connection(f"ws://127.0.0.1:{port}{path}")

    def close(self):
        self.connection.socket.close()
        self.process.terminate()
        self.process.wait(20)


class Browser:
    """A browser context: windows that share cookies and storage only with each other."""

    def __init__(self, chromium):
        self.chromium, self.windows = chromium, []
        self.context = chromium.connection.call("Target.createBrowserContext")["browserContextId"]

    def window(self, url, size=(1280, 900)):
        """A new window that shows a page."""
        made = self.chromium.connection.call("Target.createTarget", url="about:blank", browserContextId=self.context)
        window = Window(f"{self.chromium.address}/page/{made['targetId']}")
        self.windows.append(window)
        window.resize(*size)
        window.go(url)
        return window

    def close(self):
        for window in self.windows:
            window.socket.close()
        self.chromium.connection.call("Target.disposeBrowserContext", browserContextId=self.context)


class Connection:
    """Calls to the browser or one of its windows."""

    def __init__(self, url):
        import websocket

        self.socket, self.numbers = websocket.create_connection(url, timeout=PATIENCE), itertools.count(1)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            self.note(message)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def note(self, message):
        """Handle a message that is no answer."""


class Window(Connection):
    """A window of a browser."""

    def __init__(self, url):
        super().__init__(url)
        self.problems = []
        for domain in ("Page", "Runtime", "Log", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Page.addScriptToEvaluateOnNewDocument", source=HELPERS)

    def note(self, message):
        """Note errors in the page: exceptions, and violations of its security policy."""
        if message.get("method") == "Runtime.exceptionThrown":
            self.problems.append(message["params"]["exceptionDetails"])
        elif message.get("method") == "Log.entryAdded" and message["params"]["entry"]["source"] == "security":
            self.problems.append(message["params"]["entry"]["text"])

    def resize(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def go(self, url):
        self.call("Page.navigate", url=url)

    def run(self, script):
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, (script, found["exceptionDetails"])
        return found["result"].get("value")

    def wait(self, script, seconds=PATIENCE):
        """Wait until an expression is true in the page; returns its value."""
        is_true = f"(async () => {{ const found = await ({script}); return found instanceof Node || found }})()"
        try:
            return until(lambda: self.tried(is_true), f"never true: {script}", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tried('document.body.innerText')}\n{self.problems}") from None

    def tried(self, script):
        """The value of an expression, None while the page is not ready."""
        try:
            return self.run(script)
        except AssertionError:
            return None

    def click(self, where):
        self.wait(f"$({json.dumps(where)}) && !$({json.dumps(where)}).disabled")
        self.run(f"$({json.dumps(where)}).click()")

    def type(self, where, text):
        self.wait(f"!!$({json.dumps(where)})")
        self.run(f"type({json.dumps(where)}, {json.dumps(text)})")

    def upload(self, where, path):
        """Choose a file in a field."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=where)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)

    def picture(self):
        """A screenshot as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


def until(condition, complaint, seconds=PATIENCE):
    """Poll a condition until it is true; returns its value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(complaint)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A Chromium; tests that need it are skipped if there is none."""
    if BROWSER is None:
        pytest.skip(NO_BROWSER)
    pytest.importorskip("websocket")
    made = Chromium(tmp_path_factory.mktemp("browser"))
    yield made
    made.close()


@pytest.fixture
def browser(chromium):
    made = Browser(chromium)
    yield made
    made.close()
