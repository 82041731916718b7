"""What is remembered about another server between runs: the ids of its rows here, and when the last run began."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "exchanged"
KEPT = ("ids", "pulled", "pushed")


@dataclass
class Memory:
    """`ids` maps ids there to ids here.

    `pulled` is the moment from which on the next pull looks for changes; `pushed` that of the last change there by
    a push.
    """

    path: Path
    ids: dict[str, str] = field(default_factory=dict)
    pulled: str | None = None
    pushed: str | None = None

    def keep(self):
        """Store it in one step."""
        self.path.parent.mkdir(exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps({name: getattr(self, name) for name in KEPT}, indent=1))
        partial.replace(self.path)


def of(folder, url):
    """The Memory of a data folder about the server at an address."""
    name = re.sub(r"\W+", "-", url.partition("//")[2] or url).strip("-").lower()
    path = Path(folder) / FOLDER / f"{name[:100]}.json"
    try:
        stored = json.loads(path.read_text())
    except FileNotFoundError:
        return Memory(path)
    return Memory(path, **{name: stored[name] for name in KEPT if name in stored})


def translated(ids, value):
    """A value with mapped ids replaced."""
    if not ids:
        return value
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [translated(ids, item) for item in value]
    if isinstance(value, dict):
        return {ids.get(key, key): translated(ids, item) for key, item in value.items()}
    return value
