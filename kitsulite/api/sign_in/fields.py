"""Fields and options shared by the routes for signing in."""

from kitsulite.api.policies import person
from kitsulite.web.fields import Object, Str

Filled = Str(required=True, min=1)
Email = Str(required=True, min=1, max=255)
#: the possible proofs of a second factor
PROOFS = {"totp": Str(), "email_otp": Str(), "recovery_code": Str(), "fido_authentication_response": Object()}
#: options of routes for one's own account: the caller is checked before the body, and slow work is outside transactions
OWN = {"allow": person, "allow_first": True, "transaction": False}
DONE = {"success": True}
