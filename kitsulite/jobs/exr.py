"""Reads OpenEXR pictures, with the extra `vfx`: light from 0 to 1 is converted for the screen."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kitsulite.jobs.memory import MEGABYTE, budget

SIGNATURE = b"\x76\x2f\x31\x01"
#: bytes per pixel: four channels of 32 bits, and their converted form
PIXEL = 40
MOST_CHANNELS = 64
GAMMA = 1 / 2.2


class BadExr(ValueError):
    """A file that is no OpenEXR picture, or has no colours."""


def is_exr(path: Path) -> bool:
    """Whether a file begins as an OpenEXR picture."""
    with open(path, "rb") as file:
        return file.read(4) == SIGNATURE


@contextlib.contextmanager
def decoded(path: Path, settings: Any) -> Iterator[Any]:
    """The picture in a file, RGB or RGBA. Raises BadExr, also without the extra, and the errors of `Budget.take`."""
    try:
        import numpy
        import OpenEXR
        from PIL import Image
    except ImportError:
        raise BadExr("The extra vfx is not installed.") from None
    with opened(OpenEXR, path, header_only=True) as file:
        header = file.parts[0].header
        (left, top), (right, bottom) = header["dataWindow"]
        pixels = int(right - left + 1) * int(bottom - top + 1)
        if not 0 < pixels <= settings.max_image_pixels or len(header["channels"]) > MOST_CHANNELS:
            raise BadExr(f"The picture has no pixels, or more than {settings.max_image_pixels}.")
        need = pixels * (PIXEL + 4 * len(header["channels"]))
    with budget.take(need, settings.picture_memory * MEGABYTE), opened(OpenEXR, path, separate_channels=True) as file:
        light = {name: channel.pixels for name, channel in file.parts[0].channels.items()}
        names = (["Y"] * 3 if "Y" in light else ["R", "G", "B"]) + (["A"] if "A" in light else [])
        if not {*names} <= {*light}:
            raise BadExr("The picture has no colours.")
        shown = [light[name].astype(numpy.float32).clip(0, 1) for name in names]
        shown[:3] = [channel**GAMMA for channel in shown[:3]]
        values = numpy.nan_to_num(numpy.stack(shown, axis=-1) * 255).astype(numpy.uint8)
        yield Image.fromarray(values, "RGB" if len(names) == 3 else "RGBA")


@contextlib.contextmanager
def opened(library: Any, path: Path, **options: bool) -> Iterator[Any]:
    try:
        file = library.File(str(path), **options)
    except Exception as error:
        raise BadExr("The picture cannot be decoded.") from error
    with file:
        if not file.parts:
            raise BadExr("The picture cannot be decoded.")
        yield file
