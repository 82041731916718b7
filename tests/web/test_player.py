"""A converted movie plays in a real browser, which asks for it in ranges with the cookie of the session."""

import http.server
import json
import threading

from support import Studio

from kitsulite.models.projects import Project

PAGE = """<video id="v" muted src="{movie}"></video><script>
const report = how => fetch("/reported", {{method: "POST", body: JSON.stringify(
  {{how, error: v.error && v.error.message, width: v.videoWidth, duration: v.duration, at: v.currentTime}})}})
v.onerror = () => report("error")
v.onloadedmetadata = () => {{ v.currentTime = 0.5 }}
v.onseeked = () => {{ v.onseeked = null; v.play() }}
v.onended = () => report("ended")
</script>"""


class PageServer(http.server.ThreadingHTTPServer):
    """Serves a page that signs in by a cookie, and takes what it reports."""

    def __init__(self, page, token):
        super().__init__(("127.0.0.1", 0), Handler)
        self.page, self.token, self.reported, self.heard = page.encode(), token, None, threading.Event()
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", f"access_token_cookie={self.server.token}; Path=/")
        self.end_headers()
        self.wfile.write(self.server.page)

    def do_POST(self):
        self.server.reported = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()
        self.server.heard.set()

    def log_message(self, *_):
        pass


def test_a_movie_is_sought_in_and_played_to_its_end(browser, kitsulite, clips):
    server = kitsulite
    studio = Studio(server.app)
    project = studio.project(team=[studio.admin])
    with studio.db.write():
        studio.db.update(Project, project["id"], resolution="192x108", fps="10")
    preview = studio.preview(studio.task(studio.entity(project, "Shot"), "Animation"), extension="mp4")
    path = f"/pictures/preview-files/{preview['id']}?no_job=true"
    assert server.api.upload(path, clips["sound.mov"], "a.mov").json["status"] == "ready"
    page = PAGE.format(movie=f"{server.api_url}/movies/originals/preview-files/{preview['id']}.mp4")
    pages = PageServer(page, server.token())
    try:
        browser.window(f"http://127.0.0.1:{pages.server_port}/")
        assert pages.heard.wait(60), "the browser reports nothing"
    finally:
        pages.shutdown()
        pages.server_close()
    assert (pages.reported["how"], pages.reported["error"], pages.reported["width"]) == ("ended", None, 192)
    assert abs(pages.reported["duration"] - 1) < 0.1
