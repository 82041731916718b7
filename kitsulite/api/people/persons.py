"""Persons besides their generic routes: the avatar."""

from kitsulite.api.policies import admin, person
from kitsulite.domain.people import persons
from kitsulite.models.people import Person
from kitsulite.web.route import delete


@delete("/actions/persons/<person_id>/clear-avatar", allow=admin)
def clear_avatar(ctx, person_id):
    """Take the avatar from a person."""
    persons.clear_avatar(ctx, ctx.db.get(Person, person_id)["id"])


@delete("/actions/user/clear-avatar", allow=person)
def clear_own_avatar(ctx):
    """Take the avatar from the caller."""
    persons.clear_avatar(ctx, ctx.person_id)
