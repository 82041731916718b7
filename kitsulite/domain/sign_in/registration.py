"""Registration: people create their own account."""

from kitsulite.auth import throttle
from kitsulite.domain.people import persons
from kitsulite.domain.sign_in.passwords import hash_checked
from kitsulite.errors import NotFound, Refused
from kitsulite.events.bus import emit
from kitsulite.models.people import Person

#: most registrations per IP address and hour
MOST = 50


def register(ctx, email, password, confirmation, first_name, last_name, address):
    """Create an artist with a password."""
    if not ctx.settings.registration:
        raise NotFound("Registration is closed.")
    with ctx.db.write():
        many = address not in throttle.LOOPBACK and throttle.count(ctx.db, "registrations", address, hours=1) > MOST
    if many:
        raise Refused("Too many registrations from this address: try again later.")
    persons.require_place(ctx)
    columns = persons.prepare_new(ctx, {"email": email})
    columns["password"] = hash_checked(ctx, password, confirmation)
    names = {
        name: Person.columns()[name].clean(text)
        for name, text in (("first_name", first_name), ("last_name", last_name))
    }
    with ctx.db.write():
        persons.require_place(ctx)
        person_id = ctx.db.add(Person, **columns, **names, role="user")
        emit(ctx, "person:new", {"person_id": person_id})
