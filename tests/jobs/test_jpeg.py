"""JPEG pictures that would take minutes to decode are refused before they are."""

import io

import pytest
from PIL import Image
from scene import picture

from kitsulite.jobs import jpeg

SCAN = b"\xff\xda"


def progressive(scans=0):
    """A progressive picture, its last scan repeated."""
    content = picture(64, 64, "L", "JPEG", 128, progressive=True)
    start = content.rindex(SCAN)
    return content[:-2] + content[start:-2] * scans + content[-2:]


def is_slow(content, folder):
    """The same of a file and of a stream in memory, both left as they were."""
    path = folder / "a.jpg"
    path.write_bytes(content)
    with open(path, "rb") as file:
        found = jpeg.is_slow(file)
        assert file.read() == content
    stream = io.BytesIO(content)
    assert jpeg.is_slow(stream) is found
    assert stream.read() == content
    return found


def test_scans_are_counted(tmp_path):
    scans = progressive().count(SCAN)
    assert not is_slow(progressive(), tmp_path)
    assert not is_slow(progressive(jpeg.MOST_SCANS - scans), tmp_path)
    assert is_slow(progressive(jpeg.MOST_SCANS - scans + 1), tmp_path)


def test_what_only_looks_like_a_scan_is_none(tmp_path):
    content = progressive()
    comment = b"\xff\xfe" + (2 + 400).to_bytes(2, "big") + SCAN * 200
    assert not is_slow(content[:2] + comment + content[2:], tmp_path)
    assert not is_slow(content + SCAN * 1000, tmp_path)


def test_segments_are_counted(tmp_path):
    content = progressive()
    assert is_slow(content[:2] + b"\xff\xe5\0\2" * jpeg.MOST_SEGMENTS + content[2:], tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"\xff\xd8\xff\xe0\0", b"\x89PNG"])
def test_what_is_cut_short_is_not_slow(tmp_path, content):
    assert not is_slow(content, tmp_path) if content else not jpeg.is_slow(io.BytesIO(content))


def test_a_picture_of_many_scans_is_refused(scene):
    refused = scene.upload("a.jpg", progressive(jpeg.MOST_SCANS))
    assert (refused.status_int, "more scans" in refused.json["message"]) == (400, True)
    assert scene.upload("a.jpg", progressive()).json["status"] == "ready"
    assert Image.open(io.BytesIO(progressive(jpeg.MOST_SCANS))).size == (64, 64)
