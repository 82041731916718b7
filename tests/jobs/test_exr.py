"""OpenEXR pictures made smaller, by the extra `vfx`; without it they are only kept."""

import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from kitsulite.jobs import exr, pictures

SETTINGS = SimpleNamespace(max_image_pixels=1_000_000, picture_memory=512)


@pytest.fixture
def written(tmp_path):
    """Write a picture of one light, in the given channels; returns its path."""
    library = pytest.importorskip("OpenEXR", reason="the extra vfx is not installed")
    numpy = pytest.importorskip("numpy")

    def write(channels, light=0.5, width=30, height=20, kind="float32"):
        path = tmp_path / "plate.exr"
        shape = (height, width, len(channels)) if len(channels) > 1 else (height, width)
        header = {"compression": library.ZIP_COMPRESSION, "type": library.scanlineimage}
        with library.File(header, {channels: numpy.full(shape, light, dtype=kind)}) as file:
            file.write(str(path))
        return path

    return write


@pytest.mark.parametrize(
    ("channels", "light", "shown"),
    [
        ("RGB", 0.5, (186, 186, 186, 255)),
        ("RGBA", 0.5, (186, 186, 186, 127)),
        ("Y", 0.5, (186, 186, 186, 255)),
        ("RGB", 70.0, (255, 255, 255, 255)),
        ("RGB", -1.0, (0, 0, 0, 255)),
        ("RGB", float("nan"), (0, 0, 0, 255)),
    ],
)
def test_light_is_shown_as_a_screen_shows_it(tmp_path, written, channels, light, shown):
    made = pictures.smaller_pictures(written(channels, light), tmp_path, SETTINGS)
    assert set(made) == {"previews", "thumbnails", "thumbnails-square"}
    assert Image.open(made["previews"]).size == (1200, 800)
    assert Image.open(made["previews"]).getpixel((600, 400)) == shown


@pytest.mark.parametrize("settings", [{"max_image_pixels": 500}, {"picture_memory": 0}])
def test_too_big_ones_are_only_kept(tmp_path, written, settings):
    settings = SimpleNamespace(**{**vars(SETTINGS), **settings})
    assert pictures.smaller_pictures(written("RGB"), tmp_path, settings) == {}


@pytest.mark.parametrize(("channels", "mode"), [("RGB", "RGB"), ("RGBA", "RGBA"), ("Y", "RGB"), ("YA", "RGBA")])
def test_grey_ones_may_be_transparent_too(tmp_path, channels, mode):
    with exr.decoded(written_by_channel(tmp_path / "plate.exr", channels), SETTINGS) as picture:
        assert (picture.mode, picture.getpixel((1, 1))) == (mode, (186, 186, 186, 127)[: len(mode)])


@pytest.mark.parametrize("channels", ["Z", "A", "RG", "GBA"])
def test_ones_without_colours_are_only_kept(tmp_path, channels):
    path = written_by_channel(tmp_path / "plate.exr", channels)
    assert pictures.smaller_pictures(path, tmp_path, SETTINGS) == {}


def written_by_channel(path, channels):
    library = pytest.importorskip("OpenEXR", reason="the extra vfx is not installed")
    numpy = pytest.importorskip("numpy")
    header = {"compression": library.ZIP_COMPRESSION, "type": library.scanlineimage}
    with library.File(header, {name: numpy.full((3, 4), 0.5, dtype="float32") for name in channels}) as file:
        file.write(str(path))
    return path


@pytest.mark.parametrize("end", [300, -80, -1])
def test_broken_ones_are_only_kept(tmp_path, written, end):
    path = written("RGB")
    path.write_bytes(path.read_bytes()[:end])
    assert pictures.smaller_pictures(path, tmp_path, SETTINGS) == {}


def test_without_the_extra_they_are_only_kept(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    (tmp_path / "plate.exr").write_bytes(b"\x76\x2f\x31\x01")
    assert pictures.smaller_pictures(tmp_path / "plate.exr", tmp_path, SETTINGS) == {}
