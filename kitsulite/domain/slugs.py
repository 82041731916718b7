"""Names as parts of file names."""

from slugify import slugify


def slug(text):
    """A text in lower case ASCII, its words joined by underscores."""
    return slugify(text or "", separator="_")
