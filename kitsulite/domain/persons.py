"""Persons as answers show them."""

import functools

from kitsulite.models.base import json_object, parts
from kitsulite.models.people import Person


def full_name(alias="person"):
    """SQL of the whole name: first and last, or whichever there is."""
    return f"trim({alias}.first_name || ' ' || {alias}.last_name)"


@functools.cache
def full_parts(relations=False):
    """What managers see of a person: name -> SQL; `relations` adds the departments."""
    return {**parts(Person, relations=relations), "full_name": full_name()}


def shown_person(ctx, person_id):
    """The whole person with departments."""
    sql = f"SELECT {json_object(full_parts(relations=True))} FROM person WHERE id = ?"
    return ctx.db.objects(sql, [person_id])[0]
