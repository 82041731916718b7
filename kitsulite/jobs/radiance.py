"""Reads Radiance pictures (.hdr), as far as a small view of a panorama needs it.

A pixel is three mantissas and a shared exponent (RGBE); a line is run-length coded per channel, or contains plain
pixels. Only every n-th line and pixel is read.
"""

import functools
import itertools
import re

SIZE = re.compile(rb"^([-+])Y (\d+) \+X (\d+)$")
GAMMA = 1 / 2.2


class BadRadiance(ValueError):
    """A file that is no Radiance picture, or has too many pixels."""

    def __init__(self, message="The picture is no Radiance picture."):
        super().__init__(message)


def shrunk(content, least_width, least_height, most_pixels):
    """(width, height, RGB bytes) of every n-th pixel, at least in the given size. Raises BadRadiance."""
    start, flipped, width, height = header(content)
    if not 0 < width * height <= most_pixels:
        raise BadRadiance(f"The picture has no pixels, or more than {most_pixels}.")
    step = max(1, min(width // least_width, height // least_height))
    try:
        rows = [colours(line, step) for line in lines(content, start, width, height, step)]
    except IndexError:
        raise BadRadiance from None
    return -(-width // step), len(rows), b"".join(reversed(rows) if flipped else rows)


def header(content):
    """(start of the pixels, whether the first line is the lowest, width, height)."""
    if content[:2] != b"#?":
        raise BadRadiance
    blank = content.find(b"\n\n", 0, 1 << 16)
    end = content.find(b"\n", blank + 2, blank + 80)
    match = SIZE.match(content[blank + 2 : end])
    if blank < 0 or end < 0 or not match:
        raise BadRadiance
    return end + 1, match[1] == b"+", int(match[3]), int(match[2])


def lines(content, position, width, height, step):
    """The four channels of every n-th line."""
    for number in range(height):
        is_read = number % step == 0
        mark = content[position : position + 4]
        if 8 <= width < 1 << 15 and mark[:2] == b"\2\2" and mark[2] << 8 | mark[3] == width:
            position += 4
            channels = []
            for _ in range(4):
                channel, position = packed(content, position, width, is_read)
                channels.append(channel)
        else:
            pixels = content[position : position + 4 * width]
            if len(pixels) < 4 * width:
                raise IndexError
            position += 4 * width
            channels = [pixels[channel::4] for channel in range(4)]
        if is_read:
            yield channels


def packed(content, position, width, is_read):
    """The values of one channel of a line, if they are wanted, and the position after them."""
    values, count = bytearray(), 0
    while count < width:
        length = content[position]
        if length > 128:
            if is_read:
                values += content[position + 1 : position + 2] * (length - 128)
            count += length - 128
            position += 2
        elif length:
            if is_read:
                values += content[position + 1 : position + 1 + length]
            count += length
            position += 1 + length
        else:
            raise BadRadiance
    if count > width or position > len(content):
        raise BadRadiance
    return values, position


def colours(channels, step):
    """RGB bytes of every n-th pixel of a line."""
    red, green, blue, exponents = (channel[::step] for channel in channels)
    pixels = zip(red, green, blue, exponents, strict=True)
    return bytes(itertools.chain.from_iterable((shown(e)[r], shown(e)[g], shown(e)[b]) for r, g, b, e in pixels))


@functools.cache
def shown(exponent):
    """The screen values (light from 0 to 1, gamma 2.2) of all mantissas with an exponent."""
    scale = 2.0 ** (exponent - 136) if exponent else 0.0
    return bytes(round(255 * min(1.0, mantissa * scale) ** GAMMA) for mantissa in range(256))
