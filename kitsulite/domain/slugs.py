"""Names as they stand in file names, keys and labels."""


def slug(text, separator="_", **options):
    """A text in lower case ASCII, its words joined by the separator; `options` as slugify takes them."""
    from slugify import slugify  # loads slowly

    return slugify(text or "", separator=separator, **options)
