"""Reports that a request to another server is still running."""

import contextlib
import threading
from collections.abc import Callable, Iterator

#: seconds before the first report
SHORT = 10


@contextlib.contextmanager
def reported(report: Callable[[str], object], what: str) -> Iterator[None]:
    """Report how long something has been taking, after ten seconds and then less and less often."""
    done = threading.Event()

    def keep_reporting() -> None:
        waited = pause = SHORT
        while not done.wait(pause):
            report(f"{what} takes {waited} s so far; Ctrl-C stops.")
            pause = waited
            waited *= 2

    thread = threading.Thread(target=keep_reporting, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
