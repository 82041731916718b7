"""Reports that a request to another server is still running."""

import contextlib
import threading
from collections.abc import Callable, Iterator

#: seconds before the first report
SHORT = 10


@contextlib.contextmanager
def told(tell: Callable[[str], object], what: str) -> Iterator[None]:
    """Report after ten seconds, and then less and less often, how long something has been taking."""
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
