"""The name that a misspelt one was probably meant to be."""

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name that is nearest to a wrong one; None if none is near."""
    import difflib  # loads slowly

    spelled = {other.lower(): other for other in names}
    matches = difflib.get_close_matches(name.lower(), spelled, 1, 0.6)
    return spelled[matches[0]] if matches else None
