"""Signing in by an identity provider: what each kind of provider says of a person.

`begin` gives the address to send the browser to, `finish` reads what it brings back: a
profile, names of person columns and `departments` -> values, with an `email` that the
provider vouches for.
"""


class SsoFailed(Exception):
    """The provider does not vouch for a person; the text is meant for the person."""


class SsoUnavailable(Exception):
    """A package or the provider is missing; the text says which."""
