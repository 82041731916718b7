"""Registration, as the API had it up to 0.15."""

from kitsulite.auth.policy import public
from kitsulite.domain import registration
from kitsulite.web.fields import Str
from kitsulite.web.route import post

Filled = Str(required=True, min=1)


@post(
    "/auth/register",
    allow=public,
    status=201,
    transaction=False,
    body={"email": Filled, "password": Filled, "password_2": Filled, "first_name": Filled, "last_name": Filled},
)
def register(ctx, email, password, password_2, first_name, last_name):
    """Make oneself an account as an artist."""
    registration.register(ctx, email, password, password_2, first_name, last_name)
    return {"registration_success": True}
