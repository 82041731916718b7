"""The ids that requests name rows by."""

from kitsulite.errors import NotFound
from kitsulite.models.fields import is_id


def path_id(text):
    """The id of a path; a malformed one: NotFound."""
    if not is_id(text):
        raise NotFound("The id of the path is malformed.")
    return text
