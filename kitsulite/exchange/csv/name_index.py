"""Finds entities by their names in a sheet."""

import functools

from kitsulite.domain.slugs import slug
from kitsulite.models.fields import BadValue

#: longest name that is also looked up in other spellings
LONGEST = 200


class NameIndex:
    """Finds ids by texts: as written, else by their slugs, without spaces, punctuation, accents and capitals."""

    def __init__(self):
        self.written, self.slugs = {}, {}

    def add(self, entity_id, *texts):
        self.written.setdefault(texts, []).append(entity_id)
        self.slugs.setdefault(slugs_of(texts), []).append(entity_id)

    def one(self, *candidates):
        """The id that the first matching tuple of texts names, or None; raises BadValue if it is ambiguous."""
        for index, form in ((self.written, tuple), (self.slugs, slugs_of)):
            for texts in candidates:
                ids = index.get(form(texts), ())
                if len(ids) > 1:
                    name = " / ".join(text for text in texts if text)
                    raise BadValue(f"Several entities are called {name[:80]}.")
                if ids:
                    return ids[0]
        return None


def slugs_of(texts):
    return tuple(text and slug_of(text) for text in texts)


@functools.lru_cache(4096)
def slug_of(text):
    """The slug of a name; a text without letters and digits, or too long for a name, is its own slug."""
    return (slug(text, "-") if len(text) <= LONGEST else "") or text.strip()
