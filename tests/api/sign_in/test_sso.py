"""Signing in by identity providers: OpenID Connect and SAML."""

import base64
import sys
import urllib.parse

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from support import PASSWORD, Api

from kitsulite.extras import how_to_install
from kitsulite.models.people import Person, Studio

from .identity_providers import OpenIdProvider, SamlProvider

SITE = "https://kitsu.studio.org"
OIDC_FAILED = {"error": "OIDC authentication failed."}
SAML_FAILED = {"error": "SAML authentication failed."}


@pytest.fixture(scope="module")
def openid():
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def idp():
    with SamlProvider() as provider:
        yield provider


@pytest.fixture
def oidc(studio, set_up, openid, monkeypatch):
    set_up(
        oidc_enabled=True,
        oidc_discovery_url=f"{openid.url}/.well-known/openid-configuration",
        oidc_client_id=openid.CLIENT,
        oidc_client_secret=openid.SECRET,
        domain_name="kitsu.studio.org",
        domain_protocol="https",
    )
    for name in ("claims", "userinfo", "header", "signing_key", "algorithm"):
        monkeypatch.setattr(openid, name, getattr(openid, name))
    return openid


@pytest.fixture
def saml(studio, set_up, idp):
    metadata = f"{idp.url}/metadata"
    set_up(saml_enabled=True, saml_metadata_url=metadata, domain_name="kitsu.studio.org", domain_protocol="https")
    return idp


def person(studio, email="anna@studio.org"):
    found = studio.db.rows("SELECT * FROM person WHERE email = ?", [email])
    return found[0] if found else None


def cookies(answer):
    return {h.partition("=")[0]: h.partition("=")[2] for h in answer.headers.getall("Set-Cookie")}


def signed_in(studio, answer):
    """Whether an answer sends a browser home, signed in; as whom."""
    assert (answer.status_int, answer.headers["Location"]) == (302, SITE)
    token = cookies(answer)["access_token_cookie"].partition(";")[0]
    assert "Path=/auth/refresh-token" in cookies(answer)["refresh_token_cookie"]
    return Api(studio.app, token).get("/auth/authenticated").json["user"]


# Off


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/auth/saml/login", "SAML"),
        ("post", "/auth/saml/sso", "SAML"),
        ("get", "/auth/oidc/login", "OIDC"),
        ("get", "/auth/oidc/callback?code=1&state=1", "OIDC"),
    ],
)
def test_providers_are_off_by_default(studio, method, path, name):
    answer = getattr(studio.nobody, method)(path)
    assert (answer.status_int, answer.json) == (400, {"error": f"{name} is not enabled."})


@pytest.mark.parametrize(
    ("name", "module"), [("oidc", "authlib.integrations.requests_client"), ("saml", "minisaml.request")]
)
def test_a_missing_package_is_reported(studio, set_up, monkeypatch, name, module):
    set_up(**{f"{name}_enabled": True})
    monkeypatch.setitem(sys.modules, module, None)
    answer = studio.nobody.get(f"/auth/{name}/login")
    assert answer.status_int == 400
    assert how_to_install(name) in answer.json["error"]


@pytest.mark.parametrize("name", ["oidc", "saml"])
def test_a_provider_that_is_away_is_reported(studio, set_up, name):
    set_up(oidc_enabled=True, saml_enabled=True, oidc_discovery_url="http://127.0.0.1:1", saml_metadata_url="nonsense")
    answer = studio.nobody.get(f"/auth/{name}/login")
    assert (answer.status_int, answer.json) == (400, {"error": f"{name.upper()} authentication failed."})


def test_the_login_page_learns_which_providers_there_are(studio, set_up):
    set_up(saml_enabled=True, saml_idp_name="House", oidc_enabled=True, oidc_idp_name="Cloud")
    shown = studio.nobody.get("/config").json
    names = ("saml_enabled", "saml_idp_name", "oidc_enabled", "oidc_idp_name")
    assert [shown[name] for name in names] == [True, "House", True, "Cloud"]


# OpenID Connect


def go(studio, provider):
    """Begin to sign in: what the provider was asked, what the browser brings back."""
    answer = studio.nobody.get("/auth/oidc/login")
    assert answer.status_int == 302
    assert answer.headers["Location"].startswith(f"{provider.url}/authorize?")
    assert "HttpOnly" in cookies(answer)["oidc_state"]
    return provider.authorize(answer.headers["Location"])


def come_back(studio, query):
    return studio.nobody.get("/auth/oidc/callback?" + urllib.parse.urlencode(query))


def sign_in(studio, provider):
    return come_back(studio, go(studio, provider)[1])


def test_a_new_person_becomes_an_artist(studio, oidc):
    studio.forget_events()
    asked, query = go(studio, oidc)
    assert asked["redirect_uri"] == f"{SITE}/api/auth/oidc/callback"
    assert asked["scope"] == "openid email profile"
    user = signed_in(studio, come_back(studio, query))
    shown = {name: user[name] for name in ("email", "full_name", "role", "desktop_login")}
    assert shown == {"email": "anna@studio.org", "full_name": "Anna Lee", "role": "user", "desktop_login": ""}
    assert studio.events() == ["person:new"]
    assert studio.db.column("SELECT origin FROM login_log") == ["web"]
    assert person(studio)["password"]
    assert studio.nobody.post("/auth/login", {"email": "anna@studio.org", "password": "default"}).json == {
        "login": False,
        "message": "Wrong email or password.",
    }


def test_a_known_person_is_found_by_address_and_brought_up_to_date(studio, oidc):
    anna = studio.account("manager", email="anna@studio.org", first_name="Ann", last_name="Lee")
    oidc.claims = {**oidc.claims, "email": "Anna@Studio.org"}
    studio.forget_events()
    user = signed_in(studio, sign_in(studio, oidc))
    assert (user["id"], user["full_name"], user["role"]) == (anna["id"], "Anna Lee", "manager")
    assert studio.events() == ["person:update"]
    signed_in(studio, sign_in(studio, oidc))
    assert studio.events() == ["person:update"]
    assert studio.nobody.post("/auth/login", {"email": anna["email"], "password": PASSWORD}).status_int == 200


REFUSED = {"error": "This account cannot be signed in to with this identity. Ask an administrator."}


def test_a_person_is_known_by_identity_whatever_the_address(studio, oidc, set_up):
    anna = studio.account("manager", email="anna@studio.org")
    signed_in(studio, sign_in(studio, oidc))
    assert (person(studio)["oidc_issuer"], person(studio)["oidc_subject"]) == (oidc.url, "42")
    set_up(protected_accounts=["anna@studio.org"])
    for claims in ({"email": "other@studio.org"}, {"email": "anna@studio.org", "email_verified": False}, {}):
        oidc.claims = {"sub": "42", **claims}
        assert signed_in(studio, sign_in(studio, oidc))["id"] == anna["id"]
    assert person(studio, "other@studio.org") is None


def test_an_account_of_another_subject_or_a_protected_one_is_not_bound(studio, oidc, set_up):
    studio.account("manager", email="anna@studio.org")
    signed_in(studio, sign_in(studio, oidc))
    oidc.claims = {**oidc.claims, "sub": "43"}
    oidc.userinfo = {**oidc.userinfo, "sub": "43"}
    answer = sign_in(studio, oidc)
    assert (answer.status_int, answer.json) == (400, REFUSED)
    assert person(studio)["oidc_subject"] == "42"
    studio.account("admin", email="boss@studio.org")
    set_up(protected_accounts=["Boss@studio.org"])
    oidc.claims = {**oidc.claims, "email": "boss@studio.org"}
    assert sign_in(studio, oidc).json == REFUSED
    assert person(studio, "boss@studio.org")["oidc_subject"] is None


def test_an_exemption_from_second_factors_stays_with_the_tokens(studio, oidc, set_up):
    set_up(oidc_skip_2fa=True, enforce_2fa=True)
    brought = cookies(sign_in(studio, oidc))
    access, refresh = (brought[f"{kind}_token_cookie"].partition(";")[0] for kind in ("access", "refresh"))
    renewed = Api(studio.app, refresh).get("/auth/refresh-token").json["access_token"]
    for token in (access, renewed):
        assert jwt.decode(token, options={"verify_signature": False})["skip_2fa_setup"] is True
        assert Api(studio.app, token).get("/data/user/context").status_int == 200


def test_claims_may_have_other_names(studio, oidc, set_up):
    set_up(oidc_email_claim="upn", oidc_given_name_claim="first", oidc_family_name_claim="last")
    oidc.claims = {"sub": "42", "upn": "anna@studio.org", "email_verified": True, "first": "A", "last": "L"}
    assert signed_in(studio, sign_in(studio, oidc))["full_name"] == "A L"


def test_missing_names_are_empty_and_known_ones_stay(studio, oidc):
    oidc.userinfo = {"sub": "42"}
    assert signed_in(studio, sign_in(studio, oidc))["full_name"] == ""
    with studio.db.write():
        studio.db.execute("UPDATE person SET first_name = 'Anna' WHERE email = 'anna@studio.org'")
    assert signed_in(studio, sign_in(studio, oidc))["full_name"] == "Anna"


def test_userinfo_of_another_person_is_not_believed(studio, oidc):
    oidc.claims = {"sub": "42"}
    oidc.userinfo = {"sub": "43", "email": "anna@studio.org", "email_verified": True}
    answer = sign_in(studio, oidc)
    assert (answer.status_int, answer.json) == (400, {"error": "No email claim returned by the provider."})


@pytest.mark.parametrize(
    ("verified", "required", "status"),
    [(True, True, 302), (None, True, 400), ("true", True, 400), (False, False, 400), (None, False, 302)],
)
def test_only_verified_addresses_link_an_account(studio, oidc, set_up, verified, required, status):
    set_up(oidc_require_email_verified=required)
    anna = studio.account("admin", email="anna@studio.org")
    oidc.claims = {"sub": "42", "email": anna["email"], "email_verified": verified}
    answer = sign_in(studio, oidc)
    assert answer.status_int == status
    assert status == 302 or answer.json == {"error": "Email address is not verified."}
    assert ("access_token_cookie" in cookies(answer)) == (status == 302)


def test_an_inactive_person_goes_home_without_cookies(studio, oidc):
    studio.account(email="anna@studio.org", active=False)
    answer = sign_in(studio, oidc)
    assert (answer.status_int, answer.headers["Location"]) == (302, SITE)
    assert set(cookies(answer)) == {"oidc_state"}
    assert studio.db.column("SELECT origin FROM login_log") == []


def test_a_full_studio_takes_nobody_new(studio, oidc, set_up):
    set_up(user_limit=1)
    answer = sign_in(studio, oidc)
    assert (answer.status_int, answer.json) == (400, {"error": "User limit reached."})
    assert person(studio) is None


def test_a_state_is_good_once_and_for_the_browser_that_began(studio, oidc):
    _, query = go(studio, oidc)
    other = Api(studio.app)
    assert other.get("/auth/oidc/callback?" + urllib.parse.urlencode(query)).json == OIDC_FAILED
    assert come_back(studio, {**query, "state": "another"}).json == OIDC_FAILED
    state = studio.nobody._app.cookies["oidc_state"]
    signed_in(studio, come_back(studio, query))
    studio.nobody._app.set_cookie("oidc_state", state)
    assert come_back(studio, query).json == OIDC_FAILED


def test_a_state_ends_after_ten_minutes(studio, oidc):
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        _, query = go(studio, oidc)
        moment.shift(600)
        assert come_back(studio, query).json == OIDC_FAILED


@pytest.mark.parametrize("query", [{}, {"error": "access_denied"}, {"code": "stolen"}])
def test_without_a_good_code_nobody_comes_in(studio, oidc, query):
    _, good = go(studio, oidc)
    assert come_back(studio, {"state": good["state"], **query}).json == OIDC_FAILED


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.org"},
        {"aud": "another client"},
        {"nonce": "another"},
        {"azp": "another client"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_a_token_for_another_occasion_counts_for_nothing(studio, oidc, claims):
    oidc.claims = {**oidc.claims, **claims}
    assert sign_in(studio, oidc).json == OIDC_FAILED
    assert person(studio) is None


@pytest.mark.parametrize("case", ["another key", "shared secret", "no signature", "unknown key"])
def test_only_the_signature_of_the_provider_counts(studio, oidc, case):
    if case == "another key":
        oidc.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif case == "shared secret":
        oidc.signing_key, oidc.algorithm = oidc.SECRET.ljust(32, "x"), "HS256"
    elif case == "no signature":
        oidc.signing_key, oidc.algorithm = None, "none"
    else:
        oidc.header = {"kid": "2"}
    assert sign_in(studio, oidc).json == OIDC_FAILED


@pytest.mark.parametrize("skip", [False, True])
def test_enforced_second_factors_hold_unless_the_provider_takes_care(studio, oidc, set_up, skip):
    set_up(enforce_2fa=True, oidc_skip_2fa=skip)
    token = cookies(sign_in(studio, oidc))["access_token_cookie"].partition(";")[0]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.get("requires_2fa_setup", False) is not skip


# SAML


def bring(studio, response):
    return studio.nobody._app.post("/api/auth/saml/sso", {"SAMLResponse": response}, expect_errors=True)


def test_the_browser_is_sent_to_the_saml_provider(studio, saml):
    answer = studio.nobody.get("/auth/saml/login")
    assert answer.status_int == 302
    location = urllib.parse.urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{saml.url}/login"
    assert set(urllib.parse.parse_qs(location.query)) == {"tenant", "SAMLRequest"}


def test_a_signed_assertion_makes_a_person(studio, saml):
    house = studio.add(Studio, name="House", color="#000000")
    modeling, animation = (studio.department(name=name) for name in ("Clay", "Puppets"))
    attributes = [
        ("first_name", ["Anna"]),
        ("last_name", ["Lee"]),
        ("phone", ["123"]),
        ("country", ["fr"]),
        ("studio_id", [house["id"]]),
        ("departments", [modeling["id"], "Puppets", "Nobody's"]),
        ("role", ["admin"]),
        ("email", ["boss@studio.org"]),
    ]
    assertion = saml.signed(saml.assertion("Anna@studio.org", SITE, attributes=attributes))
    user = signed_in(studio, bring(studio, saml.response(assertion)))
    assert {name: user[name] for name in ("email", "full_name", "phone", "country", "studio_id", "role")} == {
        "email": "anna@studio.org",
        "full_name": "Anna Lee",
        "phone": "123",
        "country": "FR",
        "studio_id": house["id"],
        "role": "user",
    }
    assert set(user["departments"]) == {modeling["id"], animation["id"]}


def test_an_attribute_may_say_who_comes(studio, saml, set_up):
    set_up(saml_subject_attribute="uid")

    def come(email, number, *uid):
        assertion = saml.signed(saml.assertion(email, SITE, number, [("uid", list(uid))] if uid else []))
        return bring(studio, saml.response(assertion))

    anna = signed_in(studio, come("anna@studio.org", "1", "7"))
    assert (person(studio)["saml_issuer"], person(studio)["saml_subject"]) == (saml.ENTITY, "7")
    assert signed_in(studio, come("new@studio.org", "2", "7"))["id"] == anna["id"]
    assert come("anna@studio.org", "3", "8").json == REFUSED
    for number, uid in enumerate([(), ("",), ("1", "2")], 4):
        assert come("anna@studio.org", str(number), *uid).json == SAML_FAILED


def test_received_fields_are_written_as_far_as_they_can_be(studio, saml):
    anna = studio.account(email="anna@studio.org", country="FR", phone="1", first_name="Anna")
    attributes = [("country", ["Atlantis"]), ("phone", ["9" * 100]), ("studio_id", ["nowhere"]), ("last_name", ["Lee"])]
    assertion = saml.signed(saml.assertion("anna@studio.org", SITE, "2", attributes))
    user = signed_in(studio, bring(studio, saml.response(assertion)))
    assert (user["id"], user["country"], user["phone"], user["full_name"]) == (anna["id"], "FR", "1", "Anna Lee")
    assertion = saml.signed(saml.assertion("anna@studio.org", SITE, "3", [("country", [""])]))
    assert signed_in(studio, bring(studio, saml.response(assertion)))["country"] is None


def test_an_assertion_is_good_once(studio, saml):
    response = saml.response(saml.signed(saml.assertion("anna@studio.org", SITE, "4")))
    signed_in(studio, bring(studio, response))
    assert bring(studio, response).json == SAML_FAILED


def test_a_response_may_be_signed_as_well(studio, saml):
    inner = base64.b64decode(saml.response(saml.signed(saml.assertion("anna@studio.org", SITE, "5")))).decode()
    whole = base64.b64encode(saml.signed(inner).encode()).decode()
    assert signed_in(studio, bring(studio, whole))["email"] == "anna@studio.org"


def test_an_assertion_has_its_time(studio, saml):
    with time_machine.travel("2026-05-01 10:00:00", tick=False) as moment:
        response = saml.response(saml.signed(saml.assertion("anna@studio.org", SITE, "6")))
        moment.shift(7 * 60)
        assert bring(studio, response).json == SAML_FAILED
        moment.shift(-20 * 60)
        assert bring(studio, response).json == SAML_FAILED


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "https://elsewhere.org/api/auth/saml/sso"},
        {"audience": "https://elsewhere.org"},
        {"issuer": "https://elsewhere.org"},
        {"confirmed": -4},
    ],
)
def test_an_assertion_for_another_place_or_time_counts_for_nothing(studio, saml, changes):
    assertion = saml.signed(saml.assertion("anna@studio.org", SITE, "7", **changes))
    assert bring(studio, saml.response(assertion)).json == SAML_FAILED
    assert person(studio) is None


def test_only_what_the_provider_signed_counts(studio, saml):
    good = saml.signed(saml.assertion("anna@studio.org", SITE, "8"))
    evil = saml.assertion("admin@studio.org", SITE, "9")
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    wrapped = evil.replace("<Issuer>", f"<Advice>{good}</Advice><Issuer>")
    stolen = good[good.index("<ds:Signature") if "<ds:Signature" in good else good.index("<Signature") :]
    moved = evil.replace("</Assertion>", stolen)
    for assertions in (
        [evil],
        [good.replace("anna@", "admin@")],
        [saml.signed(evil, other)],
        [good, evil],
        [evil, good],
        [wrapped],
        [moved],
        [],
    ):
        answer = bring(studio, saml.response(*assertions))
        assert (answer.status_int, answer.json) == (400, SAML_FAILED)
    assert person(studio, "admin@studio.org") is None
    signed_in(studio, bring(studio, saml.response(good)))


@pytest.mark.parametrize("text", ["", "nonsense", "PHhtbD4=", "8J+mhA=="])
def test_nonsense_counts_for_nothing(studio, saml, text):
    answer = bring(studio, text)
    assert (answer.status_int, answer.json) == (400, SAML_FAILED)
    assert studio.nobody.post("/auth/saml/sso").json == SAML_FAILED


def test_entities_are_not_resolved(studio, saml, tmp_path):
    (tmp_path / "secret").write_text("anna@studio.org")
    good = saml.signed(saml.assertion("anna@studio.org", SITE, "10"))
    doctype = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "file://{tmp_path}/secret">]>'
    xml = doctype + base64.b64decode(saml.response(good.replace("anna@studio.org", "&leak;"))).decode()
    assert bring(studio, base64.b64encode(xml.encode()).decode()).json == SAML_FAILED


@pytest.mark.parametrize("skip", [False, True])
def test_second_factors_are_enforced_after_saml_too(studio, saml, set_up, skip):
    set_up(enforce_2fa=True, saml_skip_2fa=skip)
    answer = bring(studio, saml.response(saml.signed(saml.assertion("anna@studio.org", SITE, "11"))))
    token = cookies(answer)["access_token_cookie"].partition(";")[0]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.get("requires_2fa_setup", False) is not skip


def test_who_has_no_address_is_not_made(studio, saml):
    for number, name in enumerate(("anna", "", "anna@", "a@b.org, c@d.org")):
        before = studio.db.value("SELECT count(*) FROM person")
        assertion = saml.signed(saml.assertion(name, SITE, f"12{number}"))
        assert bring(studio, saml.response(assertion)).status_int == 400
        assert studio.db.value("SELECT count(*) FROM person") == before
    assert not studio.db.exists(Person, first_name="anna")
