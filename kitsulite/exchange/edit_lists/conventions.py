"""Naming conventions: how clip names are composed from project, episode, sequence and shot.

In `${project_name}_${sequence_name}-${shot_name}` each placeholder stands for a run of letters, digits and
underscores, `.*` for any text, everything else for itself; anything after that in a clip name is ignored.
"""

import re
from typing import Any

from kitsulite.errors import Refused

NAMES = ("project_name", "episode_name", "sequence_name", "shot_name")
TOKEN = re.compile(r"\$\$|\$\{(\w+)\}|\$(\w+)|(\.\*)|([^$.]+|[$.])", re.ASCII)
ANY = object()
#: longest convention, and longest clip name that is matched
LONGEST = 300
#: placeholders in conventions
MOST = 10


class Convention:
    def __init__(self, text):
        self.tokens: list[Any] = []
        for match in TOKEN.finditer(text[:LONGEST]):
            name = match[1] or match[2]
            if name and name not in NAMES:
                raise Refused(f"KeyError: '{name}' (a naming convention knows {', '.join(NAMES)})")
            if match[4] == "$":
                raise Refused("ValueError: Invalid placeholder in naming convention")
            self.tokens.append((name,) if name else ANY if match[3] else "$" if match[0] == "$$" else match[4])
        if len(text) > LONGEST or sum(not isinstance(token, str) for token in self.tokens) > MOST:
            raise Refused(f"ValueError: A naming convention has {LONGEST} characters and {MOST} placeholders at most.")

    def fill(self, names):
        """The clip name composed from these names."""
        parts = (
            names[token[0]] if isinstance(token, tuple) else ".*" if token is ANY else token for token in self.tokens
        )
        return "".join(parts)

    def take_apart(self, name):
        """The names in a clip name: placeholder -> text; None if it does not follow the convention."""
        return Attempt(self.tokens, name[:LONGEST]).walk(0, 0)


class Attempt:
    """A greedy match that never tries the same thing twice, so that no name takes long."""

    def __init__(self, tokens, text):
        self.tokens, self.text, self.failed = tokens, text, set()

    def walk(self, number, start):
        """The names matched by the tokens from `number` on in the text from `start` on, or None."""
        if number == len(self.tokens):
            return {}
        if (number, start) in self.failed:
            return None
        token = self.tokens[number]
        for end in self.ends(token, start):
            names = self.walk(number + 1, end)
            if names is not None:
                return {**names, token[0]: self.text[start:end]} if isinstance(token, tuple) else names
        self.failed.add((number, start))
        return None

    def ends(self, token, start):
        """Where a token that begins at `start` may end, longest match first."""
        if isinstance(token, str):
            return [start + len(token)] if self.text.startswith(token, start) else []
        end = start
        while end < len(self.text) and (token is ANY or self.text[end].isalnum() or self.text[end] == "_"):
            end += 1
        return range(end, start - 1, -1)
