"""Whoever waits for another server is told that it is still waited for."""

import contextlib
import threading
from collections.abc import Callable, Iterator

#: seconds that nobody wonders about
SHORT = 10


@contextlib.contextmanager
def told(tell: Callable[[str], object], what: str) -> Iterator[None]:
    """Tell after ten seconds, and then ever more rarely, how long something takes already."""
    done = threading.Event()

    def keep_telling() -> None:
        waited = pause = SHORT
        while not done.wait(pause):
            tell(f"{what} takes {waited} s so far; Ctrl-C stops.")
            pause = waited
            waited *= 2

    thread = threading.Thread(target=keep_telling, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
