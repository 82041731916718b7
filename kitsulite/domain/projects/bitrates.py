"""Bit rates of movies in whole Mbit/s, of a project, a template, or a task type in one of them."""

from kitsulite.errors import BadParameter

HIGH, LOW = "hd_bitrate_compression", "ld_bitrate_compression"
NAMES = (HIGH, LOW)


def check(settings, before, changes, parent=None):
    """Raise BadParameter if a rate is changed to an invalid one.

    `before` and `changes` are columns; `parent` are those of the project or template of a link. A high rate may become
    lower than the stored low one, which is capped when it is used.
    """
    highest = settings.movie_highdef_bitrate
    changed = {name: changes[name] for name in NAMES if name in changes and changes[name] != before.get(name)}
    for rate in changed.values():
        if rate is not None and (type(rate) is not int or not 1 <= rate <= highest):
            shown = str(rate)[:80]
            expected = f"Expected an integer number of Mbit/s between 1 and {highest}."
            raise BadParameter(f"Invalid bitrate {shown}. {expected}")
    high = {**before, **changes}.get(HIGH) or (parent or {}).get(HIGH) or highest
    low = changed.get(LOW)
    if low is not None and low > min(high, highest):
        raise BadParameter(
            f"The low definition bitrate ({low}) cannot exceed the high definition one ({min(high, highest)})."
        )


def of_body(body, values):
    """The columns of a link in a body: both rates if it has one of them, the visibility unless it is null."""
    columns = {name: values[name] for name in NAMES} if set(NAMES) & set(body) else {}
    visible = values["is_client_visible"]
    return columns if visible is None else {**columns, "is_client_visible": visible}
