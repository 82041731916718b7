"""The status and body of each error, in one table."""

from typing import Any

from kitsulite import errors
from kitsulite.models.fields import BadValue
from kitsulite.web.reply import Reply, json_reply


def plain(error: Any) -> dict[str, Any]:
    return {"error": True, "message": error.message}


def not_found(error: Any) -> dict[str, Any]:
    return {"error": True, "message": f"404 Not Found: {error.message}"}


def with_data(error: Any) -> dict[str, Any]:
    return {"error": True, "message": error.message, "data": error.data}


def message_only(error: Any) -> dict[str, Any]:
    return {"message": error.message}


#: headers of an answer that may be different in some seconds
SOON = (("Retry-After", "5"), ("Cache-Control", "no-store"))
#: class of the error -> (status, body)
TABLE = {
    errors.NotFound: (404, not_found),
    errors.Forbidden: (403, plain),
    errors.InvalidBody: (400, with_data),
    errors.BadParameter: (400, with_data),
    errors.Refused: (400, plain),
    errors.RowRejected: (400, message_only),
    errors.WrongContentType: (415, plain),
    errors.TooLarge: (413, plain),
    errors.Unavailable: (503, plain),
    errors.DiskFull: (507, plain),
}


def reply_to(error: Any) -> Reply:
    """The answer for an ApiError or an invalid value."""
    if isinstance(error, BadValue):
        return json_reply({"error": True, "message": str(error), "data": None}, 400)
    if isinstance(error, errors.Answer):
        return json_reply(error.body, error.status)
    if isinstance(error, errors.TokenProblem):
        body = {"msg": error.message} if error.shape == "msg" else plain(error)
        return json_reply(body, error.status)
    status, shape = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    return json_reply(shape(error), status, SOON if isinstance(error, errors.Busy) else ())


def internal() -> Reply:
    return json_reply({"error": True, "message": "Internal server error."}, 500)


def problem(status: int, message: str) -> Reply:
    return json_reply({"error": True, "message": message}, status)
