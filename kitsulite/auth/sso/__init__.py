"""Signing in with identity providers.

`begin` returns the URL to send the browser to, `finish` the `Profile` of the person when it comes back.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Profile:
    """A person as described by a provider.

    `email`: their address, and `email_problem` why it says nothing, if it does not. `columns`: names of
    person columns and `departments` -> values. `identity`: the two columns that hold issuer and subject.
    """

    email: str
    columns: dict[str, Any]
    identity: dict[str, str] = field(default_factory=dict)
    email_problem: str | None = None


class SsoFailed(Exception):
    """The provider does not vouch for a person; the text is meant for the person."""


class SsoUnavailable(Exception):
    """A package or the provider is missing; the text says which."""
