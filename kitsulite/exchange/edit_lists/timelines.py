"""Timelines of OpenTimelineIO, as files (.otio) and in bundles (.otioz).

They are read without its library, because some broken files make it crash the whole process.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kitsulite.exchange.edit_lists.clips import Clip, Unreadable, stem, without_extension

MEGABYTE = 2**20
#: largest timeline in a bundle, in bytes
MOST_BYTES = 64 * MEGABYTE
#: frames above which a range must be a mistake
MOST_FRAMES = 2**31
#: older names of kinds of objects
RENAMED = {"Sequence": "Track", "Filler": "Gap"}
Object = dict[str, Any]


@dataclass(frozen=True)
class Time:
    """A number of frames at a frame rate."""

    value: float = 0.0
    rate: float = 1.0

    def at(self, rate: float) -> float:
        return self.value if rate == self.rate else self.value * rate / self.rate

    def plus(self, other: "Time", sign: int = 1) -> "Time":
        rate = max(self.rate, other.rate)
        return Time(self.at(rate) + sign * other.at(rate), rate)


@dataclass(frozen=True)
class Span:
    """The part of an item that is used, in the item's own time."""

    start: Time
    duration: Time


def of_bundle(bundle: bytes) -> list[Clip]:
    """The clips of the timeline in a bundle."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            if archive.getinfo("content.otio").file_size > MOST_BYTES:
                raise Unreadable(f"The timeline of the bundle is larger than {MOST_BYTES // MEGABYTE} MB.")
            return clips(archive.read("content.otio"))
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"The file is not a timeline bundle: {error}") from None


def clips(content: bytes) -> list[Clip]:
    """The clips of all video tracks of a timeline, track by track."""
    try:
        return Timeline(content).clips()
    except RecursionError:
        raise Unreadable("The timeline is nested without end.") from None


class Timeline:
    """A timeline in JSON."""

    def __init__(self, content: bytes) -> None:
        #: name -> object that others refer to
        self.shared: dict[str, Object] = {}
        #: id of an item -> its span, None if it is unknown
        self.spans: dict[int, Span | None] = {}
        try:
            # times cannot be infinite
            self.root = json.loads(content, object_hook=self.note, parse_constant=lambda _: None)
        except ValueError as error:
            raise Unreadable(f"The file is not complete JSON: {error}") from None
        if kind(self.root) != "Timeline":
            raise Unreadable("The file holds no timeline.")

    def note(self, value: Object) -> Object:
        if isinstance(value.get("OTIO_REF_ID"), str):
            self.shared[value["OTIO_REF_ID"]] = value
        return value

    def clips(self) -> list[Clip]:
        tracks = [track for track in parts(self.root.get("tracks")) if kind(track) == "Track"]
        return [clip for track in tracks if track.get("kind") == "Video" for clip in self.walk(track, Time())]

    def walk(self, composition: Object, zero: Time | None) -> Iterator[Clip]:
        """The clips of a track or stack, whose own time starts at `zero` in the outermost track."""
        start = zero
        for part in parts(composition):
            part_kind, span = kind(part), self.span(part)
            if part_kind == "Clip":
                yield self.clip(part, start)
            elif part_kind in ("Track", "Stack"):
                yield from self.walk(part, start.plus(span.start, -1) if start and span else None)
            if kind(composition) == "Track" and part_kind != "Transition":
                start = start.plus(span.duration) if start and span else None

    def clip(self, item: Object, start: Time | None) -> Clip:
        """The Clip of an item, without frames if its place is unknown."""
        media, span = self.media(item), self.span(item)
        name = without_extension(text(item, "name")) or stem(text(media, "name")) or stem(text(media, "target_url"))
        if start is None or span is None:
            return Clip(name)
        length = span.duration
        if length.value < 0:
            raise Unreadable(f"The clip {name[:80]} is shorter than nothing.")
        return Clip(name, frames(start.at(length.rate)), frames(length.value))

    def span(self, item: Object) -> Span | None:
        """The used part of an item; None if it is unknown."""
        if id(item) not in self.spans:
            self.spans[id(item)] = self.read_span(item)
        return self.spans[id(item)]

    def read_span(self, item: Object) -> Span | None:
        item_kind = kind(item)
        used = item.get("source_range")
        if used is None and item_kind == "Clip":
            used = self.media(item).get("available_range")
        if used is not None:
            return span_of(used)
        return self.span_of_parts(item, item_kind) if item_kind in ("Track", "Stack") else None

    def span_of_parts(self, item: Object, item_kind: str) -> Span | None:
        """The span of a whole track (its parts in a row) or stack (its parts on top of each other)."""
        inside = parts(item)
        spans = [self.span(part) for part in inside if kind(part) != "Transition"]
        total = Time()
        for span in spans:
            if span is None:
                return None
            longer = span.duration.plus(total, -1).value > 0
            total = total.plus(span.duration) if item_kind == "Track" else span.duration if longer else total
        for part, offset in ((inside[:1], "in_offset"), (inside[-1:], "out_offset")):
            if item_kind == "Track" and part and kind(part[0]) == "Transition":
                total = total.plus(time_of(part[0].get(offset)))
        return Span(Time(0.0, total.rate), total)

    def media(self, item: Object) -> Object:
        """The media of a clip, {} if there is none."""
        reference = item.get("media_reference")
        if isinstance(item.get("media_references"), dict):
            reference = item["media_references"].get(text(item, "active_media_reference_key"))
        if isinstance(reference, dict) and kind(reference) == "SerializableObjectRef":
            reference = self.shared.get(text(reference, "id"))
        return reference if isinstance(reference, dict) else {}


def kind(value: Any) -> str:
    """The kind of an object, from its schema."""
    name = text(value, "OTIO_SCHEMA").partition(".")[0] if isinstance(value, dict) else ""
    return RENAMED.get(name, name)


def text(source: Object, name: str) -> str:
    """The value of a field, "" if it is not a text."""
    value = source.get(name)
    return value if isinstance(value, str) else ""


def parts(composition: Any) -> list[Object]:
    """The items in a track or stack."""
    children = composition.get("children") if isinstance(composition, dict) else None
    if not isinstance(children, list) or not all(isinstance(part, dict) for part in children):
        raise Unreadable("Instead of a track or a stack, there is something else.")
    return children


def span_of(value: Any) -> Span:
    if not isinstance(value, dict):
        raise Unreadable("Instead of a range, there is something else.")
    return Span(time_of(value.get("start_time")), time_of(value.get("duration")))


def time_of(value: Any) -> Time:
    time = Time(number(value, "value"), number(value, "rate"))
    if time.rate <= 0:
        raise Unreadable("A time has no rate.")
    return time


def number(time: Any, name: str) -> float:
    """A numeric field of a time."""
    value = time.get(name) if isinstance(time, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MOST_FRAMES:
        raise Unreadable("Instead of a time, there is something else.")
    return float(value)


def frames(value: float) -> int:
    """A number of whole frames."""
    if abs(value) >= MOST_FRAMES:
        raise Unreadable("The timeline is longer than any film.")
    return int(value)
