"""Second factors: codes from an app, codes by mail, recovery codes."""

from kitsulite.api.policies import admin, human, person, public
from kitsulite.api.sign_in.fields import DONE, OWN, PROOFS
from kitsulite.domain.sign_in import second_factors
from kitsulite.web.browser import address_of, with_tokens
from kitsulite.web.fields import Str
from kitsulite.web.route import delete, get, post, put


@put("/auth/totp", allow=person)
def prepare_totp(ctx):
    """Get a new secret for an app that generates codes."""
    return second_factors.prepare_totp(ctx)


@post("/auth/totp", body={"totp": Str(required=True, min=1)}, **OWN)
def enable_totp(ctx, totp):
    """Turn on codes from an app."""
    return with_tokens(ctx.request, second_factors.enable_totp(ctx, totp))


@delete("/auth/totp", status=200, body=PROOFS, **OWN)
def disable_totp(ctx, **proofs):
    """Turn off codes from an app."""
    second_factors.disable(ctx, "totp", proofs)
    return DONE


@get("/auth/email-otp", allow=public, args={"email": Str(required=True, max=255)})
def mail_code(ctx, email):
    """Mail a code to a person who signs in with them; the answer is the same for every email address."""
    with ctx.db.write():
        second_factors.mail_code(ctx, email, address_of(ctx.request))
    return DONE


@put("/auth/email-otp", allow=person)
def prepare_mailed_codes(ctx):
    """Mail a first code."""
    second_factors.prepare_mailed_codes(ctx, address_of(ctx.request))
    return DONE


@post("/auth/email-otp", body={"email_otp": Str(required=True, min=1)}, **OWN)
def enable_mailed_codes(ctx, email_otp):
    """Turn on codes by mail."""
    return with_tokens(ctx.request, second_factors.enable_mailed_codes(ctx, email_otp))


@delete("/auth/email-otp", status=200, body=PROOFS, **OWN)
def disable_mailed_codes(ctx, **proofs):
    """Turn off codes by mail."""
    second_factors.disable(ctx, "email_otp", proofs)
    return DONE


@put("/auth/recovery-codes", body=PROOFS, **OWN)
def renew_recovery_codes(ctx, **proofs):
    """Replace the recovery codes."""
    return {"otp_recovery_codes": second_factors.renew_recovery_codes(ctx, proofs)}


@delete("/actions/persons/<person_id>/disable-two-factor-authentication", status=200, allow=human("person_id") & admin)
def disable_for(ctx, person_id):
    """Turn off all second factors of another person."""
    second_factors.disable_for(ctx, person_id, address_of(ctx.request))
    return DONE
