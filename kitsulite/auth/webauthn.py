"""Security keys (FIDO2, WebAuthn), by the package fido2 of the extra `fido`.

The challenge of a first call goes to the browser as a signed cookie, comes back with the
second one, and is good once. Devices are stored as Zou stores them, bytes as big integers;
`attested` keeps the original bytes besides.
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
#: signature algorithms that are asked for, by their COSE numbers
ALGORITHMS = (-7, -8, -35, -36, -37, -257, -47)
DEFAULT_DOMAIN = "localhost:8080"


class WrongResponse(Exception):
    """A response of a device that does not prove what was asked."""


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
    """What a browser needs to register a device, and the challenge to bring back."""
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
    """The credential that a response registers, else WrongResponse."""
    party = server(ctx.settings)
    try:
        return party.register_complete(challenge["state"], response).credential_data
    except Exception as error:  # the library raises whatever its parsing of foreign bytes meets
        raise WrongResponse from error


def authentication(ctx, account):
    """What a browser needs to ask a known device, and the challenge to bring back."""
    options, state = server(ctx.settings).authenticate_begin(credentials(account))
    return dict(options.public_key), sealed(ctx.settings, account, state)


def examine(ctx, account, response):
    """How to use up the challenge of a right response within a transaction, None for a wrong one."""
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
    """A challenge as it is brought back: signed, for one person and a few minutes."""
    expires = clock.utc_now() + dt.timedelta(minutes=MINUTES)
    claims = {"type": "fido", "sub": account["id"], "jti": new_id(), "exp": clock.since_1970(expires), "state": state}
    return jwt.encode(claims, settings.secret_key, algorithm=tokens.ALGORITHM)


def brought_back(ctx, account):
    """The challenge that a request brings for an account, None if there is none that counts."""
    try:
        text = ctx.request.cookies.get("session", "")
        claims = jwt.decode(text, ctx.settings.secret_key, algorithms=[tokens.ALGORITHM])
    except jwt.InvalidTokenError:
        return None
    return claims if (claims.get("type"), claims["sub"]) == ("fido", account["id"]) else None


def use_up(ctx, challenge):
    """End a challenge; whether it was still good."""
    if ctx.db.exists(RevokedToken, jti=challenge["jti"]):
        return False
    tokens.revoke(ctx.db, challenge["jti"], days=1)
    return True


# The devices


def devices(stored):
    """The devices of the column `fido_credentials`."""
    return json.loads(stored or "[]")


def stored(credential, device_name):
    """A device as it is stored."""
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
    """The credentials of the devices, as the library takes them."""
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
