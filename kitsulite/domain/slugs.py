"""Names as parts of file names."""


def slug(text):
    """A text in lower case ASCII, its words joined by underscores."""
    from slugify import slugify  # loads slowly

    return slugify(text or "", separator="_")
