"""Pictures and what is made of them: variants, thumbnails, avatars, backgrounds.

Pillow does the work and is imported when it is first needed. Without it nothing is made and
pictures are kept and served as they came. Each function reads a binary stream and writes new
files into a folder, outside of any transaction. All pictures that are decoded at a time share
a budget of memory: one that does not fit waits its turn.
"""

import contextlib
import io
import math
import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from kitsulite.errors import ApiError
from kitsulite.jobs import exr
from kitsulite.jobs.memory import MEGABYTE, budget
from kitsulite.models.fields import new_id
from kitsulite.store.files import spool

#: formats that are decoded; the ones that run other programs or draw vectors are not
FORMATS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "ICO", "PSD", "TGA")
#: the ones that are known by their first bytes
CERTAIN = FORMATS[:-1]
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
THUMBNAIL, SQUARE, AVATAR, BACKGROUND = (150, 100), (100, 100), (400, 400), (300, 200)
PREVIEW_WIDTH = 1200
CHAT_THUMBNAIL = (150, 150)
UNREADABLE = "Uploaded file is not a readable picture."
#: most pixels of what only becomes small: avatars, thumbnails, backgrounds
MOST_PIXELS_OF_SMALL = 50_000_000
#: bytes of a decoded pixel, 4 for all other modes
PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
#: bytes a pixel that decoders of a format take besides the picture
DECODER = {"WEBP": 8, "AVIF": 8, "GIF": 5, "PSD": 1}
PROGRESSIVE_JPEG = 6
#: bytes for the variants of a picture
VARIANTS = 24 * MEGABYTE
ORIENTATION, UPRIGHT = 0x0112, 1


class BadPicture(ValueError):
    """A picture that cannot be decoded, or is too big; the text is meant for the client."""


@dataclass
class Made:
    """Files that were made of an upload, by store prefix, and the size of the picture in pixels."""

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


def preview_pictures(stream: BinaryIO, folder: Path, settings: Any) -> Made:
    """The original of a picture, as PNG, and the variants that a preview shows. Raises BadPicture."""
    if pillow() is None:
        return Made({"original": kept(stream, folder)})
    with decoded(stream, settings) as picture:
        made = Made(width=picture.width, height=picture.height)
        made.files["original"] = saved(picture, folder)
        made.files.update(variants(picture, folder, settings.max_image_pixels))
    return made


def frame_pictures(path: Path, folder: Path, settings: Any) -> dict[str, Path]:
    """The picture variants of a movie, made of one of its frames, a PNG; only the frame itself without Pillow."""
    if pillow() is None:
        return {"original": path}
    with open(path, "rb") as stream, decoded(stream, settings) as picture:
        made = {"original": saved(to_rgba(picture), folder)}
        return made | variants(picture, folder, settings.max_image_pixels)


def smaller_pictures(path: Path, folder: Path, settings: Any) -> dict[str, Path]:
    """The variants of a stored file that may be a picture, OpenEXR included; none of one that cannot be decoded."""
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
    """Whether the first bytes of a stream are those of a picture that can be decoded; the stream is rewound."""
    image = pillow()
    if image is None:
        start = stream.read(16)
        stream.seek(0)
        return start.startswith(SIGNATURES)
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
    """The smaller forms of a decoded picture, by store prefix."""
    preview = PREVIEW_WIDTH, math.ceil(PREVIEW_WIDTH * picture.height / picture.width)
    if preview[0] * preview[1] > min(most_pixels, MOST_PIXELS_OF_SMALL):
        raise BadPicture("The picture is too long for its width.")
    source = to_rgba(reduced(picture, picture.width // (2 * PREVIEW_WIDTH)))
    canvases = {"previews": preview, "thumbnails": THUMBNAIL, "thumbnails-square": SQUARE}
    return {prefix: saved(fitted(source, *canvas), folder) for prefix, canvas in canvases.items()}


def contained(stream: BinaryIO, folder: Path, canvas: tuple[int, int], settings: Any) -> Path:
    """A picture, whole, on a transparent canvas of (width, height) pixels. Raises BadPicture."""
    if pillow() is None:
        return kept(stream, folder)
    with decoded(stream, settings, small=canvas) as picture:
        factor = max(side // (2 * wanted) for side, wanted in zip(picture.size, canvas, strict=True))
        return saved(fitted(to_rgba(reduced(picture, factor)), *canvas), folder)


def cropped(stream: BinaryIO, folder: Path, canvas: tuple[int, int], settings: Any) -> Path | None:
    """The middle of a picture that fills a canvas; None without Pillow. Raises BadPicture."""
    if pillow() is None:
        return None
    from PIL import ImageOps

    with decoded(stream, settings, small=canvas) as picture:
        factor = min(side // (2 * wanted) for side, wanted in zip(picture.size, canvas, strict=True))
        return saved(ImageOps.fit(to_rgba(reduced(picture, factor)), canvas), folder)


def panorama(path: Path, folder: Path, canvas: tuple[int, int], settings: Any) -> Path | None:
    """A Radiance picture, whole, on a transparent canvas; None without Pillow. Raises BadPicture."""
    image = pillow()
    if image is None:
        return None
    from kitsulite.jobs import radiance

    most = min(settings.max_image_pixels, MOST_PIXELS_OF_SMALL)
    with open(path, "rb") as file:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                width, height, pixels = radiance.shrunk(content, 2 * canvas[0], 2 * canvas[1], most)
        except ValueError as error:
            raise BadPicture(str(error)) from error
        return saved(fitted(image.frombytes("RGB", (width, height), pixels).convert("RGBA"), *canvas), folder)


def kept(stream: BinaryIO, folder: Path) -> Path:
    """A picture as it came, if nothing can be made of it."""
    start = stream.read(16)
    if not start.startswith(SIGNATURES):
        raise BadPicture("The picture is neither PNG nor JPEG.")
    stream.seek(0)
    return spool(stream, folder)


# Decoding


@contextlib.contextmanager
def decoded(stream: BinaryIO, settings: Any, small: tuple[int, int] | None = None) -> Iterator[Any]:
    """The picture of a stream, upright and in sRGB. Raises BadPicture, and what `Budget.take` raises.

    `small`: the size that it becomes; then it is decoded at a fraction of its own, if its format can.
    """
    picture = opened(stream, FORMATS)
    most = min(settings.max_image_pixels, MOST_PIXELS_OF_SMALL) if small else settings.max_image_pixels
    if picture.width * picture.height > most:
        raise BadPicture(f"The picture has more than {most} pixels.")
    try:
        if small:
            picture.draft("RGB", (2 * small[0], 2 * small[1]))
        turned = picture.getexif().get(ORIENTATION, UPRIGHT) not in (0, UPRIGHT)
    except Exception as error:
        raise BadPicture(UNREADABLE) from error
    with budget.take(memory_of(picture, turned, bool(small)), settings.picture_memory * MEGABYTE):
        try:
            picture.load()
            ready = to_srgb(upright(picture) if turned else picture)
        except Exception as error:
            raise BadPicture(UNREADABLE) from error
        yield ready


def opened(stream: BinaryIO, formats: tuple[str, ...]) -> Any:
    """The picture of a stream of which only the head is read. Raises BadPicture."""
    image = pillow()
    image.init()
    # What is too big is refused here, by the size that the head names.
    image.MAX_IMAGE_PIXELS = None
    try:
        return image.open(stream, formats=[name for name in formats if name in image.OPEN])
    except Exception as error:
        raise BadPicture(UNREADABLE) from error


def memory_of(picture: Any, turned: bool, small: bool) -> int:
    """Bytes that decoding a picture takes, with the copies that are made of it."""
    own = PIXEL.get(picture.mode, 4)
    pixel = own + DECODER.get(picture.format, 0)
    if picture.info.get("progressive") or picture.info.get("progression"):
        pixel += PROGRESSIVE_JPEG
    copies = own if turned else 0
    if picture.info.get("icc_profile") or picture.mode not in PNG_MODES:
        copies += 4
    if not reducible(picture.mode):
        copies += 4
    return picture.width * picture.height * (pixel + copies) + (MEGABYTE if small else VARIANTS)


def upright(picture: Any) -> Any:
    """A picture turned as its EXIF orientation says."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)


def to_srgb(picture: Any) -> Any:
    """The picture in a mode that PNG knows, its colours converted to sRGB if a profile says how."""
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


def to_rgba(picture: Any) -> Any:
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA")


def reducible(mode: str) -> bool:
    return mode in ("L", "LA", "RGB", "RGBA")


def reduced(picture: Any, factor: int) -> Any:
    """A big picture at a fraction of its size."""
    return picture.reduce(factor) if factor > 1 and reducible(picture.mode) else picture


def fitted(picture: Any, width: int, height: int) -> Any:
    """A picture inside a canvas, centred and whole, made smaller or bigger with its ratio kept."""
    image = pillow()
    if picture.size == (width, height):
        return picture
    scale = min(width / picture.width, height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    canvas = image.new("RGBA", (width, height))
    smaller = picture.resize(size, image.Resampling.LANCZOS, reducing_gap=3)
    canvas.paste(smaller, ((width - size[0]) // 2, (height - size[1]) // 2))
    return canvas


def saved(picture: Any, folder: Path) -> Path:
    """A picture as a new PNG file of a folder."""
    path = folder / new_id()
    picture.save(path, "PNG")
    return path
