"""Registration, as in Zou up to 0.15."""

from kitsulite.api.policies import public
from kitsulite.api.sign_in.fields import Email, Filled
from kitsulite.domain.sign_in import registration
from kitsulite.web.browser import address_of
from kitsulite.web.route import post


@post(
    "/auth/register",
    allow=public,
    status=201,
    transaction=False,
    body={"email": Email, "password": Filled, "password_2": Filled, "first_name": Filled, "last_name": Filled},
)
def register(ctx, email, password, password_2, first_name, last_name):
    """Create one's own account, as an artist."""
    registration.register(ctx, email, password, password_2, first_name, last_name, address_of(ctx.request))
    return {"registration_success": True}
