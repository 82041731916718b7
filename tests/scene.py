"""A production for tests: one person of each role, a shot, its task, and a comment."""

import io

from PIL import Image
from support import ROLES


class Scene:
    """A task with a comment, in a production with one person of each role."""

    def __init__(self, studio):
        self.studio = studio
        self.team = {role: studio.person(role) for role in ROLES}
        self.project = studio.project(team=list(self.team.values()))
        self.entity = studio.entity(self.project, "Shot")
        self.task = studio.task(self.entity, "Animation")
        self.comment = studio.comment(self.task)

    def api(self, role="admin"):
        return self.studio.api(self.team[role])

    def path(self, comment=None):
        return f"/actions/tasks/{self.task['id']}/comments/{(comment or self.comment)['id']}"

    def add_preview(self, comment=None, **body):
        return self.api().post(self.path(comment) + "/add-preview", body)

    def outsider(self, role="manager"):
        """The API for a person of another production."""
        return self.studio.api(self.studio.person(role))

    def upload(self, name, content, preview=None, role="admin"):
        """Upload a file for a preview, by default a new one."""
        preview = preview or self.studio.preview(self.task, self.comment, extension="mp4", status="processing")
        return self.api(role).upload(f"/pictures/preview-files/{preview['id']}", [("file", name, content)])


def picture(width=320, height=20, mode="RGB", kind="PNG", color=None, **options):
    """The bytes of a picture, by default so flat that its preview, 1200 pixels wide, is quickly made."""
    stream = io.BytesIO()
    Image.new(mode, (width, height), color or 0).save(stream, kind, **options)
    return stream.getvalue()


def opened(content):
    """A picture from its bytes."""
    return Image.open(io.BytesIO(content))
