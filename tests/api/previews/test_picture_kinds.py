"""Pictures of all kinds that studios work with: shown in the colours that they have, kept as they came."""

import io
import struct
import zlib

import pytest
from PIL import Image, features
from scene import opened, picture

from kitsulite.models.previews import PreviewFile

RED = (250, 10, 10)


def png_of_16_bits(width, height, colour):
    """The bytes of a PNG of three channels of 16 bits, which Pillow reads and does not write."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    line = b"\0" + b"".join(struct.pack(">H", value * 257) for value in colour) * width
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(line * height)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def psd(width, height, colour):
    """The bytes of a Photoshop file without layers."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3)
    return head + bytes(12) + b"\0\0" + b"".join(bytes([value]) * (width * height) for value in colour)


def animated(kind, *colours):
    """The bytes of an animation of one frame per colour."""
    stream = io.BytesIO()
    first, *others = (Image.new("RGB", (30, 20), colour) for colour in colours)
    first.save(stream, kind, save_all=True, append_images=others, duration=40, loop=0)
    return stream.getvalue()


def grey_of_16_bits(kind):
    stream = io.BytesIO()
    Image.new("I;16", (30, 20), 128 * 257).save(stream, kind)
    return stream.getvalue()


#: what is uploaded -> the colour of its preview
KINDS = {
    "plate.png": (lambda: png_of_16_bits(30, 20, RED), RED),
    "depth.png": (lambda: grey_of_16_bits("PNG"), (128, 128, 128)),
    "depth.tiff": (lambda: grey_of_16_bits("TIFF"), (128, 128, 128)),
    "print.jpg": (lambda: picture(30, 20, "CMYK", "JPEG", (0, 245, 245, 5)), RED),
    "print.tif": (lambda: picture(30, 20, "CMYK", "TIFF", (0, 245, 245, 5)), RED),
    "plate.tif": (lambda: picture(30, 20, kind="TIFF", color=RED, compression="tiff_lzw"), RED),
    "plate.bmp": (lambda: picture(30, 20, kind="BMP", color=RED), RED),
    "plate.tga": (lambda: picture(30, 20, kind="TGA", color=RED), RED),
    "plate.webp": (lambda: picture(30, 20, kind="WEBP", color=RED, lossless=True), RED),
    "walk.webp": (lambda: animated("WEBP", RED, (0, 0, 255)), RED),
    "walk.png": (lambda: animated("PNG", RED, (0, 0, 255)), RED),
    "plate.avif": (lambda: picture(30, 20, kind="AVIF", color=RED), RED),
    "palette.png": (lambda: animated("GIF", RED), RED),
}


def is_near(shown, wanted):
    return all(abs(one - other) <= 12 for one, other in zip(shown[:3], wanted, strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_pictures_of_all_kinds_are_shown_in_their_colours(scene, name):
    if name.endswith("avif") and not features.check("avif"):
        pytest.skip("this Pillow cannot write AVIF")
    made, colour = KINDS[name]
    content = made()
    preview = scene.upload(name, content).json
    known = {key: preview[key] for key in ("extension", "width", "height", "status")}
    assert known == {"extension": "png", "width": 30, "height": 20, "status": "ready"}
    for variant, size in (("originals", (30, 20)), ("previews", (1200, 800)), ("thumbnails", (150, 100))):
        shown = opened(scene.api("user").get(f"/pictures/{variant}/preview-files/{preview['id']}.png").body)
        assert shown.size == size
        assert variant == "originals" or is_near(shown.getpixel((size[0] // 2, size[1] // 2)), colour), variant


@pytest.mark.parametrize(
    ("name", "content"), [("walk.gif", animated("GIF", RED, (0, 0, 255))), ("layers.psd", psd(30, 20, RED))]
)
def test_files_of_programs_and_animations_are_kept_and_shown_small(scene, name, content):
    preview = scene.upload(name, content).json
    assert (preview["extension"], preview["status"]) == (name[-3:], "ready")
    kept = scene.api("user").get(f"/pictures/originals/preview-files/{preview['id']}.{name[-3:]}")
    assert kept.body == content
    shown = opened(scene.api("user").get(f"/pictures/previews/preview-files/{preview['id']}.png").body)
    assert (shown.size, is_near(shown.getpixel((600, 400)), RED)) == ((1200, 800), True)


def test_light_is_kept_and_shown_as_a_screen_shows_it(studio, scene, tmp_path):
    library = pytest.importorskip("OpenEXR", reason="the extra vfx is not installed")
    numpy = pytest.importorskip("numpy")
    path = tmp_path / "plate.exr"
    header = {"compression": library.ZIP_COMPRESSION, "type": library.scanlineimage}
    with library.File(header, {"RGB": numpy.full((20, 30, 3), 0.5, dtype="float32")}) as file:
        file.write(str(path))
    preview = scene.upload("plate.exr", path.read_bytes()).json
    assert (preview["extension"], preview["status"]) == ("exr", "ready")
    assert scene.api().get(f"/pictures/originals/preview-files/{preview['id']}.exr").body == path.read_bytes()
    shown = opened(scene.api().get(f"/pictures/previews/preview-files/{preview['id']}.png").body)
    assert is_near(shown.getpixel((600, 400)), (186, 186, 186))


@pytest.mark.parametrize("name", ["plate.exr", "cut.gif", "cut.psd", "mesh.obj", "sheet.pdf", "song.mp3"])
def test_files_that_cannot_be_decoded_are_kept(studio, scene, name):
    content = {"exr": b"\x76\x2f\x31\x01" + bytes(40), "gif": animated("GIF", RED)[:30], "psd": psd(9, 9, RED)[:60]}
    content = content.get(name[-3:], b"of another program")
    preview = studio.db.get(PreviewFile, scene.upload(name, content).json["id"])
    assert (preview["extension"], preview["status"], preview["file_size"]) == (name[-3:], "ready", len(content))
    loaded = scene.api().get(f"/pictures/originals/preview-files/{preview['id']}/download")
    assert loaded.body == content
    assert scene.api().get(f"/pictures/previews/preview-files/{preview['id']}.png").status_int == 404
