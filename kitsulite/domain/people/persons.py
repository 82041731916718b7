"""Persons: what is shown of them to whom, and the rules of their columns."""

import functools

from kitsulite import clock
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.project_status import IS_OPEN
from kitsulite.errors import BadParameter, Forbidden, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import Parts, json_object, parts
from kitsulite.models.choices import SECOND_FACTORS
from kitsulite.models.fields import BadValue, dump, is_day, is_id
from kitsulite.models.people import Person

#: columns that everyone sees
MINIMAL = (
    *("id", "type", "first_name", "last_name", "full_name", "has_avatar", "active"),
    *("departments", "studio_id", "role", "desktop_login", "is_bot"),
)
#: columns that clients see
FOR_CLIENTS = ("id", "type", "first_name", "last_name", "full_name", "has_avatar", "active", "role", "is_bot")
#: SQL condition: the person is not a preview account of a production
NO_PREVIEW = "person.preview_project_id IS NULL"
#: SQL condition with one parameter: the person is in the team of an open project with the caller
IS_TEAMMATE = (
    "person.id IN (SELECT l.person_id FROM project_person_link l JOIN project_person_link mine"
    " ON mine.project_id = l.project_id JOIN project p ON p.id = l.project_id"
    f" WHERE mine.person_id = ? AND {IS_OPEN})"
)
#: columns of the author of a comment or news
SHORT = ("id", "first_name", "last_name", "full_name", "has_avatar", "role")
SECRETS = {name for name, field in Person.columns().items() if field.secret}
#: columns that only the routes of second factors, tokens and preview accounts may set
OWN_ROUTES = {
    *("jti", "totp_enabled", "totp_secret", "email_otp_enabled", "email_otp_secret"),
    *("fido_enabled", "fido_credentials", "otp_recovery_codes", "preferred_two_factor_authentication"),
    *("preview_project_id", "preview_opened_at", "preview_open_until"),
}
#: columns that link a person to an identity at a provider
IDENTITIES = ("oidc_issuer", "oidc_subject", "saml_issuer", "saml_subject")
#: columns that people may not change on their own row
FOR_ADMINS = {
    *("role", "departments", "active", "is_bot", "archived", "login_failed_attemps", "last_login_failed"),
    *("is_generated_from_ldap", "ldap_uid", "last_presence", "studio_id", "shotgun_id"),
    *("daily_salary", "position", "seniority", "is_guest", "expiration_date"),
    *IDENTITIES,
}
#: columns that are refused with a message of their own
CHECKED = {
    "role": "Invalid role",
    "contract_type": "Invalid contract_type",
    "country": "Invalid country code, expected an ISO 3166-1 alpha-2 code.",
    "locale": "Invalid locale, expected a name like en_US or fr_FR.",
    "display_date_format": "Invalid display_date_format",
}


def of_ids(ctx, ids):
    """The persons of these ids that there are."""
    return ctx.db.all(Person, "id IN (SELECT value FROM json_each(?))", [dump(ids)])


# What is shown


@functools.cache
def full_parts(relations=False, alias="person"):
    """All visible parts of a person, as managers see them: name -> SQL. Callers must not change it."""
    return Parts({**parts(Person, alias, relations), "full_name": full_name(alias)})


@functools.cache
def minimal_parts(relations=False, alias="person"):
    """The parts of a person that everyone sees; `departments` is empty without relations."""
    shown = {**full_parts(True, alias)}
    if not relations:
        shown["departments"] = "json('[]')"
    return Parts({name: shown[name] for name in MINIMAL})


@functools.cache
def short_parts(alias="person"):
    """The parts of a person shown as an author."""
    return Parts({name: full_parts(alias=alias)[name] for name in SHORT})


@functools.cache
def client_parts(alias="person"):
    """The parts of a person that clients see."""
    return Parts({name: full_parts(alias=alias)[name] for name in FOR_CLIENTS})


def visible_parts(ctx, relations=False):
    """The parts of other persons that the caller sees: managers (by effective role) all, others the minimum or less."""
    if ctx.role == "client":
        return client_parts("person")
    return full_parts(relations) if ctx.is_manager else minimal_parts(relations)


def listed_parts(ctx, relations=False):
    """The parts of persons of the whole studio that the caller sees: admins all, others the minimum or less."""
    if ctx.global_role == "client":
        return client_parts()
    return full_parts(relations) if ctx.is_admin else minimal_parts(relations)


def full_name(alias="person"):
    """SQL of first and last name joined by a space, without a missing one."""
    first, last = f"{alias}.first_name", f"{alias}.last_name"
    return f"({first} || CASE WHEN {first} = '' OR {last} = '' THEN '' ELSE ' ' END || {last})"


def shown_person(ctx, person_id, relations=True):
    """A person with all visible parts; raises NotFound."""
    sql = f"SELECT {json_object(full_parts(relations))} FROM person WHERE id = ?"
    rows = ctx.db.objects(sql, [person_id]) if is_id(person_id) else ()
    if not rows:
        raise NotFound("Person not found.")
    return rows[0]


def shown_to(ctx, person):
    """A person, read with all visible parts, as the caller sees them."""
    if ctx.is_manager:
        return person
    names = FOR_CLIENTS if ctx.global_role == "client" else MINIMAL
    return {name: person.get(name, []) for name in names}


def is_seen(ctx, person_id):
    """Whether the caller sees a person at all; clients see the teams of their open projects."""
    if ctx.global_role != "client" or person_id == ctx.person_id:
        return True
    return bool(ctx.db.value(f"SELECT 1 FROM person WHERE id = ? AND {IS_TEAMMATE}", [person_id, ctx.person_id]))


def hidden_filters(ctx):
    """The columns by which the caller may not filter persons: secrets, and those that the caller does not see."""
    if ctx.is_admin:
        return SECRETS
    visible = {*FOR_CLIENTS} if ctx.global_role == "client" else {*MINIMAL}
    return {*Person.columns(), *Person.relations} - visible - {"email", "is_guest"}


# Rules of the columns


def require_place(ctx, data=None):
    """Refuse another active person beyond the limit, which excludes bots, guests and preview accounts."""
    counted = f"active AND NOT is_bot AND NOT is_guest AND {NO_PREVIEW}"
    if ctx.db.value(f"SELECT count(*) FROM person WHERE {counted}") >= ctx.settings.user_limit:
        raise BadParameter("User limit reached.", data)


def prepare_new(ctx, data):
    """The checked columns of a new person, with the defaults of the studio."""
    data = {key: value for key, value in data.items() if key not in OWN_ROUTES}
    data = checked(ctx, data, {"id": None, "is_bot": data.get("is_bot"), "expiration_date": None})
    defaults = {"timezone": ctx.settings.default_timezone, "locale": ctx.settings.default_locale}
    return {**data, **{name: value for name, value in defaults.items() if data.get(name) is None}}


def prepare_changes(ctx, person, data):
    """The checked changes that the caller may make to a person, without those that they may not."""
    dropped = OWN_ROUTES if ctx.is_admin else OWN_ROUTES | FOR_ADMINS
    if ctx.claims.get("identity_type") == "bot":
        dropped = dropped | {"expiration_date"}
    data = {key: value for key, value in data.items() if key not in dropped}
    if person["id"] != ctx.person_id and takes_over(person, data):
        require_unprotected(ctx, person)
    if takes_place({**person, **data}) and not takes_place(person):
        require_place(ctx)
    data = checked(ctx, data, person)
    if not ctx.is_admin and data.get("desktop_login"):
        require_free_login(ctx, person, data["desktop_login"])
    require_administrator_left(ctx, person, {**person, **data})
    return data


def require_free_login(ctx, person, desktop_login):
    """Refuse a login that is the login or email address of another person, as neither could sign in any more."""
    taken = "SELECT 1 FROM person WHERE (desktop_login = ?1 OR email = lower(?1)) AND id <> ?2"
    if ctx.db.value(taken, [str(desktop_login), person["id"]]):
        raise BadParameter("desktop_login is taken by another person.")


def takes_over(person, data):
    """Whether changes disable or re-role an account, or let another person act for it: by its mail, tokens or SSO."""
    disables = "active" in data and not data["active"]
    renamed = any(data.get(name, person[name]) != person[name] for name in ("email", "is_bot"))
    return disables or renamed or data.get("role") is not None or bool({"expiration_date", *IDENTITIES} & data.keys())


def takes_place(person):
    """Whether a person counts towards `user_limit`."""
    return person["active"] and not person["is_bot"] and not person["is_guest"]


def is_protected(ctx, person):
    """Whether the account is one of those that no other person may disable, re-role, take over or delete."""
    addresses = {address.lower() for address in ctx.settings.protected_accounts}
    return not person["is_bot"] and person["email"] in addresses


def require_unprotected(ctx, person):
    if is_protected(ctx, person):
        raise Forbidden("This account is protected: no other person may change its role or address, or disable it.")


def require_administrator_left(ctx, person, after=None):
    """Refuse to change (to the columns `after`) or delete the last active administrator."""
    if administers(person) and not (after and administers(after)):
        others = "SELECT 1 FROM person WHERE role = 'admin' AND active AND NOT is_bot AND id <> ?"
        if not ctx.db.value(others, [person["id"]]):
            raise BadParameter("This is the last active administrator: make another person administrator first.")


def administers(person):
    return person["role"] == "admin" and person["active"] and not person["is_bot"]


def checked(ctx, data, person):
    """Data in which values with rules of their own are checked and in their stored form."""
    data = dict(data)
    for name in (name for name in CHECKED if name in data):
        field = Person.columns()[name]
        try:
            data[name] = field.clean(data[name])
        except BadValue:
            raise BadParameter(CHECKED[name]) from None
        if data[name] is None and not field.null:
            raise BadParameter(CHECKED[name])
    if data.get("two_factor_authentication") not in (None, *SECOND_FACTORS):
        raise BadParameter("Invalid two_factor_authentication")
    if data.get("expiration_date") is not None:
        data["expiration_date"] = checked_expiration(data["expiration_date"], person)
    if "email" in data:
        data["email"] = checked_email(ctx, data["email"], person)
    return data


def checked_expiration(value, person):
    """Check an expiration date: from today on, or the stored one; for a new person it may be a moment."""
    try:
        day = Person.columns()["expiration_date"].clean(value)
    except BadValue:
        day = None
    if day is None or (person["id"] and not is_day(value)):
        raise BadParameter("Expiration date is not valid.")
    if day < clock.today() and day != person["expiration_date"]:
        raise BadParameter("Expiration date can't be in the past.")
    return day


def renews_token(data):
    """Whether changes create a new API token: the expiration is removed, or not past."""
    return "expiration_date" in data and (data["expiration_date"] or clock.today()) >= clock.today()


def require_deliverable(ctx, data):
    """Check that the domain of an email address accepts mail, if the setting says so. Outside of a transaction."""
    if ctx.settings.mail_check_deliverability and data.get("email"):
        well_formed(data["email"], check_deliverability=True)


def checked_email(ctx, address, person):
    """The stored form of an email address, which must be valid and not that of another person."""
    email = well_formed(address, globally_known=ctx.settings.mail_check_deliverability)
    if not person["is_bot"]:
        sql = "SELECT 1 FROM person WHERE email = ? AND NOT is_bot AND id IS NOT ?"
        if ctx.db.value(sql, [email, person["id"]]):
            raise BadParameter("Email already in use.")
    return email


def well_formed(address, check_deliverability=False, globally_known=True):
    """The stored form of an email address; raises BadParameter. `globally_known` refuses domains without a dot."""
    import email_validator

    try:
        parsed = email_validator.validate_email(
            str(address or ""), check_deliverability=check_deliverability, globally_deliverable=globally_known
        )
    except email_validator.EmailNotValidError as error:
        raise BadParameter(str(error)) from None
    return parsed.normalized.lower()


def clear_avatar(ctx, person_id):
    """Remove the avatar of a person, and its file if the server removes files."""
    ctx.db.update(Person, person_id, has_avatar=False)
    emit(ctx, "person:update", {"person_id": person_id})
    stored_files.remove(ctx, (places.AVATAR,), person_id)
