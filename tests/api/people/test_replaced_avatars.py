"""A picture that replaces another counts only once the change is committed."""

import io

from PIL import Image

from kitsulite.errors import DiskFull
from kitsulite.store.database import Database


def picture(color):
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(stream, "PNG")
    return stream.getvalue()


def test_a_failed_change_puts_the_old_picture_back(studio, admin, monkeypatch):
    path = f"/pictures/thumbnails/persons/{studio.admin['id']}"
    assert admin.upload(path, [("file", "red.png", picture("red"))]).status_int == 201
    before = admin.get(path + ".png").body
    execute = Database.execute

    def failing(self, sql, params=()):
        if sql == "COMMIT" and self.in_transaction():
            raise DiskFull()
        return execute(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "execute", failing)
        assert admin.upload(path, [("file", "blue.png", picture("blue"))]).status_int == 507
    assert admin.get(path + ".png").body == before
    assert admin.upload(path, [("file", "blue.png", picture("blue"))]).status_int == 201
    assert admin.get(path + ".png").body != before
    assert list(studio.app.files.folder.glob(".making-*")) == []
