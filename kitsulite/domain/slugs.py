"""Names in the form for file names, keys and labels."""


def slug(text, separator="_", **options):
    """A text in lower case ASCII with words joined by the separator; `options` are those of slugify."""
    from slugify import slugify  # loads slowly

    return slugify(text or "", separator=separator, **options)
