"""The load of the machine, as far as its platform tells: shares in percent, memory in bytes."""

import os
import time
from pathlib import Path

PAUSE = 0.1


def processors():
    """The load of each processor in percent; without the counters of Linux, the average load spread evenly."""
    try:
        before = ticks()
        time.sleep(PAUSE)
        return [share(*pair) for pair in zip(before, ticks(), strict=False)]
    except OSError:
        count = os.cpu_count() or 1
        return [round(min(100.0, 100 * load()[0] / count), 1)] * count


def ticks():
    """(idle time, total time) of each processor since the start."""
    lines = Path("/proc/stat").read_text().splitlines()
    rows = [[int(n) for n in line.split()[1:9]] for line in lines if line.startswith("cpu") and line[3:4].isdigit()]
    return [(row[3] + row[4], sum(row)) for row in rows]


def share(before, after):
    idle, total = after[0] - before[0], after[1] - before[1]
    return round(100 * (total - idle) / total, 1) if total > 0 else 0.0


def load():
    """The average number of waiting processes over 1, 5 and 15 minutes; zeros if unknown."""
    try:
        return os.getloadavg()
    except (AttributeError, OSError):
        return 0.0, 0.0, 0.0


def memory():
    """`total`, `used` and `available` bytes and the `percent` used; zeros if unknown."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
        total, available = sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, KeyError):
        total = available = 0
    used = total - available
    return {
        "total": total,
        "used": used,
        "available": available,
        "percent": round(100 * used / total, 1) if total else 0.0,
    }
