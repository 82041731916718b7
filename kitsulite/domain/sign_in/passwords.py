"""Setting passwords: by the person, with a link in a mail, by an admin."""

from kitsulite.auth import accounts, passwords, throttle
from kitsulite.auth.lockout import Lock
from kitsulite.auth.tokens import session_of
from kitsulite.domain.people import persons
from kitsulite.domain.sign_in import mails, reset_tokens
from kitsulite.domain.sign_in.sign_in import Refusal, verify_password
from kitsulite.errors import Answer, BadParameter, InvalidBody, Refused
from kitsulite.jobs import mail

OLD_PASSWORD_REFUSED: dict[str, dict[str, object]] = {
    "wrong": {"message": "Old password is wrong."},
    "inactive": {"message": "User is unactive."},
    "locked": {"message": "Too many failed login attempts.", "too_many_failed_login_attemps": True},
}
#: most mails with a link per person and hour
MOST_MAILS = 20

# By the person


def change(ctx, old_password, password, confirmation, ip):
    """Replace the caller's own password."""
    try:
        account = accounts.get(ctx, ctx.person_id)
        account = verify_password(ctx, account, old_password, Lock(ctx, account, session_of(ctx.claims)))
    except Refusal as refusal:
        raise Answer(400, {"error": True, **OLD_PASSWORD_REFUSED[refusal.reason]}) from None
    stored = hash_checked(ctx, password, confirmation)
    with ctx.db.write():
        accounts.set_password(ctx, account, stored)
        mails.send(ctx, account, "changed", ip)


def hash_checked(ctx, password, confirmation):
    """The hash of a password, checked for its length and repetition; slow, so outside of transactions."""
    if len(password) < ctx.settings.min_password_length:
        raise Refused("Password is too short.")
    if password != confirmation:
        raise Refused("Confirmation password doesn't match.")
    return passwords.hash_password(password, ctx.app.password_cost)


# With a link


def send_reset_link(ctx, email, ip):
    """Mail a link to the person with an email address; neither answer nor time reveal whether there is one."""
    account = accounts.by_email(ctx, email)
    is_active = account and account["active"]
    may_receive = is_active and throttle.count(ctx.db, "links", account["id"], hours=1) <= MOST_MAILS
    url = reset_tokens.link(ctx, email, reset_tokens.renew(ctx, email))
    message = mails.written(ctx, account if may_receive else mails.stand_in(email), "recovery", ip, url)
    if may_receive:
        mail.queue(ctx, account, message)


def reset(ctx, email, token, password, confirmation):
    """Set a password with the token of a link, which can be used once."""
    account = accounts.find(ctx, email)
    if not account or not reset_tokens.is_current(ctx, email, token):
        raise BadParameter("Wrong or expired token.")
    stored = hash_checked(ctx, password, confirmation)
    with ctx.db.write():
        if not reset_tokens.use_up(ctx, email):
            raise BadParameter("Wrong or expired token.")
        accounts.set_password(ctx, account, stored)


# By an admin


def invite(ctx, person_id):
    """Mail a person a link to set the first password."""
    account = with_address(ctx, person_id)
    token = reset_tokens.renew(ctx, account["email"], days=7)
    link = reset_tokens.link(ctx, account["email"], token, type="new")
    mails.send(ctx, account, "invitation", url=link)


def make_reset_link(ctx, person_id):
    """A link for an admin to pass on, the same while it is valid."""
    account = with_address(ctx, person_id)
    require_password_may_be_set(ctx, account)
    token = reset_tokens.current(ctx, account["email"]) or reset_tokens.renew(ctx, account["email"])
    return reset_tokens.link(ctx, account["email"], token)


def set_for(ctx, person_id, password, confirmation, ip):
    """Set the password of another person."""
    if password != confirmation:
        raise InvalidBody([{"field": "", "message": "Confirmation password doesn't match."}])
    account = accounts.get(ctx, person_id)
    require_password_may_be_set(ctx, account)
    stored = hash_checked(ctx, password, confirmation)
    with ctx.db.write():
        accounts.set_password(ctx, account, stored)
        mails.send(ctx, account, "changed_by_admin", ip)


def with_address(ctx, person_id):
    account = accounts.get(ctx, person_id)
    if not account["email"]:
        raise Refused("This person has no email address.")
    return account


def require_password_may_be_set(ctx, account):
    """Refuse to set the password of a protected account, or of an admin who has one."""
    if account["id"] == ctx.person_id:
        return
    if persons.is_protected(ctx, account):
        raise Refused("This account is protected.")
    if account["role"] == "admin" and account["password"]:
        raise Refused("The password of another administrator cannot be changed.")
