"""What the routes of signing in have in common."""

from kitsulite.api.policies import person
from kitsulite.web.fields import Object, Str

Filled = Str(required=True, min=1)
Email = Str(required=True, min=1, max=255)
#: the proofs of a second factor, one of them
PROOFS = {"totp": Str(), "email_otp": Str(), "recovery_code": Str(), "fido_authentication_response": Object()}
#: options of a route of one's own: the caller is checked before the body; what is slow stays out of transactions
OWN = {"allow": person, "allow_first": True, "transaction": False}
DONE = {"success": True}
