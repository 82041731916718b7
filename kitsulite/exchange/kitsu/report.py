"""The report of a pull or push: what was done, and what failed."""

import re
from collections import Counter
from dataclasses import dataclass, field

#: most lines of the same kind that are shown: the effects of a problem must not hide it
MOST_ALIKE = 10
#: ids, and names of previews that contain parts of ids
ID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4})+(-[0-9a-f]{12})?\b")


@dataclass
class Report:
    """`new` and `known` count rows by table, `files` counts copied files."""

    new: Counter = field(default_factory=Counter)
    known: Counter = field(default_factory=Counter)
    removed: Counter = field(default_factory=Counter)
    files: int = 0
    #: (subject, reason), in the order in which they were met
    missed: list[tuple[str, str]] = field(default_factory=list)

    def miss(self, subject, reason):
        """Note something that failed."""
        self.missed.append((subject, reason))

    def lines(self):
        """The report as lines of text."""
        counts = (self.new, self.known, self.removed)
        for name in dict.fromkeys(name for count in counts for name in count):
            if not any(count[name] for count in counts):
                continue
            counted = f"{self.new[name]:8} new {self.known[name]:8} known"
            yield f"  {name:26}{counted}" + (f" {self.removed[name]:6} removed" if self.removed[name] else "")
        if self.files:
            yield f"  {'files':26}{self.files:8} new"
        if self.missed:
            yield f"{len(self.missed)} could not be taken:"
            yield from shortened([f"  {subject}: {reason}" for subject, reason in self.missed])


def shortened(lines):
    """Lines, of which those that differ only in ids are cut to the first few and a count of the others."""
    kinds = [ID.sub("...", line) for line in lines]
    counts, shown = Counter(kinds), Counter()
    for line, kind in zip(lines, kinds, strict=True):
        shown[kind] += 1
        if shown[kind] <= MOST_ALIKE:
            yield line
        elif shown[kind] == counts[kind]:
            yield f"{kind} ({counts[kind] - MOST_ALIKE} more)"


def named(row):
    """The name of a row in a report."""
    row = row if isinstance(row, dict) else {}
    name = row.get("name") or row.get("email") or ""
    return f"{str(row.get('id'))[:36]} {str(name)[:60]}".strip()
