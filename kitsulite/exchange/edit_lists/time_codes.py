"""Converts time codes `hours:minutes:seconds:frames` to numbers of frames."""

import re

from kitsulite.exchange.edit_lists.clips import Unreadable

TIME_CODE = re.compile(r"(\d\d?):(\d\d):(\d\d)([:;.,])(\d\d\d?)", re.ASCII)
#: the separators before the frames in drop-frame time codes
DROP_MARKS = ";,"


def base_of(fps: float) -> int:
    """The frames per second that time codes count: 24 at 23.976, 30 at 29.97."""
    return max(int(fps + 0.5), 1)


def frames(text: str, base: int, drop: bool = False) -> int:
    """The number of the frame that a time code names; `drop`: whether it leaves numbers out without saying so.

    Drop-frame time codes leave out two numbers (at 60: four) at the start of each minute but every tenth.
    """
    match = TIME_CODE.fullmatch(text)
    if not match:
        raise Unreadable(f"{text[:20]} is not a time code")
    hours, minutes, seconds, frame = (int(match[part]) for part in (1, 2, 3, 5))
    if frame >= base or minutes > 59 or seconds > 59:
        raise Unreadable(f"{text} is not a time code at {base} frames per second")
    number = ((hours * 60 + minutes) * 60 + seconds) * base + frame
    marked = match[4] in DROP_MARKS
    if marked and base % 30:
        raise Unreadable(f"{text} is a drop-frame time code, which a production of {base} frames per second has not")
    if (drop or marked) and base % 30 == 0:
        passed = hours * 60 + minutes
        number -= base // 15 * (passed - passed // 10)
    return number
