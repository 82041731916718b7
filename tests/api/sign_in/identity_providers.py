"""Small identity providers on loopback: OpenID Connect and SAML."""

import base64
import datetime as dt
import hashlib
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


class Provider:
    """An HTTP server; `pages` maps a path to a function of query, form and headers that gives the answer."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pages = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer({})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer({name: values[0] for name, values in urllib.parse.parse_qs(body).items()})

            def answer(self, form):
                page = provider.pages.get(urllib.parse.urlsplit(self.path).path)
                value = page(form, self.headers) if page else None
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(200 if value else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Keep the output of the tests clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


class OpenIdProvider(Provider):
    """`claims` and `userinfo` are what it says of the person who signs in."""

    CLIENT, SECRET = "kitsulite", "hush"

    def __init__(self):
        super().__init__()
        self.claims = {"sub": "42", "email": "anna@studio.org", "email_verified": True}
        self.userinfo = {"sub": "42", "given_name": "Anna", "family_name": "Lee"}
        self.codes, self.header, self.signing_key, self.algorithm = {}, {"kid": "1"}, self.key, "RS256"
        self.pages = {
            "/.well-known/openid-configuration": self.configuration,
            "/keys": self.keys,
            "/token": self.token,
            "/userinfo": self.user_info,
        }

    def configuration(self, form, headers):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
        }

    def keys(self, form, headers):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, url):
        """What the browser brings back, after a person signed in at this address."""
        query = {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == self.CLIENT
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return query, {"code": code, "state": query["state"]}

    def token(self, form, headers):
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        basic = base64.b64encode(f"{self.CLIENT}:{self.SECRET}".encode()).decode()
        if not asked or asked["code_challenge"] != challenge.decode() or headers["Authorization"] != f"Basic {basic}":
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        id_token = jwt.encode({**claims, **self.claims}, self.signing_key, self.algorithm, headers=self.header)
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def user_info(self, form, headers):
        return self.userinfo if headers["Authorization"] == "Bearer access" else None


class SamlProvider(Provider):
    """Vouches for persons by signed assertions."""

    ENTITY = "https://idp.studio.org/metadata"

    def __init__(self):
        super().__init__()
        self.certificate = certificate(self.key)
        self.pages = {"/metadata": lambda form, headers: self.metadata()}

    def metadata(self):
        der = base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()
        return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.ENTITY}">
          <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
              <X509Certificate>{der}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
            <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
              Location="{self.url}/login?tenant=1"/>
          </IDPSSODescriptor></EntityDescriptor>""".encode()

    def assertion(
        self, email, site, number="1", attributes=(), recipient=None, audience=None, issuer=None, confirmed=5
    ):
        """An assertion without its signature, good for five minutes; `confirmed`: minutes that its subject is."""
        now = dt.datetime.fromtimestamp(time.time(), dt.timezone.utc).replace(microsecond=0)
        start, end, late = (f"{now + dt.timedelta(minutes=m):%Y-%m-%dT%H:%M:%SZ}" for m in (-5, 5, confirmed))
        shown = "".join(
            f'<Attribute Name="{name}">'
            + "".join(f"<AttributeValue>{v}</AttributeValue>" for v in values)
            + "</Attribute>"
            for name, values in attributes
        )
        return f"""<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="a{number}" Version="2.0"
          IssueInstant="{start}"><Issuer>{issuer or self.ENTITY}</Issuer>
          <Subject><NameID>{email}</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
            <SubjectConfirmationData Recipient="{recipient or site + "/api/auth/saml/sso"}" NotOnOrAfter="{late}"/>
          </SubjectConfirmation></Subject>
          <Conditions NotBefore="{start}" NotOnOrAfter="{end}"><AudienceRestriction>
            <Audience>{audience or site + "/api/auth/saml/login"}</Audience></AudienceRestriction></Conditions>
          <AuthnStatement AuthnInstant="{start}"><AuthnContext/></AuthnStatement>
          <AttributeStatement>{shown}</AttributeStatement></Assertion>"""

    def signed(self, xml, key=None):
        """A document with an enveloped signature of its root."""
        from lxml import etree
        from minisignxml.sign import sign

        element = etree.fromstring(xml)
        text = sign(element=element, private_key=key or self.key, certificate=self.certificate, index=1)
        return text.decode()

    def response(self, *assertions):
        """The form field that a browser brings."""
        inner = "".join(assertions)
        xml = f'<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="r1" Version="2.0">{inner}</p:Response>'
        return base64.b64encode(xml.encode()).decode()


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
    start = dt.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start.replace(year=2100))
    return builder.sign(key, hashes.SHA256())
