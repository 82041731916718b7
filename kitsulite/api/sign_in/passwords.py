"""Setting passwords: by the person, with a link, by an admin."""

from kitsulite.api.policies import admin, human, public
from kitsulite.api.sign_in.fields import DONE, OWN, Email, Filled
from kitsulite.domain.sign_in import passwords
from kitsulite.web.browser import address_of
from kitsulite.web.route import get, post, put


@post(
    "/auth/change-password",
    body={"old_password": Filled, "password": Filled, "password_2": Filled},
    **OWN,
)
def change_password(ctx, old_password, password, password_2):
    """Replace one's own password."""
    passwords.change(ctx, old_password, password, password_2, address_of(ctx.request))
    return DONE


@post("/auth/reset-password", allow=public, body={"email": Email})
def ask_for_reset(ctx, email):
    """Mail a link to set a new password; the answer is the same for every email address."""
    passwords.send_reset_link(ctx, email, address_of(ctx.request))
    return {"success": "Reset token sent"}


@put(
    "/auth/reset-password",
    allow=public,
    transaction=False,
    body={"email": Email, "token": Filled, "password": Filled, "password2": Filled},
)
def reset_password(ctx, email, token, password, password2):
    """Set a new password with the token of a link."""
    passwords.reset(ctx, email, token, password, password2)
    return DONE


@get("/actions/persons/<person_id>/invite", allow=human("person_id") & admin)
def invite(ctx, person_id):
    """Mail a person an invitation with a link to set a password."""
    with ctx.db.write():
        passwords.invite(ctx, person_id)
    return {"success": True, "message": "Email sent"}


@post("/actions/persons/<person_id>/reset-password-link", allow=human("person_id") & admin)
def reset_password_link(ctx, person_id):
    """Get a link with which a person sets a password, for an admin to pass on."""
    return {"reset_password_link": passwords.make_reset_link(ctx, person_id)}


@post(
    "/actions/persons/<person_id>/change-password",
    allow=human("person_id") & admin,
    allow_first=True,
    transaction=False,
    body={"password": Filled, "password_2": Filled},
)
def change_password_of(ctx, person_id, password, password_2):
    """Set the password of another person."""
    passwords.set_for(ctx, person_id, password, password_2, address_of(ctx.request))
    return DONE
