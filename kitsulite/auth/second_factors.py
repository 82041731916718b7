"""The second factors of an account, and checking their proofs."""

from kitsulite.auth import one_time_codes, preview_accounts, recovery_codes, webauthn

#: method -> column with whether it is on
METHODS = {"totp": "totp_enabled", "email_otp": "email_otp_enabled", "fido": "fido_enabled"}


class NoProof(Exception):
    """No proof by a method of the account was given."""


def enabled(account):
    """The methods of an account that are on."""
    return [method for method, column in METHODS.items() if account[column]]


def must_be_set_up(settings, account):
    """Whether a person has no second factor, though everyone needs one."""
    exempt = [address.lower() for address in settings.two_factor_exempt_users]
    asked = account["email"] not in exempt and not preview_accounts.is_preview(account)
    return settings.enforce_2fa and asked and not enabled(account)


def examine(ctx, account, totp=None, email_otp=None, fido_authentication_response=None, recovery_code=None):
    """A function to use up the first given proof in a transaction, None if the proof is wrong.

    The function returns whether the proof was still valid. Raises NoProof if no usable proof is given.
    """
    if totp and account["totp_enabled"]:
        return one_time_codes.examine_totp(account, totp)
    if email_otp and account["email_otp_enabled"]:
        return one_time_codes.examine_mailed_code(account, email_otp)
    if fido_authentication_response and account["fido_enabled"]:
        return webauthn.examine(ctx, account, fido_authentication_response)
    if recovery_code:
        return recovery_codes.examine(account, recovery_code)
    raise NoProof
