"""Pictures made smaller."""

import io
import threading
from types import SimpleNamespace

import pytest
from PIL import Image, ImageCms
from scene import opened, picture

from kitsulite.errors import Busy, TooLarge, Unavailable
from kitsulite.jobs import memory, pictures

SETTINGS = SimpleNamespace(max_image_pixels=4_000_000, picture_memory=512)


def made(tmp_path, content):
    return pictures.preview_pictures(io.BytesIO(content), tmp_path, SETTINGS)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_all_modes_keep_theirs(tmp_path, mode):
    files = made(tmp_path, picture(300, 200, mode)).files
    assert Image.open(files.pop("original")).mode == mode
    assert {Image.open(path).mode for path in files.values()} == {"RGBA"}


def test_an_original_has_the_size_that_the_reference_shows(tmp_path):
    content = io.BytesIO()
    Image.radial_gradient("L").save(content, "PNG")
    assert made(tmp_path, content.getvalue()).files["original"].read_bytes() == content.getvalue()


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("F", "TIFF")])
def test_modes_that_png_does_not_know_become_rgb(tmp_path, mode, kind):
    assert Image.open(made(tmp_path, picture(30, 20, mode, kind)).files["original"]).mode == "RGB"


def test_colours_are_converted_by_their_profile(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = {"color": (250, 20, 30)}
    for used in (srgb, profile, b"no profile"):
        path = made(tmp_path, picture(30, 20, icc_profile=used, **red)).files["original"]
        colour = Image.open(path).getpixel((5, 5))
        assert all(abs(a - b) <= 2 for a, b in zip(colour, red["color"], strict=True))


def test_a_bigger_picture_is_shown_whole_between_transparent_borders(tmp_path):
    shown = Image.open(made(tmp_path, picture(400, 100, color=(255, 0, 0))).files["thumbnails"])
    assert shown.size == (150, 100)
    assert shown.getpixel((75, 50)) == (255, 0, 0, 255)
    assert shown.getpixel((75, 5))[3] == shown.getpixel((75, 95))[3] == 0


def test_a_smaller_picture_is_enlarged_with_its_ratio_kept(tmp_path):
    shown = Image.open(made(tmp_path, picture(40, 80, color=(255, 0, 0))).files["thumbnails"])
    assert shown.size == (150, 100)
    assert shown.getpixel((0, 0))[3] == shown.getpixel((149, 99))[3] == 0
    assert shown.getpixel((60, 0)) == shown.getpixel((90, 99)) == (255, 0, 0, 255)


@pytest.mark.parametrize("size", [pictures.THUMBNAIL, (90, 60)])
def test_a_transparent_colour_is_mixed_into_no_other(tmp_path, size):
    red, blue, content = (255, 0, 0), (0, 0, 255), io.BytesIO()
    source = Image.new("RGB", size, red)
    source.paste(blue, (size[0] // 2, 0, *size))
    source.save(content, "PNG", transparency=red)
    shown = Image.open(made(tmp_path, content.getvalue()).files["thumbnails"])
    assert {pixel[:3] for _, pixel in shown.getcolors(150 * 100) if pixel[3]} == {blue}


@pytest.mark.parametrize("size", [pictures.THUMBNAIL, (90, 60)])
def test_opaque_pictures_stay_so(tmp_path, size):
    shown = Image.open(made(tmp_path, picture(*size)).files["thumbnails"])
    assert (shown.mode, shown.getextrema()[3]) == ("RGBA", (255, 255))


def test_sixteen_bits_of_grey_stay_grey(tmp_path):
    shown = Image.open(made(tmp_path, picture(300, 300, "I;16", color=32768)).files["thumbnails"])
    assert abs(shown.getpixel((75, 50))[0] - 128) <= 1


def test_a_picture_of_another_kind_behind_the_name_is_read(tmp_path):
    assert made(tmp_path, picture(30, 20, kind="GIF")).width == 30
    assert opened(picture(30, 20, kind="WEBP")).format == "WEBP"


@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_a_very_big_picture_has_the_same_variants(tmp_path, mode):
    files = made(tmp_path, picture(2600 * 2, 700, mode, color=5 if mode == "P" else (255, 0, 0))).files
    assert Image.open(files["original"]).size == (5200, 700)
    assert Image.open(files["previews"]).size == (1200, 162)
    assert Image.open(files["thumbnails"]).size == (150, 100)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0"}])
def test_the_size_of_a_webp_picture_is_known_before_it_is_opened(options):
    stream = io.BytesIO(picture(301, 203, kind="WEBP", color=(1, 2, 3), **options))
    assert pictures.webp_pixels(stream) == 301 * 203
    assert stream.tell() == 0
    assert pictures.webp_pixels(io.BytesIO(picture())) == 0


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "TIFF", "JPEG"])
def test_no_pixel_is_decoded_of_a_picture_over_the_budget(tmp_path, monkeypatch, kind):
    def fail(*_):
        raise AssertionError("decoded")

    content = picture(3000, 3000, kind=kind)
    monkeypatch.setattr(pictures, "loaded", fail)
    monkeypatch.setattr(Image.Image, "load", fail)
    with pytest.raises(TooLarge):
        pictures.preview_pictures(io.BytesIO(content), tmp_path, tight(16, 10**8))


def test_thumbnails_take_fewer_pixels_than_previews(tmp_path):
    content = picture(8000, 7000, "1")
    assert pictures.preview_pictures(io.BytesIO(content), tmp_path, tight(512, 10**8)).width == 8000
    with pytest.raises(pictures.BadPicture, match="more than 50000000 pixels"):
        pictures.contained(io.BytesIO(content), tmp_path, (400, 400), tight(512, 10**8))


def test_a_photo_becomes_an_avatar_in_little_memory(tmp_path):
    content = picture(6000, 6000, kind="JPEG", color=(200, 10, 10))
    path = pictures.contained(io.BytesIO(content), tmp_path, (400, 400), tight(16, 10**8))
    assert Image.open(path).size == (400, 400)


def tight(megabytes, most):
    return SimpleNamespace(max_image_pixels=most, picture_memory=megabytes)


def test_pictures_wait_for_the_memory_of_others(monkeypatch):
    budget, order = memory.Budget(), []
    first, second = threading.Event(), threading.Event()

    def hold():
        with budget.take(80, 100):
            first.set()
            second.wait(10)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    assert first.wait(10)
    with budget.take(20, 100):
        order.append("small")
    second.set()
    with budget.take(30, 100):
        order.append("second")
    thread.join(10)
    assert order == ["small", "first", "second"]
    monkeypatch.setattr(memory, "PATIENCE", 0)
    with budget.take(80, 100), pytest.raises(Unavailable), budget.take(30, 100):
        pass
    with pytest.raises(TooLarge), budget.take(101, 100):
        pass


def test_not_all_threads_wait_for_the_memory_of_others(monkeypatch):
    monkeypatch.setattr(memory, "WAITING", 0)
    found = memory.Budget()
    with found.take(2, 3), pytest.raises(Busy), found.take(2, 3):
        pass
    with found.take(3, 3):
        pass


@pytest.fixture
def without_pillow(monkeypatch):
    monkeypatch.setattr(pictures, "pillow", lambda: None)


@pytest.mark.usefixtures("without_pillow")
def test_without_pillow_pictures_are_kept_and_nothing_is_made(tmp_path):
    png, gif = picture(), picture(kind="GIF")
    stored = tmp_path / "stored"
    stored.write_bytes(png)
    assert pictures.contained(io.BytesIO(png), tmp_path, pictures.AVATAR, SETTINGS).read_bytes() == png
    assert list(made(tmp_path, png).files) == ["original"]
    assert pictures.frame_pictures(stored, tmp_path, SETTINGS) == {"original": stored}
    assert pictures.smaller_pictures(stored, tmp_path, SETTINGS) == {}
    assert pictures.cropped(io.BytesIO(png), tmp_path, pictures.CHAT_THUMBNAIL, SETTINGS) is None
    assert pictures.panorama(stored, tmp_path, pictures.BACKGROUND, SETTINGS) is None
    assert pictures.size(stored) is None
    for content, known in ((png, True), (picture(kind="JPEG"), True), (gif, False), (b"", False)):
        stream = io.BytesIO(content)
        assert (pictures.is_picture(stream), stream.tell()) == (known, 0)
    with pytest.raises(pictures.BadPicture, match="neither PNG nor JPEG"):
        made(tmp_path, gif)


def test_the_size_of_a_stored_picture_is_read_from_its_head(tmp_path):
    (tmp_path / "stored").write_bytes(picture(31, 17))
    assert pictures.size(tmp_path / "stored") == (31, 17)
