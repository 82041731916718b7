"""Removing avatars of persons; all other routes of persons are generic."""

from kitsulite.api.policies import admin, person
from kitsulite.domain.people import persons
from kitsulite.models.people import Person
from kitsulite.web.route import delete


@delete("/actions/persons/<person_id>/clear-avatar", allow=admin)
def clear_avatar(ctx, person_id):
    """Remove the avatar of a person."""
    persons.clear_avatar(ctx, ctx.db.require(Person, person_id))


@delete("/actions/user/clear-avatar", allow=person)
def clear_own_avatar(ctx):
    """Remove the avatar of the caller."""
    persons.clear_avatar(ctx, ctx.person_id)
