"""Random codes for people to type."""

import secrets
import string

ALPHABET = string.ascii_uppercase + string.digits


def random_code(length):
    """Capital letters and digits that cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
