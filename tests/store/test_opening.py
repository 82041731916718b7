"""Opening a data folder: at once by many, and without traces of what failed."""

import concurrent.futures
import os
from pathlib import Path

import pytest

import kitsulite
from kitsulite.errors import SetupError


def test_a_folder_may_be_opened_by_many_at_once(tmp_path):
    def opened(_):
        app = kitsulite.create_app(data_dir=tmp_path / "studio", synchronous="OFF")
        try:
            return app.db.value("SELECT count(*) FROM project_status"), app.db.value("SELECT count(*) FROM person")
        finally:
            app.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(opened, range(8))) == {(2, 1)}


def test_what_a_killed_start_has_left_is_removed(tmp_path):
    left = [tmp_path / name for name in ("kitsulite.db.partial", "kitsulite.db.before-1.partial")]
    for path in left:
        path.write_text("half a database")
    kitsulite.create_app(data_dir=tmp_path, synchronous="OFF").close()
    assert not any(path.exists() for path in left)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list open files")
def test_failed_starts_leave_no_open_file(tmp_path):
    kitsulite.create_app(data_dir=tmp_path).close()
    app = kitsulite.create_app(data_dir=tmp_path)
    app.db.execute("PRAGMA user_version = 9999")
    app.close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(SetupError):
            kitsulite.create_app(data_dir=tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_reset_closes_the_review_rooms(application, studio):
    application.live.rooms.join("playlist", "person", {})
    application.restore_pristine()
    assert application.live.rooms.room("playlist")["people"] == []
    application.hang_up()
