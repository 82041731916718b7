"""Processes pictures with Pillow: variants of previews, thumbnails, avatars, backgrounds.

Pillow is imported on first use. Without it, pictures are kept and served as uploaded. Each function reads a binary
stream and writes new files into a folder, outside of any transaction. All pictures being decoded share a budget of
memory, for which each waits its turn.
"""

import contextlib
import io
import math
import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from kitsulite import heap
from kitsulite.errors import ApiError
from kitsulite.jobs import exr, jpeg
from kitsulite.jobs.memory import MEGABYTE, budget
from kitsulite.models.fields import new_id
from kitsulite.store.files import spool

#: formats that are decoded; not those that run other programs or draw vectors
FORMATS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "ICO", "PSD", "TGA")
#: those that can be recognized by their first bytes
CERTAIN = FORMATS[:-1]
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
THUMBNAIL, SQUARE, AVATAR, BACKGROUND = (150, 100), (100, 100), (400, 400), (300, 200)
PREVIEW_WIDTH = 1200
CHAT_THUMBNAIL = (150, 150)
UNREADABLE = "Uploaded file is not a readable picture."
#: most pixels of pictures that are only scaled down: avatars, thumbnails, backgrounds
MOST_PIXELS_OF_SMALL = 50_000_000
#: bytes per decoded pixel, 4 in all other modes
PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
#: additional bytes per pixel in the decoder of a format
DECODER = {"AVIF": 12, "GIF": 1, "PSD": 1, "TIFF": 1}
#: bytes per pixel while a WebP picture is decoded
WEBP_PIXEL = 16
PROGRESSIVE_JPEG = 6
#: bytes for the variants of a picture
VARIANTS = 24 * MEGABYTE
#: of 9, for PNG: a third of the time that 6 takes, which Pillow chooses, and about a tenth more bytes
COMPRESSION = 3
#: for originals: clients are shown their size, which is that of the reference to the byte
COMPRESSION_OF_ORIGINALS = 6
ORIENTATION, UPRIGHT = 0x0112, 1


class BadPicture(ValueError):
    """A picture that cannot be decoded or is too large; the text is for the client."""


@dataclass
class PictureFiles:
    """Files made from an upload, by store prefix, and the size of the picture in pixels."""

    files: dict[str, Path] = field(default_factory=dict)
    width: int = 0
    height: int = 0


def pillow() -> Any:
    """The module PIL.Image, None if Pillow is not installed."""
    try:
        from PIL import Image
    except ImportError:
        return None
    return Image


def preview_pictures(stream: BinaryIO, folder: Path, settings: Any) -> PictureFiles:
    """The original of a picture as PNG, and the variants for a preview. Raises BadPicture."""
    if pillow() is None:
        return PictureFiles({"original": as_uploaded(stream, folder)})
    with decoded(stream, settings) as picture:
        result = PictureFiles(width=picture.width, height=picture.height)
        result.files["original"] = saved(picture, folder, COMPRESSION_OF_ORIGINALS)
        result.files.update(variants(picture, folder, settings.max_image_pixels))
    return result


def frame_pictures(path: Path, folder: Path, settings: Any) -> dict[str, Path]:
    """A frame of a movie, a PNG, as the original of its picture variants, and these; without Pillow only the former."""
    if pillow() is None:
        return {"original": path}
    with open(path, "rb") as stream, decoded(stream, settings) as picture:
        return {"original": path} | variants(picture, folder, settings.max_image_pixels)


def smaller_pictures(path: Path, folder: Path, settings: Any) -> dict[str, Path]:
    """The variants of a stored file, if it is a picture that can be decoded; OpenEXR is."""
    if pillow() is None:
        return {}
    try:
        if exr.is_exr(path):
            with exr.decoded(path, settings) as picture:
                return variants(picture, folder, settings.max_image_pixels)
        with open(path, "rb") as stream, decoded(stream, settings) as picture:
            return variants(picture, folder, settings.max_image_pixels)
    except (ValueError, ApiError):
        return {}


def is_picture(stream: BinaryIO) -> bool:
    """Whether a stream starts like a picture that can be decoded; rewinds the stream."""
    image = pillow()
    if image is None:
        start = stream.read(16)
        stream.seek(0)
        return start.startswith(SIGNATURES)
    if webp_pixels(stream):
        return True
    try:
        opened(stream, CERTAIN)
    except BadPicture:
        return False
    finally:
        stream.seek(0)
    return True


def size(path: Path) -> tuple[int, int] | None:
    """(width, height) of a stored picture, None without Pillow."""
    if pillow() is None:
        return None
    with open(path, "rb") as stream:
        return opened(stream, CERTAIN).size


def variants(picture: Any, folder: Path, most_pixels: int) -> dict[str, Path]:
    """The smaller variants of a decoded picture, by store prefix."""
    preview = PREVIEW_WIDTH, math.ceil(PREVIEW_WIDTH * picture.height / picture.width)
    if preview[0] * preview[1] > min(most_pixels, MOST_PIXELS_OF_SMALL):
        raise BadPicture("The picture is too long for its width.")
    source = mixable(reduced(picture, picture.width // (2 * PREVIEW_WIDTH)))
    canvases = {"previews": preview, "thumbnails": THUMBNAIL, "thumbnails-square": SQUARE}
    return {prefix: saved(fitted(source, *canvas), folder) for prefix, canvas in canvases.items()}


def contained(stream: BinaryIO, folder: Path, canvas: tuple[int, int], settings: Any) -> Path:
    """A whole picture on a transparent canvas of (width, height) pixels. Raises BadPicture."""
    if pillow() is None:
        return as_uploaded(stream, folder)
    with decoded(stream, settings, small=canvas) as picture:
        factor = max(side // (2 * length) for side, length in zip(picture.size, canvas, strict=True))
        return saved(fitted(mixable(reduced(picture, factor)), *canvas), folder)


def cropped(stream: BinaryIO, folder: Path, canvas: tuple[int, int], settings: Any) -> Path | None:
    """The middle of a picture, filling a canvas; None without Pillow. Raises BadPicture."""
    if pillow() is None:
        return None
    from PIL import ImageOps

    with decoded(stream, settings, small=canvas) as picture:
        factor = min(side // (2 * length) for side, length in zip(picture.size, canvas, strict=True))
        return saved(ImageOps.fit(mixable(reduced(picture, factor)), canvas).convert("RGBA"), folder)


def panorama(path: Path, folder: Path, canvas: tuple[int, int], settings: Any) -> Path | None:
    """A whole Radiance picture on a transparent canvas; None without Pillow. Raises BadPicture."""
    image = pillow()
    if image is None:
        return None
    from kitsulite.jobs import radiance

    most_pixels = min(settings.max_image_pixels, MOST_PIXELS_OF_SMALL)
    with open(path, "rb") as file:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                width, height, pixels = radiance.shrunk(content, 2 * canvas[0], 2 * canvas[1], most_pixels)
        except ValueError as error:
            raise BadPicture(str(error)) from error
        return saved(fitted(image.frombytes("RGB", (width, height), pixels), *canvas), folder)


def as_uploaded(stream: BinaryIO, folder: Path) -> Path:
    """A picture as uploaded, for servers without Pillow. Raises BadPicture."""
    start = stream.read(16)
    if not start.startswith(SIGNATURES):
        raise BadPicture("The picture is neither PNG nor JPEG.")
    stream.seek(0)
    return spool(stream, folder)


# Decoding


@contextlib.contextmanager
def decoded(stream: BinaryIO, settings: Any, small: tuple[int, int] | None = None) -> Iterator[Any]:
    """The picture in a stream, upright and in sRGB. Raises BadPicture, and the errors of `Budget.take`.

    With `small`, the size to which it will be scaled, it is decoded at a fraction of its own if its format can do so.
    """
    most_pixels = min(settings.max_image_pixels, MOST_PIXELS_OF_SMALL) if small else settings.max_image_pixels
    total = settings.picture_memory * MEGABYTE
    with contextlib.ExitStack() as held:
        webp = webp_pixels(stream)
        if webp:
            # its library allocates the memory when it opens the picture
            refuse_more(webp, most_pixels)
            held.enter_context(budget.take(webp * WEBP_PIXEL + VARIANTS, total))
        picture = opened(stream, FORMATS)
        refuse_more(picture.width * picture.height, most_pixels)
        if small:
            draft(picture, small)
        if not webp:
            held.enter_context(budget.take(memory_of(picture, bool(small)), total))
        yield loaded(picture)


def refuse_more(pixels: int, limit: int) -> None:
    if pixels > limit:
        raise BadPicture(f"The picture has more than {limit} pixels.")


def draft(picture: Any, small: tuple[int, int]) -> None:
    """Make a picture be decoded at a fraction of its size, if its format can do so."""
    try:
        picture.draft("RGB", (2 * small[0], 2 * small[1]))
    except Exception as error:
        raise BadPicture(UNREADABLE) from error


def loaded(picture: Any) -> Any:
    """The decoded picture, upright and in sRGB."""
    try:
        picture.load()
        return to_srgb(upright(picture))
    except Exception as error:
        raise BadPicture(UNREADABLE) from error


def webp_pixels(stream: BinaryIO) -> int:
    """The number of pixels of a WebP picture, 0 for other files; rewinds the stream."""
    head = stream.read(30)
    stream.seek(0)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return 0
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return max(1, width * height)


def opened(stream: BinaryIO, formats: tuple[str, ...]) -> Any:
    """The picture in a stream, of which only the head is read. Raises BadPicture."""
    image = pillow()
    image.init()
    heap.return_big_blocks()
    if jpeg.is_slow(stream):
        raise BadPicture("The picture has more scans or segments than can be decoded in a reasonable time.")
    # our own limit is checked instead, by the size in the head
    image.MAX_IMAGE_PIXELS = None
    try:
        return image.open(stream, formats=[name for name in formats if name in image.OPEN])
    except Exception as error:
        raise BadPicture(UNREADABLE) from error


def memory_of(picture: Any, small: bool) -> int:
    """Bytes that decoding a picture takes, including copies."""
    own = PIXEL.get(picture.mode, 4)
    pixel = own + DECODER.get(picture.format, 0)
    if picture.info.get("progressive") or picture.info.get("progression"):
        pixel += PROGRESSIVE_JPEG
    # the orientation of a PNG is known only after decoding, and cameras do not write PNG
    copies = own if picture.format != "PNG" and is_turned(picture) else 0
    if picture.info.get("icc_profile") or picture.mode not in PNG_MODES:
        copies += 4
    if picture.mode == "1":
        copies += 1
    need = picture.width * picture.height * (pixel + copies)
    # plus a tenth for buffers
    return need + need // 10 + (MEGABYTE if small else VARIANTS)


def is_turned(picture: Any) -> bool:
    """Whether a picture is rotated or flipped according to its EXIF orientation."""
    try:
        return picture.getexif().get(ORIENTATION, UPRIGHT) not in (0, UPRIGHT)
    except Exception:
        # broken EXIF data is no reason to refuse a picture
        return False


def upright(picture: Any) -> Any:
    """A decoded picture, turned upright by its EXIF orientation."""
    if not is_turned(picture):
        return picture
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)


def to_srgb(picture: Any) -> Any:
    """The picture in a mode of PNG, converted to sRGB if it has a colour profile."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("CMYK", "RGB", "RGBA"):
        from PIL import ImageCms

        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            del picture.info["icc_profile"]
    return picture if picture.mode in PNG_MODES else picture.convert("RGB")


def mixable(picture: Any) -> Any:
    """A picture in a mode that can be scaled smoothly; without an alpha channel if it is opaque."""
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.point(lambda value: value / 256).convert("L")
    is_opaque = picture.mode in ("L", "RGB") and "transparency" not in picture.info
    return picture if is_opaque else picture.convert("RGBA")


def reducible(mode: str) -> bool:
    return mode in ("L", "LA", "RGB", "RGBA")


def reduced(picture: Any, factor: int) -> Any:
    """A large picture at a fraction of its size."""
    if factor <= 1:
        return picture
    if picture.mode == "1":
        picture = picture.convert("L")
    if reducible(picture.mode):
        return picture.reduce(factor)
    # colours of a palette cannot be averaged, so pixels are left out
    size = max(1, picture.width // factor), max(1, picture.height // factor)
    return picture.resize(size, pillow().Resampling.NEAREST)


def fitted(picture: Any, width: int, height: int) -> Any:
    """A picture scaled to fit a canvas, centred and in its aspect ratio; RGBA."""
    image = pillow()
    if picture.size == (width, height):
        return picture.convert("RGBA")
    scale = min(width / picture.width, height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    canvas = image.new("RGBA", (width, height))
    smaller = picture.resize(size, image.Resampling.LANCZOS, reducing_gap=3)
    canvas.paste(smaller, ((width - size[0]) // 2, (height - size[1]) // 2))
    return canvas


def saved(picture: Any, folder: Path, compression: int = COMPRESSION) -> Path:
    """Save a picture as a new PNG in a folder; returns its path."""
    path = folder / new_id()
    write_png(picture, path, compression)
    return path


def write_png(picture: Any, target: Path | BinaryIO, compression: int = COMPRESSION) -> None:
    """Write a picture as PNG."""
    picture.save(target, "PNG", compress_level=compression)
