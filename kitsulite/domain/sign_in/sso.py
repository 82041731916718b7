"""Signing in with an identity provider: persons are found by their identity or email address, or created."""

from kitsulite.auth import accounts, passwords
from kitsulite.auth.codes import random_code
from kitsulite.auth.sso import SsoFailed
from kitsulite.domain.people import persons
from kitsulite.domain.sign_in.sign_in import open_session
from kitsulite.events.bus import emit
from kitsulite.models.fields import BadValue
from kitsulite.models.people import Department, Person, Studio

REFUSED = "This account cannot be signed in to with this identity. Ask an administrator."


def sign_in(ctx, profile, address, skip_2fa):
    """Sign in the person of a profile (see `auth.sso`); None for an inactive person.

    New persons become artists.
    """
    email = profile.email.lower()
    if not bound(ctx, profile) and profile.email_problem:
        raise SsoFailed(profile.email_problem)
    new = None if bound(ctx, profile) or accounts.by_email(ctx, email) else prepare(ctx, email)
    with ctx.db.write():
        account = bound(ctx, profile) or accounts.by_email(ctx, email)
        is_new = account is None
        if is_new:
            account = create(ctx, new)
            emit(ctx, "person:new", {"person_id": account["id"]})
        bind(ctx, account, profile)
        if take_over(ctx, account, profile.columns) and not is_new:
            emit(ctx, "person:update", {"person_id": account["id"]})
        if not account["active"]:
            return None
        return open_session(ctx, account["id"], address, "web", skip_2fa)


def bound(ctx, profile):
    """The account linked to the identity of a profile, or None."""
    return accounts.by_identity(ctx, profile.identity) if profile.identity else None


def bind(ctx, account, profile):
    """Link an account, found by its email address, to an identity.

    Raises SsoFailed if it is protected, or linked to another identity at the same provider.
    """
    if all(account[column] == value for column, value in profile.identity.items()):
        return
    issuer, _ = profile.identity
    is_other = account[issuer] == profile.identity[issuer]
    if is_other or persons.is_protected(ctx, account):
        raise SsoFailed(REFUSED)
    accounts.change(ctx, account, **profile.identity)


def prepare(ctx, email):
    """The checked columns of a new person with a random password, whose hashing is slow."""
    persons.require_place(ctx)
    columns = persons.prepare_new(ctx, {"email": email, "desktop_login": ""})
    return {"first_name": "", "last_name": "", **columns, "password": passwords.hash_password(random_code(64))}


def create(ctx, columns):
    return accounts.get(ctx, ctx.db.add(Person, **columns, role="user"))


def take_over(ctx, account, profile):
    """Store the changed columns of a profile; returns whether there were any."""
    profile = dict(profile)
    departments = ids_named(ctx, Department, profile.pop("departments", None))
    columns = {name: value for name, value in cleaned(ctx, profile) if value != account[name]}
    if columns:
        ctx.db.update(Person, account["id"], **columns)
    if departments is None or set(departments) == set(ctx.db.related(Person, account["id"], "departments")):
        return bool(columns)
    ctx.db.relate(Person, account["id"], "departments", departments)
    return True


def cleaned(ctx, profile):
    """Columns with their stored values, without invalid ones."""
    for name, value in profile.items():
        if name == "studio_id":
            value = next(iter(ids_named(ctx, Studio, [value])), None)
        try:
            yield name, Person.columns()[name].clean(value)
        except BadValue:
            continue


def ids_named(ctx, model, words):
    """The ids of the rows that words name by id or name."""
    if words is None:
        return None
    rows = [ctx.db.find(model, id=str(word).lower()) or ctx.db.find(model, name=word) for word in words]
    return [row["id"] for row in rows if row]
