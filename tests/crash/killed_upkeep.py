"""Kill a backup, restore, upgrade or checkpoint at random moments, and look at what is left.

    PYTHONPATH=.:tests python tests/crash/killed_upkeep.py                     # 50 kills of each
    PYTHONPATH=.:tests python tests/crash/killed_upkeep.py restore 5 SEED      # so many of one, at other moments

The old state or the new one must be there, whole; nothing half done is left after the next start; and the work
can be done then.
"""

import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from crash.dying import in_a_child
from crash.upkeep import WORKS, copy_of


def killed(work, seconds):
    """Do a piece of work in a process that the system ends after so many seconds; whether it was ended."""

    def run():
        # nothing of the process handles this signal, so that it ends like with SIGKILL
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        work.do()

    return in_a_child(run) == -signal.SIGALRM


def run(name, place, kills, seed=0):
    """Kill a kind of work so many times; counts how it ended, and names what is wrong."""
    chance, ends, wrong = random.Random(seed), Counter(), []
    template = WORKS[name](place / "template")
    template.prepare()
    whole = copy_of(template, place / "whole")
    began = time.perf_counter()
    in_a_child(whole.do)
    longest = time.perf_counter() - began
    assert whole.check(), "not done by the process that nobody killed"
    for number in range(kills):
        work = copy_of(template, place / f"{number}")
        try:
            was_killed = killed(work, max(0.001, chance.uniform(0, 1.1) * longest))
            is_new = work.check()
            ends["killed, " * was_killed + ("new" if is_new else "old")] += 1
            if not is_new:
                assert in_a_child(work.do) == 0
                assert work.check()
        except Exception:
            wrong.append(traceback.format_exc())
        shutil.rmtree(work.place)
    return ends, wrong


def main(name="all", kills="50", seed="0"):
    failed = False
    for kind in WORKS if name == "all" else [name]:
        with tempfile.TemporaryDirectory() as place:
            ends, wrong = run(kind, Path(place), int(kills), int(seed))
        print(f"{kind}: {dict(ends)}, {len(wrong)} problems", flush=True)
        print("\n".join(wrong[:5]), end="")
        failed |= bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
