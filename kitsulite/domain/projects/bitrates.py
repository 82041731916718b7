"""Bit rates of movies, in whole Mbit/s: of a project, a template, or of a task type in one of them."""

from kitsulite.errors import BadParameter

HIGH, LOW = "hd_bitrate_compression", "ld_bitrate_compression"
NAMES = (HIGH, LOW)


def check(settings, before, changes, parent=None):
    """Raise BadParameter for a rate that is changed to one that no movie can have.

    `before` and `changes` are columns, `parent` those of the project or template that a link belongs to.
    A high rate may fall below a low one that is stored: the low one is capped where it is used.
    """
    most = settings.movie_highdef_bitrate
    changed = {name: changes[name] for name in NAMES if name in changes and changes[name] != before.get(name)}
    for rate in changed.values():
        if rate is not None and (type(rate) is not int or not 1 <= rate <= most):
            shown = str(rate)[:80]
            raise BadParameter(f"Invalid bitrate {shown}. Expected an integer number of Mbit/s between 1 and {most}.")
    high = {**before, **changes}.get(HIGH) or (parent or {}).get(HIGH) or most
    low = changed.get(LOW)
    if low is not None and low > min(high, most):
        raise BadParameter(
            f"The low definition bitrate ({low}) cannot exceed the high definition one ({min(high, most)})."
        )


def of_body(body, given):
    """The columns of a link that a body sets: both rates if it has one of them, visibility unless it is null."""
    columns = {name: given[name] for name in NAMES} if set(NAMES) & set(body) else {}
    visible = given["is_client_visible"]
    return columns if visible is None else {**columns, "is_client_visible": visible}
