"""Pictures and what is made of them: variants, thumbnails, avatars, backgrounds.

Pillow does the work and is imported when it is first needed. Without it nothing is made and
pictures are kept and served as they came. Each function reads a binary stream and writes new
files into a folder, outside of any transaction.
"""

import io
import math
import mmap
import threading
from dataclasses import dataclass, field
from pathlib import Path

from kitsulite.models.fields import new_id
from kitsulite.store.files import spool

#: formats that are decoded; those that run other programs or draw vectors are not
FORMATS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "TGA", "ICO")
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
THUMBNAIL, SQUARE, AVATAR, BACKGROUND = (150, 100), (100, 100), (400, 400), (300, 200)
PREVIEW_WIDTH = 1200
CHAT_THUMBNAIL = (150, 150)

#: a decoded picture may take more than a gigabyte: only so many at a time
_decoding = threading.BoundedSemaphore(2)


class BadPicture(ValueError):
    """A picture that cannot be decoded, or is too big; the text is meant for the client."""


@dataclass
class Made:
    """Files that were made of an upload, by store prefix, and the size of the picture in pixels."""

    files: dict[str, Path] = field(default_factory=dict)
    width: int = 0
    height: int = 0


def pillow():
    """The module PIL.Image, None where Pillow is not installed."""
    try:
        from PIL import Image, ImageFile
    except ImportError:
        return None
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    return Image


def preview_pictures(stream, folder, most_pixels):
    """The variants of a picture that a preview shows. Raises BadPicture."""
    if pillow() is None:
        return Made({"original": kept(stream, folder)})
    with _decoding:
        picture = decoded(stream, most_pixels)
        made = Made(width=picture.width, height=picture.height)
        made.files["original"] = saved(picture, folder)
        made.files.update(variants(picture, folder, most_pixels))
    return made


def variants(picture, folder, most_pixels):
    """The smaller forms of a decoded picture, by store prefix."""
    preview = PREVIEW_WIDTH, math.ceil(PREVIEW_WIDTH * picture.height / picture.width)
    if preview[0] * preview[1] > most_pixels:
        raise BadPicture("The picture is too long for its width.")
    source = to_rgba(reduced(picture))
    canvases = {"previews": preview, "thumbnails": THUMBNAIL, "thumbnails-square": SQUARE}
    return {prefix: saved(fitted(source, *canvas), folder) for prefix, canvas in canvases.items()}


def contained(stream, folder, canvas, most_pixels):
    """A picture, whole, on a transparent canvas of (width, height) pixels. Raises BadPicture."""
    if pillow() is None:
        return kept(stream, folder)
    with _decoding:
        return saved(fitted(to_rgba(decoded(stream, most_pixels)), *canvas), folder)


def cropped(stream, folder, canvas, most_pixels):
    """The middle of a picture that fills a canvas; None without Pillow. Raises BadPicture."""
    if pillow() is None:
        return None
    from PIL import ImageOps

    with _decoding:
        return saved(ImageOps.fit(to_rgba(decoded(stream, most_pixels)), canvas), folder)


def panorama(path, folder, canvas, most_pixels):
    """A Radiance picture, whole, on a transparent canvas; None without Pillow. Raises BadPicture."""
    image = pillow()
    if image is None:
        return None
    from kitsulite.jobs import radiance

    with open(path, "rb") as file, _decoding:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                width, height, pixels = radiance.shrunk(content, 2 * canvas[0], 2 * canvas[1], most_pixels)
        except ValueError as error:
            raise BadPicture(str(error)) from error
        return saved(fitted(image.frombytes("RGB", (width, height), pixels).convert("RGBA"), *canvas), folder)


def kept(stream, folder):
    """A picture as it came, where nothing can be made of it."""
    start = stream.read(16)
    if not start.startswith(SIGNATURES):
        raise BadPicture("The picture is neither PNG nor JPEG.")
    stream.seek(0)
    return spool(stream, folder)


def decoded(stream, most_pixels):
    """The picture of a stream, in sRGB; one with more pixels than that, or no picture at all, is a BadPicture."""
    image = pillow()
    image.init()
    image.MAX_IMAGE_PIXELS = most_pixels
    try:
        picture = image.open(stream, formats=[name for name in FORMATS if name in image.OPEN])
        if picture.width * picture.height <= most_pixels:
            picture.load()
            return to_srgb(picture)
    except Exception as error:
        raise BadPicture("The picture cannot be decoded.") from error
    raise BadPicture(f"The picture has more than {most_pixels} pixels.")


def to_srgb(picture):
    """The picture in a mode that PNG knows, its colours converted to sRGB where a profile says how."""
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


def to_rgba(picture):
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA")


def reduced(picture):
    """A big picture at a fraction of its size that is still more than enough for all variants."""
    factor = picture.width // (2 * PREVIEW_WIDTH)
    return picture.reduce(factor) if factor > 1 and picture.mode in ("L", "LA", "RGB", "RGBA") else picture


def fitted(picture, width, height):
    """A picture inside a canvas, centred and whole; one that is smaller in both directions is stretched to it."""
    image = pillow()
    if picture.width < width and picture.height < height:
        return picture.resize((width, height), image.Resampling.LANCZOS)
    scale = min(width / picture.width, height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    canvas = image.new("RGBA", (width, height))
    smaller = picture.resize(size, image.Resampling.LANCZOS, reducing_gap=3)
    canvas.paste(smaller, ((width - size[0]) // 2, (height - size[1]) // 2))
    return canvas


def saved(picture, folder):
    """A picture as a new PNG file of a folder."""
    path = folder / new_id()
    picture.save(path, "PNG")
    return path
