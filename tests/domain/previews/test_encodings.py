"""The size and rate of movies that are built of others."""

import pytest
from scene import picture

from kitsulite.domain.playlists import builds
from kitsulite.domain.previews import encodings


@pytest.mark.parametrize(("resolution", "size"), [("1280x720", (1280, 720)), ("x720", (320, 180)), ("", (320, 180))])
def test_a_build_has_the_whole_resolution_of_its_project_or_the_size_of_its_first_part(studio, resolution, size):
    project = studio.project(resolution=resolution, fps="12")
    wanted = encodings.of_project(studio.context(), project, 319, 180)
    assert ((wanted.width, wanted.height), wanted.fps) == (size, 12)


def test_a_build_of_pictures_has_the_size_of_the_first_one(studio, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(picture(64, 36))
    assert builds.first_size(studio.context(), [(path, False)], {}) == (64, 36)
