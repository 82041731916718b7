"""Stores the pictures of the demo studio, which two threads draw while the rows are written."""

import concurrent.futures
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kitsulite.demo import drawings
from kitsulite.domain.files import places
from kitsulite.jobs import ffmpeg, pictures
from kitsulite.store.files import link_or_copy

FRAMES, FPS = 48, 24
#: small files matter less than time here
FAST = {"format": "PNG", "compress_level": 1}


class Pictures:
    """Draws and stores pictures in the background; call `complete()` at the end. Does nothing without Pillow."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.possible = pictures.pillow() is not None
        self.ffmpeg = ffmpeg.find(app.settings) if self.possible else None
        self.has_movie = False
        self._pool = concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1), "kitsulite-demo")
        self._work: list[concurrent.futures.Future[object]] = []

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(self, kind: Any, *error: Any) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)

    def portrait(self, row_id: str, colors: tuple[str, str, str], name: str) -> None:
        self._draw(lambda: self._store(drawings.portrait(colors, name), places.AVATAR, row_id))

    def poster(self, row_id: str, colors: tuple[str, str], name: str) -> None:
        self._draw(lambda: self._store(drawings.poster(colors, name), places.AVATAR, row_id))

    def preview(self, row_id: str, draw: Callable[[], Any]) -> dict[str, Any]:
        """Draw a preview; returns columns for its row."""
        self._draw(lambda: self._store_preview(draw(), row_id))
        return {"extension": "png", "width": drawings.WIDTH, "height": drawings.HEIGHT, "status": "ready"}

    def movie(self, row_id: str, draw: Callable[[float], Any]) -> dict[str, Any]:
        """Draw a movie, which needs ffmpeg; returns columns for its row."""
        self.has_movie = True
        self._draw(lambda: self._store_movie(row_id, draw))
        sides = {"width": drawings.WIDTH // 2, "height": drawings.HEIGHT // 2}
        return {"extension": "mp4", **sides, "duration": FRAMES / FPS, "status": "ready", "data": movie_data(sides)}

    def _draw(self, work: Callable[[], object]) -> None:
        if self.possible:
            self._work.append(self._pool.submit(work))

    def _store(self, picture: Any, place: tuple[str, str], row_id: str) -> Path:
        path = self.app.files.path(*place, row_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, **FAST)
        return path

    def _store_preview(self, picture: Any, row_id: str) -> None:
        whole = self._store(picture, places.PREVIEW_ORIGINAL, row_id)
        other = self.app.files.path("pictures", "previews", row_id)
        other.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(whole, other)
        small = picture.convert("RGB").reduce(6).convert("RGBA")
        self._store(pictures.fitted(small, *pictures.THUMBNAIL), ("pictures", "thumbnails"), row_id)
        self._store(pictures.fitted(small, *pictures.SQUARE), ("pictures", "thumbnails-square"), row_id)

    def _store_movie(self, row_id: str, draw: Callable[[float], Any]) -> None:
        frames = [draw(number / FRAMES).convert("RGB").reduce(2) for number in range(0, FRAMES, 2)]
        self._store_preview(draw(0.5), row_id)
        path = self.app.files.path("movies", "previews", row_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        size = f"{drawings.WIDTH // 2}x{drawings.HEIGHT // 2}"
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FPS // 2), "-i", "-"]
        target = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-r", str(FPS), "-f", "mp4"]
        command = [str(self.ffmpeg), "-v", "error", "-y", *source, *target, "-movflags", "+faststart", str(path)]
        content = b"".join(frame.tobytes() for frame in frames)
        ended = subprocess.run(command, input=content, capture_output=True, timeout=60)  # noqa: S603
        if ended.returncode == 0:
            low = self.app.files.path("movies", "lowdef", row_id)
            low.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, low)

    def complete(self) -> None:
        """Wait for all pictures and store the sizes of their files in the rows."""
        for work in self._work:
            work.result()
        self._work.clear()
        db = self.app.db
        for preview_id, extension in db.execute("SELECT id, extension FROM preview_file").fetchall():
            place = ("movies", "previews") if extension == "mp4" else places.PREVIEW_ORIGINAL
            path = self.app.files.find(*place, preview_id)
            columns: dict[str, Any] = {"file_size": path.stat().st_size} if path else {"status": "missing"}
            db.execute(
                f"UPDATE preview_file SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
                [*columns.values(), preview_id],
            )


def movie_data(sides: dict[str, int]) -> dict[str, Any]:
    return {
        "original_width": sides["width"],
        "original_height": sides["height"],
        "original_duration": FRAMES / FPS,
        "movie_prefixes": ["previews", "lowdef"],
    }
