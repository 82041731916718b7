"""Edit lists in the form of CMX 3600."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitsulite.exchange.edit_lists import edl
from kitsulite.exchange.edit_lists.clips import Clip, Unreadable
from kitsulite.exchange.edit_lists.time_codes import base_of, frames

HEADER = "TITLE: Cut 1\nFCM: NON-DROP FRAME\n\n"


def event(source, record, number="001", reel="AX", track="V", cut="C", name=None):
    """An event whose source and record run from one second to another."""
    times = " ".join(
        f"{hours}:00:{second:02}:00" for hours, span in (("00", source), ("01", record)) for second in span
    )
    lines = [f"{number}  {reel}  {track}  {cut}  {times}"]
    return "\r\n".join([*lines, f"* FROM CLIP NAME: {name}"] if name else lines) + "\r\n"


def read(*events, fps=25):
    return [(clip.name, clip.frame_in, clip.nb_frames) for clip in edl.clips(HEADER + "\r\n".join(events), fps)]


def test_the_place_of_a_clip_is_that_of_its_record_whatever_the_handles_of_its_source():
    assert read(event((7, 9), (10, 12), name="A.mov"), event((50, 53), (12, 15), name="v1.2.B.mov")) == [
        ("A", 0, 50),
        ("v1.2.B", 50, 75),
    ]


def test_gaps_count_and_what_overlaps_lies_one_behind_the_other():
    found = read(event((0, 2), (0, 1), name="A"), event((0, 1), (1, 2), name="B"), event((0, 1), (5, 6), name="C"))
    assert found == [("A", 0, 50), ("B", 50, 25), ("C", 125, 25)]


def test_the_source_says_how_long_a_clip_is_unless_it_runs_at_another_speed():
    assert read(event((0, 4), (0, 2), name="A")) == [("A", 0, 100)]
    assert read(event((0, 4), (0, 2), name="A"), "M2   AX   050.0   00:00:00:00\n") == [("A", 0, 50)]
    other = "M2   BX   050.0   00:00:00:00\n"
    dissolve = [event((0, 4), (0, 2)), event((0, 4), (2, 4), reel="BX", cut="D 024", name="B")]
    assert read(*dissolve, other) == [("B", 0, 100), ("B", 100, 50)]


def test_each_video_track_begins_by_itself_and_sound_is_left_out():
    found = read(
        event((0, 1), (3, 4), track="B", name="both"),
        event((0, 1), (4, 5), track="AA/V", name="all"),
        event((0, 1), (5, 6), track="V", name="picture"),
        event((0, 1), (4, 5), track="V2", name="above"),
        event((0, 1), (9, 10), track="A2", name="sound"),
        event((0, 1), (9, 10), track="NONE", name="none"),
    )
    assert found == [("both", 0, 25), ("all", 25, 25), ("picture", 50, 25), ("above", 0, 25)]


def test_transitions_are_cuts_to_the_clip_that_they_lead_to():
    found = read(
        event((0, 1), (0, 1), name="A"),
        event((1, 1), (1, 1), number="002"),
        event((0, 2), (1, 3), number="002", reel="BX", cut="D    012"),
        "* FROM CLIP NAME: A\n* TO CLIP NAME: B.mov\n",
        event((0, 1), (3, 4), number="003", cut="W001 010", name="C"),
        event((0, 1), (4, 5), number="004", cut="K B", name="D"),
    )
    assert found == [("A", 0, 25), ("B", 25, 50), ("C", 75, 25), ("D", 100, 25)]


def test_clips_without_a_name_have_that_of_their_file_or_the_number_of_their_event():
    found = read(
        event((0, 1), (0, 1)),
        event((0, 1), (1, 2), number="002"),
        "* FROM CLIP: /shots/sh_01.mov\n",
        event((0, 1), (2, 3), number="003"),
        "* FROM FILE: Z:\\shots\\sh.02.mov\nSOURCE FILE: other\n>>> AVID NOTE\n",
        event((0, 1), (3, 4), number="004", reel="BL"),
    )
    assert [name for name, _, _ in found] == ["001", "sh_01", "sh.02", "004"]


@pytest.mark.parametrize(
    ("fps", "base"), [(24, 24), (23.976, 24), (23.98, 24), (29.97, 30), (59.94, 60), (12, 12), (0.1, 1)]
)
def test_time_codes_count_whole_frames(fps, base):
    assert base_of(fps) == base


@pytest.mark.parametrize(
    ("text", "base", "number"),
    [
        ("00:01:00:00", 30, 1800),
        ("00:00:59;29", 30, 1799),
        ("00:01:00;02", 30, 1800),
        ("00:10:00;00", 30, 17982),
        ("01:00:00;00", 30, 107892),
        ("00:01:00;04", 60, 3600),
        ("1:00:00:11", 12, 43211),
        ("00:00:01:100", 120, 220),
    ],
)
def test_drop_frame_time_codes_leave_numbers_out(text, base, number):
    assert frames(text, base) == number


@given(st.integers(0, 30 * 86_000))
@settings(max_examples=60)
def test_every_frame_has_one_drop_frame_time_code(number):
    tens, rest = divmod(number, 17982)
    minute = max(rest - 2, 0) // 1798
    shown = number + tens * 18 + 2 * minute
    seconds, frame = divmod(shown, 30)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02};{frame:02}"
    assert frames(text, 30) == number


def test_the_header_says_whether_time_codes_drop_frames():
    line = "001 AX V C 00:00:59:29 00:01:00:02 01:00:59:29 01:01:00:02\n* FROM CLIP NAME: A\n"
    assert edl.clips("FCM: DROP FRAME\n" + line, 29.97) == [Clip("A", 0, 1)]
    assert edl.clips("FCM: NON-DROP FRAME\n" + line, 29.97) == [Clip("A", 0, 3)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The edit list has no events."),
        ("not an edl\nat all", "The edit list has no events."),
        (event((0, 1), (0, 1), track="A"), "The edit list has no video events."),
        ("001 AX V C 00:00:00:00 00:00:01:00\n", "Line 1: '001 AX V C 00:00:00:00 00:00:01:00' is not an event."),
        ("001 AX V C 0 1 2 3\n", "Line 1: 0 is not a time code."),
        (event((2, 1), (0, 1)), "Line 1: The event ends before it begins."),
        (
            "001 AX V C 00:00:00:00 00:00:01:25 00:00:00:00 00:00:01:00\n",
            "Line 1: 00:00:01:25 is not a time code at 25",
        ),
        ("001 AX V C 00:00:00;00 00:00:01;00 00:00:00;00 00:00:01;00\n", "Line 1: 00:00:00;00 is a drop-frame time"),
        ("9" * 100_000, "Line 1: "),
    ],
)
def test_what_is_no_edit_list_is_refused_with_its_line(text, message):
    with pytest.raises(Unreadable) as error:
        edl.clips(text, 25)
    assert str(error.value).startswith(message)
    assert len(str(error.value)) < 200


@given(st.text(st.sampled_from("01 :;VABCM2*FROLIPNAE\n\t.-/"), max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text):
    try:
        found = edl.clips(HEADER + event((0, 1), (0, 1)) + text, 25)
    except Unreadable:
        return
    assert all(clip.nb_frames > 0 for clip in found)
