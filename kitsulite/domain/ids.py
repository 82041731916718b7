"""Ids in requests."""

from kitsulite.errors import NotFound
from kitsulite.models.fields import is_id


def path_id(text):
    """The id in a path; raises NotFound if it is malformed."""
    if not is_id(text):
        raise NotFound("The id of the path is malformed.")
    return text
