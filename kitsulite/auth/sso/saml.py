"""SAML 2: this server as service provider, with the extra `saml`.

Only an assertion with its own signature counts, and nothing outside of it is read. Assertions without a request are
accepted, each once.
"""

import base64
import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from kitsulite import clock
from kitsulite.auth import tokens
from kitsulite.auth.sso import Profile, SsoFailed, SsoUnavailable
from kitsulite.extras import how_to_install
from kitsulite.models.server import RevokedToken

log = logging.getLogger("kitsulite.auth")
TIMEOUT = 10
DRIFT = dt.timedelta(seconds=60)
ATTRIBUTES = ("first_name", "last_name", "phone", "country", "studio_id")
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
NAMESPACES = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
}


@dataclass
class Provider:
    """The metadata of the identity provider."""

    issuer: str
    login_url: str
    certificates: list


def parsed(xml):
    """The root of a document, parsed without entities and network access."""
    from lxml import etree

    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def read_provider(settings):
    """The provider in the settings, read again for each request."""
    import requests
    from cryptography.x509 import load_der_x509_certificate

    answer = requests.get(settings.saml_metadata_url, timeout=TIMEOUT)
    answer.raise_for_status()
    root = parsed(answer.content)
    path = f"md:IDPSSODescriptor/md:SingleSignOnService[@Binding='{REDIRECT}']"
    texts = [
        found.text
        for descriptor in root.findall("md:IDPSSODescriptor/md:KeyDescriptor", NAMESPACES)
        if descriptor.get("use") in (None, "signing")
        for found in descriptor.findall(".//ds:X509Certificate", NAMESPACES)
    ]
    certificates = [load_der_x509_certificate(base64.b64decode(text)) for text in texts]
    return Provider(root.get("entityID"), root.find(path, NAMESPACES).get("Location"), certificates)


def entity_id(settings):
    return f"{settings.domain_protocol}://{settings.domain_name}/api/auth/saml/login"


def assertion_consumer(settings):
    return f"{settings.domain_protocol}://{settings.domain_name}/api/auth/saml/sso"


def begin(ctx):
    """The URL of the provider with the authentication request."""
    try:
        from minisaml.request import get_request_redirect_url
    except ImportError:
        raise SsoUnavailable(f"SAML needs packages: {how_to_install('saml')}") from None
    try:
        return get_request_redirect_url(
            saml_endpoint=read_provider(ctx.settings).login_url,
            expected_audience=entity_id(ctx.settings),
            acs_url=assertion_consumer(ctx.settings),
        )
    except Exception as error:  # any error from an unreachable or misconfigured provider
        log.warning("SAML: %s: %s", type(error).__name__, error)
        raise SsoUnavailable("SAML authentication failed.") from None


def finish(ctx, text):
    """The profile of the person in the form field SAMLResponse."""
    try:
        response, issuer = verified(ctx, base64.b64decode(text))
        named = {attribute.name: attribute.values for attribute in response.attributes}
        identity = identity_of(issuer, named, ctx.settings.saml_subject_attribute)
    except Exception as error:  # as above; the libraries may raise anything on foreign XML
        log.warning("SAML: %s: %s", type(error).__name__, error)
        raise SsoFailed("SAML authentication failed.") from None
    given = {name: value or "" for name, value in response.attrs.items() if name in ATTRIBUTES}
    departments = {name: values for name, values in named.items() if name == "departments"}
    return Profile((response.name_id or "").strip(), {**given, **departments}, identity)


def identity_of(issuer, named, attribute):
    """The columns that identify a person: name id, or the single value of the attribute in the settings."""
    if not attribute:
        return {}
    (subject,) = named.get(attribute, ())
    if not issuer or not subject:
        raise ValueError("the assertion does not say who it is about")
    return {"saml_issuer": issuer, "saml_subject": subject}


def verified(ctx, xml):
    """(content of the one signed assertion in a response, its issuer)."""
    from lxml import etree
    from minisaml.response import TimeDriftLimits, validate_response
    from minisignxml.verify import extract_verified_element_and_certificate

    provider = read_provider(ctx.settings)
    (found,) = parsed(xml).findall("saml:Assertion", NAMESPACES)
    if found.find("ds:Signature", NAMESPACES) is None:
        raise ValueError("the assertion is not signed")
    text = etree.tostring(found, with_tail=False)
    assertion, _ = extract_verified_element_and_certificate(xml=text, certificates=provider.certificates)
    response = validate_response(
        data=base64.b64encode(text),
        certificate=provider.certificates,
        expected_audience=entity_id(ctx.settings),
        idp_issuer=provider.issuer,
        allowed_time_drift=TimeDriftLimits(DRIFT, DRIFT),
    )
    check_confirmation(ctx.settings, assertion)
    use_up(ctx, assertion.get("ID"))
    return response, provider.issuer


def check_confirmation(settings, assertion):
    """Refuse an assertion for another server, or an expired one."""
    path = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
    data = assertion.find(path, NAMESPACES)
    if data.get("Recipient", assertion_consumer(settings)) != assertion_consumer(settings):
        raise ValueError("the assertion was made for another recipient")
    end = data.get("NotOnOrAfter")
    now = clock.utc_now().replace(tzinfo=dt.timezone.utc)
    if end and dt.datetime.fromisoformat(end.replace("Z", "+00:00")) <= now - DRIFT:
        raise ValueError("the assertion is over")


def use_up(ctx, assertion_id):
    """Refuse an assertion that was used before, and remember this one."""
    jti = "saml-" + hashlib.sha256(assertion_id.encode()).hexdigest()
    with ctx.db.write():
        if ctx.db.exists(RevokedToken, jti=jti):
            raise ValueError("the assertion was used before")
        tokens.revoke(ctx.db, jti, days=7)
