"""Entities by the texts that name them in a sheet."""

import functools

from kitsulite.domain.slugs import slug
from kitsulite.models.fields import BadValue

#: characters of a name that is looked for in another spelling
LONGEST = 200


class Named:
    """Ids by texts: as they are written, else as their slugs, which hold no spaces, marks, accents or capitals."""

    def __init__(self):
        self.written, self.slugs = {}, {}

    def add(self, entity_id, *texts):
        self.written.setdefault(texts, []).append(entity_id)
        self.slugs.setdefault(slugs_of(texts), []).append(entity_id)

    def one(self, *candidates):
        """The id of the first of these tuples of texts that names anything, or None; BadValue if it names several."""
        for known, form in ((self.written, tuple), (self.slugs, slugs_of)):
            for texts in candidates:
                found = known.get(form(texts), ())
                if len(found) > 1:
                    name = " / ".join(text for text in texts if text)
                    raise BadValue(f"Several entities are called {name[:80]}.")
                if found:
                    return found[0]
        return None


def slugs_of(texts):
    return tuple(text and slug_of(text) for text in texts)


@functools.lru_cache(4096)
def slug_of(text):
    """A text without any letter or digit, and one that is no name, stands for itself."""
    return (slug(text, "-") if len(text) <= LONGEST else "") or text.strip()
