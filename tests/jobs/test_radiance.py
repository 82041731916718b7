"""Radiance pictures: what is read of them, and what is refused."""

import pytest

from kitsulite.jobs.radiance import BadRadiance, shrunk

HEAD = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n"
RED, BLACK, GREEN = b"\x80\0\0\x81", b"\0\0\0\0", b"\0\x80\0\x81"


def picture(width, height, lines, way=b"-"):
    return HEAD + b"%sY %d +X %d\n" % (way, height, width) + b"".join(lines)


def packed(*channels):
    """A line of eight pixels, each channel given as it is packed."""
    return b"\2\2\0\x08" + b"".join(channels)


def test_plain_pixels_are_shown_from_above_whichever_line_comes_first():
    for way, lines in ((b"-", (RED * 2, BLACK * 2)), (b"+", (BLACK * 2, RED * 2))):
        assert shrunk(picture(2, 2, lines, way), 2, 2, 100) == (2, 2, b"\xff\0\0" * 2 + b"\0\0\0" * 2)


def test_runs_and_single_values_of_a_line_are_the_same_pixels():
    nothing, light = b"\x88\0", b"\x88\x81"
    runs = packed(b"\x84\x80\x84\0", nothing, nothing, light)
    values = packed(b"\x08" + b"\x80" * 4 + b"\0" * 4, nothing, nothing, light)
    expected = (8, 1, b"\xff\0\0" * 4 + b"\0\0\0" * 4)
    assert shrunk(picture(8, 1, [runs]), 8, 1, 100) == shrunk(picture(8, 1, [values]), 8, 1, 100) == expected


def test_of_a_large_picture_every_nth_line_and_pixel_is_shown():
    nothing = b"\x88\0"
    red = packed(b"\x88\x80", nothing, nothing, b"\x88\x81")
    skipped = packed(b"\x08" + b"\x40" * 8, nothing, nothing, nothing)
    assert shrunk(picture(8, 4, [red, skipped] * 2), 4, 2, 100) == (4, 2, b"\xff\0\0" * 8)
    lines = [(RED + GREEN) * 2, BLACK * 4] * 2
    assert shrunk(picture(4, 4, lines), 2, 2, 100) == (2, 2, b"\xff\0\0" * 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        HEAD,
        HEAD + b"+X 2 -Y 2\n" + RED * 4,
        b"#?RADIANCE\n-Y 2 +X 2\n" + RED * 4,
        picture(2, 2, [RED * 3]),
        picture(2, 2, []),
        picture(0, 2, []),
        picture(20, 20, [RED * 400]),
        picture(8, 1, [packed(b"\x88\x80")]),
        picture(8, 1, [packed(b"\0\x80")]),
        picture(8, 1, [packed(b"\x89\x80" * 4)]),
        picture(8, 1, [packed(*[b"\x88\x80"] * 3, b"\x08\x81\x81")]),
    ],
)
def test_what_is_cut_broken_or_too_large_is_refused(content):
    with pytest.raises(BadRadiance):
        shrunk(content, 2, 2, 100)
