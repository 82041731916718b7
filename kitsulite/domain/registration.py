"""Strangers who make themselves an account."""

from kitsulite.domain import persons
from kitsulite.domain.passwords import hash_checked
from kitsulite.errors import NotFound
from kitsulite.events.bus import emit
from kitsulite.models.people import Person


def register(ctx, email, password, again, first_name, last_name):
    """Create an artist with a password."""
    if not ctx.settings.registration:
        raise NotFound("Registration is closed.")
    persons.require_place(ctx)
    columns = persons.prepare_new(ctx, {"email": email})
    columns["password"] = hash_checked(ctx, password, again)
    names = {
        name: Person.columns()[name].clean(text)
        for name, text in (("first_name", first_name), ("last_name", last_name))
    }
    with ctx.db.write():
        persons.require_place(ctx)
        person_id = ctx.db.add(Person, **columns, **names, role="user")
        emit(ctx, "person:new", {"person_id": person_id})
