"""A security key in software: it registers with a site and signs its challenges."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData


class Authenticator:
    """One device; `origin` is the site that the browser says to be on."""

    def __init__(self, origin="http://localhost:8080"):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)

    def client_data(self, kind, challenge):
        return json.dumps({"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}).encode()

    def data(self, party, credential=b""):
        flags = AuthenticatorData.FLAG.UP | (AuthenticatorData.FLAG.AT if credential else 0)
        return AuthenticatorData.create(hashlib.sha256(party.encode()).digest(), flags, 0, credential)

    def register(self, options):
        """The response to the options of a registration."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        attestation = AttestationObject.create("none", self.data(options["rp"]["id"], credential), {})
        return self.response(
            clientDataJSON=self.client_data("create", options["challenge"]), attestationObject=bytes(attestation)
        )

    def sign(self, options):
        """The response to the options of a login."""
        client_data = self.client_data("get", options["challenge"])
        data = self.data(options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self.response(clientDataJSON=client_data, authenticatorData=bytes(data), signature=signature)

    def credential_id(self):
        """The id of its credential, as texts hold it."""
        return websafe_encode(self.id)

    def response(self, **parts):
        return {
            "id": self.credential_id(),
            "rawId": self.credential_id(),
            "type": "public-key",
            "response": {name: websafe_encode(part) for name, part in parts.items()},
        }
