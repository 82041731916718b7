"""Timelines of OpenTimelineIO, as its library writes them and as it never would."""

import json

import pytest

from kitsulite.exchange.edit_lists import timelines
from kitsulite.exchange.edit_lists.clips import Clip, Unreadable


def time(value, rate=24):
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}


def span(start, duration, rate=24):
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(start, rate), "duration": time(duration, rate)}


def clip(name, shown=None, **media):
    return {"OTIO_SCHEMA": "Clip.2", "name": name, "source_range": shown, "active_media_reference_key": "M", **media}


def of(kind, *children, **more):
    return {"OTIO_SCHEMA": f"{kind}.1", "kind": "Video", "children": list(children), **more}


def timeline(*tracks, **more):
    return {"OTIO_SCHEMA": "Timeline.1", "tracks": of("Stack", *tracks), **more}


def read(*tracks, **more):
    return timelines.clips(json.dumps(timeline(*tracks, **more)).encode())


TRANSITION = {"OTIO_SCHEMA": "Transition.1", "in_offset": time(3), "out_offset": time(5)}
GAP = {"OTIO_SCHEMA": "Gap.1", "source_range": span(0, 10)}
MEDIA = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "file:///shots/SH2.mov", "available_range": span(100, 48)}


def test_clips_lie_one_after_the_other():
    assert read(of("Track", GAP, clip("a.mov", span(90, 5)), TRANSITION, clip("b", span(0, 10, 48)))) == [
        Clip("a", 10, 5),
        Clip("b", 30, 10),
    ]
    assert read({**of("Track", clip("music", span(0, 5))), "kind": "Audio"}) == []


def test_what_a_clip_does_not_say_its_media_says():
    named = {"M": {**MEDIA, "OTIO_REF_ID": "media"}}
    again = {"M": {"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "media"}}
    track = of(
        "Track",
        clip("", media_references=named),
        clip("c", media_references=again),
        {"OTIO_SCHEMA": "Clip.1", "name": None, "source_range": None, "media_reference": MEDIA},
    )
    assert read(track) == [Clip("SH2", 0, 48), Clip("c", 48, 48), Clip("SH2", 96, 48)]


def test_what_follows_a_clip_without_length_has_no_place():
    assert read(of("Track", clip("a", span(0, 5)), clip("b"), clip("c", span(0, 5)))) == [
        Clip("a", 0, 5),
        Clip("b"),
        Clip("c"),
    ]


def test_tracks_and_stacks_may_lie_in_tracks():
    layers = of("Stack", clip("a", span(0, 5)), of("Track", TRANSITION, GAP, clip("b", span(0, 20)), TRANSITION))
    cut = {**layers, "source_range": span(8, 4)}
    after = clip("c", span(0, 1))
    assert read(of("Track", GAP, layers, after)) == [Clip("a", 10, 5), Clip("b", 20, 20), Clip("c", 48, 1)]
    assert read(of("Track", GAP, cut, after)) == [Clip("a", 2, 5), Clip("b", 12, 20), Clip("c", 14, 1)]
    assert read(of("Track", of("Stack", clip("a")), after)) == [Clip("a"), Clip("c")]


def test_clips_are_read_as_the_library_reads_them():
    otio = pytest.importorskip("opentimelineio")
    shown = [
        otio.opentime.range_from_start_end_time(*(otio.opentime.RationalTime(n, 25) for n in (k, 9))) for k in (1, 3)
    ]
    made, stack = otio.schema.Timeline(), otio.schema.Stack(source_range=shown[0])
    made.tracks.append(otio.schema.Track())
    stack.append(otio.schema.Clip("a", source_range=shown[1]))
    made.tracks[0].extend([otio.schema.Gap(duration=otio.opentime.RationalTime(10, 24)), stack])
    made.tracks[0].append(otio.schema.Clip("b", otio.schema.MissingReference(available_range=shown[1])))
    text = otio.adapters.write_to_string(made, "otio_json")
    found = made.video_tracks()[0]
    spans = [(item, item.trimmed_range()) for item in found.find_clips()]
    starts = [item.transformed_time_range(span, found).start_time for item, span in spans]
    expected = [
        Clip(item.name, start.rescaled_to(span.duration.rate).to_frames(), span.duration.to_frames())
        for (item, span), start in zip(spans, starts, strict=True)
    ]
    assert timelines.clips(text.encode()) == expected


@pytest.mark.parametrize(
    "broken",
    [
        # these end the process that reads them with the library
        {"OTIO_SCHEMA": "UnknownSchema.1"},
        timeline(tracks=None),
        # these make numbers that are none
        *(timeline(of("Track", clip("a", shown))) for shown in (span(0, -1), span(0, 5, 0), span(0, 1e300), 5)),
        timeline(of("Track", clip("a", span(0, float("nan"))))),
        timeline(of("Track", *[clip("a", span(2**30, 2**30))] * 3)),
        timeline(of("Track", clip("a", {"OTIO_SCHEMA": "TimeRange.1"}))),
        # these are no timelines
        *(of("Track"), [], None, timeline(of("Track", 5)), timeline({"OTIO_SCHEMA": "Track.1", "kind": "Video"})),
    ],
)
def test_broken_timelines_are_refused(broken):
    with pytest.raises(Unreadable):
        timelines.clips(json.dumps(broken).encode())


def test_a_timeline_in_itself_is_no_end_of_the_server():
    inside = of("Track", clip("a", span(0, 5)))
    for _ in range(400):
        inside = of("Stack", inside)
    with pytest.raises(Unreadable, match="nested without end"):
        read(of("Track", inside))
