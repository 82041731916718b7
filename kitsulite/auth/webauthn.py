"""Security keys (FIDO2, WebAuthn), with the extra `fido`.

The challenge of the first call is sent to the browser as a signed cookie, comes back with the second call, and is
valid once. Devices are stored like in Zou, with bytes as big integers; `attested` has the original bytes in addition.
"""

import datetime as dt
import json

from kitsulite import clock
from kitsulite.auth import lazy_jwt as jwt
from kitsulite.auth import tokens
from kitsulite.errors import Refused
from kitsulite.extras import how_to_install
from kitsulite.models.fields import new_id
from kitsulite.models.server import RevokedToken

MINUTES = 5
#: accepted signature algorithms, by their COSE numbers
ALGORITHMS = (-7, -8, -35, -36, -37, -257, -47)
DEFAULT_DOMAIN = "localhost:8080"


class WrongResponse(Exception):
    """A response of a device that proves nothing."""


def server(settings):
    """The relying party of this studio."""
    try:
        from fido2.server import Fido2Server
        from fido2.webauthn import PublicKeyCredentialRpEntity
    except ImportError:
        raise Refused(f"Security keys need the package fido2: {how_to_install('fido')}") from None
    party = PublicKeyCredentialRpEntity(name="Kitsu", id=settings.domain_name.partition(":")[0])
    any_origin = (lambda origin: True) if settings.domain_name == DEFAULT_DOMAIN else None
    found = Fido2Server(party, verify_origin=any_origin)
    found.allowed_algorithms = [params for params in found.allowed_algorithms if params.alg in ALGORITHMS]
    return found


def registration(ctx, account, full_name):
    """(options for the browser to register a device, challenge to send back)."""
    party = server(ctx.settings)
    from fido2.webauthn import PublicKeyCredentialUserEntity

    options, state = party.register_begin(
        PublicKeyCredentialUserEntity(name=account["email"], id=account["id"].encode(), display_name=full_name),
        credentials(account),
        resident_key_requirement="discouraged",
        user_verification="preferred",
        authenticator_attachment="cross-platform",
    )
    return dict(options.public_key), sealed(ctx.settings, account, state)


def registered(ctx, challenge, response):
    """The credential registered by a response; raises WrongResponse."""
    party = server(ctx.settings)
    try:
        return party.register_complete(challenge["state"], response).credential_data
    except Exception as error:  # the library may raise anything while parsing foreign bytes
        raise WrongResponse from error


def authentication(ctx, account):
    """(options for the browser to use a known device, challenge to send back)."""
    options, state = server(ctx.settings).authenticate_begin(credentials(account))
    return dict(options.public_key), sealed(ctx.settings, account, state)


def examine(ctx, account, response):
    """A function that uses up the challenge of a right response in a transaction, None for a wrong response."""
    challenge = brought_back(ctx, account)
    if challenge is None:
        return None
    try:
        server(ctx.settings).authenticate_complete(challenge["state"], credentials(account), response)
    except Exception:  # as above; without the package no response is right
        return None
    return lambda ctx: use_up(ctx, challenge)


# The challenge


def sealed(settings, account, state):
    """A challenge in the form for the browser: signed, for one person and a few minutes."""
    expires = clock.utc_now() + dt.timedelta(minutes=MINUTES)
    claims = {"type": "fido", "sub": account["id"], "jti": new_id(), "exp": clock.since_1970(expires), "state": state}
    return jwt.encode(claims, settings.secret_key, algorithm=tokens.ALGORITHM)


def brought_back(ctx, account):
    """The valid challenge that a request sends back for an account, or None."""
    try:
        text = ctx.request.cookies.get("session", "")
        claims = jwt.decode(text, ctx.settings.secret_key, algorithms=[tokens.ALGORITHM])
    except jwt.InvalidTokenError:
        return None
    return claims if (claims.get("type"), claims["sub"]) == ("fido", account["id"]) else None


def use_up(ctx, challenge):
    """Use up a challenge; returns whether it was still valid."""
    if ctx.db.exists(RevokedToken, jti=challenge["jti"]):
        return False
    tokens.revoke(ctx.db, challenge["jti"], days=1)
    return True


# The devices


def devices(stored):
    """The devices of the column `fido_credentials`."""
    return json.loads(stored or "[]")


def stored(credential, device_name):
    """The stored form of a device."""
    return {
        "device_name": device_name,
        "aaguid": int.from_bytes(credential.aaguid, "big"),
        "credential_id": int.from_bytes(credential.credential_id, "big"),
        "public_key": {str(key): number(value) for key, value in credential.public_key.items()},
        "attested": bytes(credential).hex(),
    }


def number(value):
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


def credentials(account):
    """The credentials of the devices, in the form of the library."""
    return [credential(device) for device in devices(account["fido_credentials"])]


def credential(device):
    from fido2.cose import CoseKey
    from fido2.webauthn import AttestedCredentialData

    if "attested" in device:
        return AttestedCredentialData(bytes.fromhex(device["attested"]))
    key = {int(name): key_part(int(name), value) for name, value in device["public_key"].items()}
    return AttestedCredentialData.create(
        device["aaguid"].to_bytes(16, "big"), in_bytes(device["credential_id"]), CoseKey.parse(key)
    )


def key_part(name, value):
    """A part of a public key: from -2 on coordinates and exponents; an RSA modulus is too long for a number."""
    return in_bytes(value, 32) if name <= -2 or value > 1 << 64 else value


def in_bytes(value, least=1):
    return value.to_bytes(max(least, (value.bit_length() + 7) // 8), "big")
