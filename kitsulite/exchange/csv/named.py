"""Entities by the texts that name them in a sheet."""

from slugify import slugify

from kitsulite.models.fields import BadValue


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
    # a text without any letter or digit stands for itself
    return tuple(text and (slugify(text) or text.strip()) for text in texts)
