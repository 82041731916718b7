"""Links that show a playlist to people without an account, and the guests who use them."""

import datetime as dt
import re

from kitsulite import clock
from kitsulite.auth import passwords, throttle
from kitsulite.auth.lockout import Lock
from kitsulite.domain.people.persons import shown_person
from kitsulite.domain.playlists import mails
from kitsulite.errors import Answer, BadParameter, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import is_id, new_id
from kitsulite.models.people import Person
from kitsulite.models.previews import Playlist, PlaylistShareLink

#: most guests, comments, files and drawings per link and hour
MOST_CHANGES = 1000
DAY = re.compile(r"\d{4}-\d\d-\d\d")


# Links


def shown_parts():
    """The parts of a link for those who manage it: name -> SQL, without the password."""
    is_open = "COALESCE(password, '') = ''"
    return {**parts(PlaylistShareLink), "has_password": f"json(CASE WHEN {is_open} THEN 'false' ELSE 'true' END)"}


def active(ctx, playlist_id):
    """The unrevoked links of a playlist, as JSON."""
    sql = f"SELECT {json_object(shown_parts())} FROM playlist_share_link WHERE playlist_id = ? AND is_active"
    return ctx.db.json_list(f"{sql} ORDER BY created_at, rowid", [playlist_id])


def create(ctx, playlist_id, expiration_date, can_comment, password):
    """Create a link to a playlist. Must be called outside of a transaction, as hashing the password is slow."""
    columns = {
        "expiration_date": expiration(expiration_date),
        "can_comment": can_comment,
        "password": passwords.hash_password(password) if password else None,
    }
    with ctx.db.write():
        ids = {"playlist_id": playlist_id, "created_by": ctx.person_id}
        return shown(ctx, ctx.db.add(PlaylistShareLink, token=new_id(), **ids, **columns))


def shown(ctx, link_id):
    sql = f"SELECT {json_object(shown_parts())} FROM playlist_share_link WHERE id = ?"
    return ctx.db.objects(sql, [link_id])[0]


def expiration(text):
    """The stored moment when a link expires: at the end of a day, or at a moment, by default in UTC."""
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            moment = dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
        else:
            moment = dt.datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
        if moment.tzinfo:
            moment = moment.astimezone(dt.timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise BadParameter(f"{text[:80]} is not a valid ISO 8601 date") from None
    return clock.stored(moment)


def of_playlist(ctx, playlist_id, token):
    """The link with a token to this playlist; raises NotFound."""
    link = ctx.db.find(PlaylistShareLink, token=token)
    if link is None or link["playlist_id"] != playlist_id:
        raise NotFound("Share link not found.")
    return link


def revoke(ctx, playlist_id, token):
    """Revoke a link; its row stays."""
    link = of_playlist(ctx, playlist_id, token)
    ctx.db.update(PlaylistShareLink, link["id"], is_active=False)
    return shown(ctx, link["id"])


def invite(ctx, playlist_id, token, emails, person_ids, message):
    """Mail a link to email addresses and persons; returns the addresses, each once."""
    link = of_playlist(ctx, playlist_id, token)
    if not link["is_active"]:
        raise NotFound("Share link not found.")
    invited = {}
    for address in emails:
        email = normalized(address)
        invited.setdefault(email.lower(), {"id": None, "email": email, "first_name": "", "locale": None})
    for person_id in person_ids:
        person = ctx.db.find(Person, id=person_id)
        if person and person["email"]:
            invited.setdefault(person["email"].lower(), person)
    playlist = ctx.db.get(Playlist, link["playlist_id"])
    for person in invited.values():
        mails.invite(ctx, person, playlist, token, message)
    return [person["email"] for person in invited.values()]


def normalized(address):
    """The normalized email address, or an error in the form of this route."""
    # its tables take long to load
    import email_validator

    try:
        return email_validator.validate_email(address, check_deliverability=False).normalized
    except email_validator.EmailNotValidError as error:
        raise Answer(400, {"error": str(error)}) from None


# Access


def open_link(ctx, token, password, address):
    """The valid link with a token; raises NotFound, also for a wrong password.

    After some wrong passwords from an IP address, none is compared for it for a while.
    """
    link = ctx.db.find(PlaylistShareLink, token=token)
    expired = "SELECT expiration_date < ? FROM playlist_share_link WHERE token = ?"
    if link is None or not link["is_active"] or ctx.db.value(expired, [clock.now(), token]):
        raise NotFound("Share link not found.")
    stored_hash = ctx.db.value("SELECT password FROM playlist_share_link WHERE token = ?", [token])
    if stored_hash:
        # behind a proxy that forwards no address, the guesses of one would lock out all
        lock = None if address in throttle.LOOPBACK else Lock(ctx, {"id": None, "key": f"link-{link['id']}"}, address)
        require_password(ctx, lock, password, stored_hash)
    return link


def require_password(ctx, lock, password, stored_hash):
    if password and not (lock and lock.is_on()):
        if passwords.matches(password, stored_hash):
            return
        if lock:
            with ctx.db.write():
                lock.count({"id": None})
    raise NotFound("Share link not found.")


def count_change(ctx, link):
    """Count a change by guests of a link; raises an error for too many within an hour."""
    if throttle.count(ctx.db, "guests-of-link", link["id"], hours=1) > MOST_CHANGES:
        raise Answer(429, {"error": "Too many comments, files or guests by this link: try again later."})


def require_comments(link, refusal):
    """Refuse with this text unless the link allows comments."""
    if not link["can_comment"]:
        raise Answer(403, {"error": refusal})


# Guests


def guest(ctx, link, guest_id):
    """The guest with an id, if it came through this link, or None."""
    person = ctx.db.find(Person, id=guest_id.lower()) if is_id(guest_id) else None
    if person is None or not person["is_guest"] or not isinstance(person["data"], dict):
        return None
    return person if person["data"].get("share_link_id") == link["id"] else None


def welcome(ctx, link, guest_id, first_name, last_name):
    """(the guest with the id or names, created if it is new, whether it was known by its id)."""
    person = guest(ctx, link, guest_id)
    if person:
        return shown_person(ctx, person["id"]), True
    names = {"first_name": (first_name or "").strip() or "Guest", "last_name": (last_name or "").strip()}
    same = "is_guest AND first_name = ? AND last_name = ? AND json_extract(data, '$.share_link_id') = ?"
    met = ctx.db.first(Person, same, [*names.values(), link["id"]])
    return shown_person(ctx, met["id"] if met else make_guest(ctx, link, names)), False


def make_guest(ctx, link, names):
    count_change(ctx, link)
    person_id = ctx.db.add(
        Person,
        **names,
        role="client",
        is_guest=True,
        email=f"guest-{new_id()[:8]}@guest.kitsu",
        timezone=ctx.settings.default_timezone,
        locale=ctx.settings.default_locale,
        data={"share_link_id": link["id"]},
    )
    emit(ctx, "person:new", {"person_id": person_id})
    return person_id
