"""The errors of a request, without reference to HTTP.

`web/errors.py` gives each class its status and the shape of its body.
"""

import contextlib
import errno


class ApiError(Exception):
    """A refused request; the text is for the client.

    `keeps_changes` marks the few refusals whose writes are committed: a failed login is counted, rows are created
    when they are first needed.
    """

    keeps_changes = False

    def __init__(self, message="", keeps_changes=False):
        super().__init__(message)
        self.message = message
        self.keeps_changes = keeps_changes


@contextlib.contextmanager
def step_by_step():
    """Inside, refusals keep the changes made before them: the steps of the request are independent."""
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
    """An invalid parameter; `data` is shown beside the message."""

    def __init__(self, message, data=None, **options):
        super().__init__(message, **options)
        self.data = data


class InvalidBody(BadParameter):
    """A body without the documented fields: one error per faulty field."""

    def __init__(self, errors):
        super().__init__("Validation error.", {"errors": errors})


class Refused(ApiError):
    """A well-formed request that is impossible."""


class RowRejected(ApiError):
    """A row that the database rejects; `kind` is unique, reference, required, check or format."""

    def __init__(self, message, kind="format", **options):
        super().__init__(message, **options)
        self.kind = kind


class WrongContentType(ApiError):
    """A body that must be JSON, but is not declared as such."""


class TooLarge(ApiError):
    """A body that exceeds a limit of the server."""


class TokenProblem(ApiError):
    """No valid token; `status` (401 or 422) and `shape` (msg or error) are those that clients rely on."""

    def __init__(self, message, status=401, shape="msg"):
        super().__init__(message)
        self.status, self.shape = status, shape


class Answer(ApiError):
    """An error with a status and body of its own, documented for one route."""

    def __init__(self, status, body, **options):
        super().__init__(str(body), **options)
        self.status, self.body = status, body


class Unavailable(ApiError):
    """The server cannot do this now: too many listeners, or a lock that it did not get."""


class Busy(Unavailable):
    """Too many requests are doing the same heavy work; a retry after some seconds may succeed."""

    def __init__(self, message="Too many media requests, retry later.", **options):
        super().__init__(message, **options)


#: errno of OSErrors of a full disk
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(ApiError):
    """The disk is full; nothing was changed."""

    def __init__(self, message="The disk of the server is full: nothing was changed.", **options):
        super().__init__(message, **options)


class SetupError(Exception):
    """The server cannot start or work in this setup; the text names the fix."""


class WrongSetting(SetupError):
    """A setting with an invalid value; the text names it and what is expected."""
