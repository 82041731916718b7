"""Security keys as a second factor."""

from kitsulite.auth import accounts, webauthn
from kitsulite.auth.second_factors import enabled
from kitsulite.domain.people.persons import shown_person
from kitsulite.domain.sign_in.second_factors import (
    NOT_ON,
    after_losing,
    caller,
    enable,
    require_on,
    require_proof,
    wrong_code,
)
from kitsulite.errors import Refused


def prepare(ctx):
    """(options for the browser to register a device, challenge to send back)."""
    return webauthn.registration(ctx, caller(ctx), shown_person(ctx, ctx.person_id)["full_name"])


def register(ctx, response, device_name):
    """Add a device of the caller and turn on the method."""
    account = caller(ctx)
    challenge = webauthn.brought_back(ctx, account)
    if challenge is None:
        raise Refused("No preregistration before.")
    try:
        credential = webauthn.registered(ctx, challenge, response)
    except webauthn.WrongResponse:
        raise Refused("FIDO registration failed.") from None
    with ctx.db.write():
        if not webauthn.use_up(ctx, challenge):
            raise Refused("No preregistration before.")
        account = caller(ctx)
        devices = [*webauthn.devices(account["fido_credentials"]), webauthn.stored(credential, device_name)]
        accounts.change(ctx, account, fido_credentials=devices)
    return enable(ctx, account, "fido")


def challenge(ctx, name):
    """(options for the browser to sign in a person with a device, challenge to send back)."""
    account = accounts.find(ctx, name)
    if not (account and account["active"] and account["fido_enabled"]):
        raise Refused(NOT_ON["fido"])
    return webauthn.authentication(ctx, account)


def remove(ctx, device_name, proofs):
    """Remove the first device with a name; without devices, the method is turned off."""
    account = caller(ctx)
    require_on(account, "fido")
    require_proof(ctx, account, proofs, wrong_code("OTP verification failed."))
    with ctx.db.write():
        account = caller(ctx)
        devices = webauthn.devices(account["fido_credentials"])
        names = [device["device_name"] for device in devices]
        if device_name in names:
            del devices[names.index(device_name)]
        remaining = [method for method in enabled(account) if method != "fido" or devices]
        columns = after_losing(account, "fido", remaining)
        accounts.change(ctx, account, fido_enabled=bool(devices), fido_credentials=devices, **columns)
