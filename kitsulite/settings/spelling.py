"""The name that a misspelt one was probably meant to be."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearest to a wrong one; None if none is near."""
    import difflib  # loads slowly

    lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), lower, 1, 0.6)
    return lower[found[0]] if found else None
