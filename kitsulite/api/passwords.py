"""Passwords."""

from kitsulite.auth.policy import person
from kitsulite.domain import passwords
from kitsulite.web.fields import Str
from kitsulite.web.route import post


@post(
    "/auth/change-password",
    allow=person,
    allow_first=True,
    transaction=False,
    body={
        "old_password": Str(required=True, min=1),
        "password": Str(required=True, min=1),
        "password_2": Str(required=True, min=1),
    },
)
def change_password(ctx, old_password, password, password_2):
    """Replace one's own password."""
    return passwords.change(ctx, old_password, password, password_2)
