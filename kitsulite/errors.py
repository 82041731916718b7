"""What can go wrong with a request, in words that know nothing of HTTP.

`web/errors.py` gives each class its status and the shape of its body.
"""

import contextlib
import errno


class ApiError(Exception):
    """A request that is refused; the text is meant for the client.

    `keeps_changes` marks the few refusals whose writes stay: a failed login that is
    counted, rows that are made at first need.
    """

    keeps_changes = False

    def __init__(self, message="", keeps_changes=False):
        super().__init__(message)
        self.message = message
        self.keeps_changes = keeps_changes


@contextlib.contextmanager
def step_by_step():
    """Refusals inside keep what was done before them: the steps of one request that stand alone."""
    try:
        yield
    except ApiError as error:
        error.keeps_changes = True
        raise


class NotFound(ApiError):
    """The row, file or route does not exist."""


class Forbidden(ApiError):
    """The caller may not do this."""

    def __init__(self, message="You don't have the permission to access the requested resource.", **options):
        super().__init__(message, **options)


class BadParameter(ApiError):
    """A parameter that a rule rejects; `data` is shown besides the message."""

    def __init__(self, message, data=None, **options):
        super().__init__(message, **options)
        self.data = data


class InvalidBody(BadParameter):
    """A body that does not have its documented fields: one error per faulty field."""

    def __init__(self, errors):
        super().__init__("Validation error.", {"errors": errors})


class Refused(ApiError):
    """A request that is well-formed and still impossible."""


class RowRejected(ApiError):
    """A row that the database does not take: `kind` is unique, reference, required, check or format."""

    def __init__(self, message, kind="format", **options):
        super().__init__(message, **options)
        self.kind = kind


class WrongContentType(ApiError):
    """A body that had to be JSON and is not declared as such."""


class TooLarge(ApiError):
    """A body over the limit of the server."""


class TokenProblem(ApiError):
    """No usable token: `status` is 401 or 422, `shape` is msg or error, as clients rely on."""

    def __init__(self, message, status=401, shape="msg"):
        super().__init__(message)
        self.status, self.shape = status, shape


class Answer(ApiError):
    """An error whose status and whole body are documented for one route only."""

    def __init__(self, status, body, **options):
        super().__init__(str(body), **options)
        self.status, self.body = status, body


class Unavailable(ApiError):
    """The server cannot do this now: too many listeners, a lock not obtained."""


class Busy(Unavailable):
    """Others do the same heavy work; in some seconds there is room."""

    def __init__(self, message="Too many media requests, retry later.", **options):
        super().__init__(message, **options)


#: numbers of the OSErrors of a full disk
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(ApiError):
    """Nothing more can be stored; what was asked has not happened."""

    def __init__(self, message="The disk of the server is full: nothing was changed.", **options):
        super().__init__(message, **options)


class SetupError(Exception):
    """The server cannot start or work as it is set up; the text names the fix."""


class WrongSetting(SetupError):
    """A setting that stands for no value; the text names it and what is expected."""
