"""Edit lists in CMX 3600 format: one event per line, followed by lines with notes."""

import re
from dataclasses import dataclass

from kitsulite.exchange.edit_lists.clips import Clip, Unreadable, stem, without_extension
from kitsulite.exchange.edit_lists.time_codes import base_of, frames

#: number, reel, track, transition, its length, four time codes
EVENT = re.compile(
    r"(?P<number>\d+[A-Za-z]?)\s+(?P<reel>\S.*?)\s+(?P<track>[ABNOEV0-9/]+)\s+(?P<cut>C|D|W\d+|K(?:\s*[BO])?)"
    r"(?:\s+\d+)?\s+(?P<times>\d\S*\s+\d\S*\s+\d\S*\s+\d\S*)",
    re.ASCII,
)
NOTE = re.compile(r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|FROM CLIP|FROM FILE)\s*:\s*(.*)", re.IGNORECASE)
SPEED = re.compile(r"M2\s+(.*?)\s+-?[\d.]+\s+\S+", re.ASCII)
VIDEO = re.compile(r"(?:B|(?:A\d*|AA)?/?V(?P<number>\d*))", re.ASCII)
#: longest line that is read
LONGEST = 500


@dataclass
class Event:
    """An event of a video track, with the notes below it."""

    number: str
    reel: str
    track: str
    is_cut: bool
    source_length: int
    record_in: int
    record_length: int
    from_name: str = ""
    to_name: str = ""
    path: str = ""
    has_speed: bool = False

    @property
    def name(self) -> str:
        """The name of the clip (of a transition, the one it leads to), or the number of the event without a name."""
        return without_extension(self.to_name or self.from_name) or stem(self.path) or self.number

    @property
    def length(self) -> int:
        """The length of the source, or of the recording if the source runs at another speed."""
        return self.record_length if self.has_speed else self.source_length


def clips(text: str, fps: float) -> list[Clip]:
    """The clips of all video tracks, track by track."""
    events = read(text, base_of(fps))
    tracks: dict[str, list[Event]] = {}
    for event in events:
        tracks.setdefault(event.track, []).append(event)
    return [clip for track in tracks.values() for clip in placed(track)]


def placed(events: list[Event]) -> list[Clip]:
    """The events of a track as clips: gaps are kept, overlapping events are put one after the other."""
    start, end, clips = events[0].record_in, 0, []
    for event in events:
        if event.length:
            end = max(end, event.record_in - start)
            clips.append(Clip(event.name, end, event.length))
            end += event.length
    return clips


def read(text: str, base: int) -> list[Event]:
    """The video events of a list, in order."""
    events: list[Event] = []
    drop, has_events, is_video = False, False, False
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()[:LONGEST]
        if line.upper().startswith("FCM:"):
            drop = "NON" not in line.upper() and "DROP" in line.upper()
        elif line[:1].isdigit():
            event = in_line(number, event_of, line, base, drop)
            has_events, is_video = True, event is not None
            if event:
                events.append(event)
        elif is_video:
            note(events, line)
    if not events:
        missing = "video events" if has_events else "events"
        raise Unreadable(f"The edit list has no {missing}.")
    return events


def in_line(number, function, *arguments):
    """The result of a function for a line; errors name the line."""
    try:
        return function(*arguments)
    except Unreadable as error:
        raise Unreadable(f"Line {number}: {error}.") from None


def event_of(line: str, base: int, drop: bool) -> Event | None:
    """The event in a line; None if it is not on a video track."""
    match = EVENT.fullmatch(line)
    if not match:
        raise Unreadable(f"{line[:80]!r} is not an event")
    video = VIDEO.fullmatch(match["track"])
    if not video:
        return None
    times = match["times"].split()
    source_in, source_out, record_in, record_out = (frames(text, base, drop) for text in times)
    if source_out < source_in or record_out < record_in:
        raise Unreadable("The event ends before it begins")
    return Event(
        number=match["number"],
        reel=match["reel"],
        track=f"V{video['number'] or ''}",
        is_cut=match["cut"] == "C",
        source_length=source_out - source_in,
        record_in=record_in,
        record_length=record_out - record_in,
    )


def note(events: list[Event], line: str) -> None:
    """Add the note in a line to the event above it."""
    speed, noted = SPEED.match(line), NOTE.match(line)
    if speed:
        reel = speed[1].strip()
        of_number = [event for event in events[-2:] if event.number == events[-1].number]
        fitting = [event for event in of_number if event.reel == reel] or [events[-1]]
        fitting[-1].has_speed = True
    elif noted:
        kind, value = noted[1].upper(), noted[2].strip()
        if kind == "FROM CLIP NAME":
            name_source(events, value)
        elif kind == "TO CLIP NAME":
            events[-1].to_name = value
        else:
            events[-1].path = value


def name_source(events: list[Event], name: str) -> None:
    """Set the clip name of an event; in a transition, the first name is that of the outgoing clip."""
    last = events[-1]
    last.from_name = name
    if not last.is_cut and len(events) > 1 and events[-2].number == last.number and not events[-2].from_name:
        events[-2].from_name = name
