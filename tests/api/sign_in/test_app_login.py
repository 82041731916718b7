"""Programs that a person signs in through the browser."""

import datetime as dt
import json

import jwt
import pytest
import time_machine
from support import Api

from kitsulite.auth import tokens
from kitsulite.domain.sign_in.app_login import challenge_of
from kitsulite.models.people import Person

VERIFIER = "v" * 43
WRONG = {"login": False, "message": "Wrong or expired code."}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def offered(api, challenge=None):
    return api.post("/auth/app-login/code", {"code_challenge": challenge or challenge_of(VERIFIER)})


def exchanged(studio, code, verifier=VERIFIER):
    body = {"code": code, "code_verifier": verifier}
    return studio.nobody.post("/auth/app-login/token", body, extra_environ={"HTTP_USER_AGENT": FIREFOX})


@pytest.fixture
def anna(studio):
    return studio.person("manager", [studio.department()])


def test_a_code_signs_a_program_in_once(studio, anna):
    answer = offered(studio.api(anna))
    assert (answer.status_int, set(answer.json), len(answer.json["code"])) == (201, {"code"}, 43)
    assert answer.json["code"] not in json.dumps(studio.db.rows("SELECT * FROM expiring_value"))
    found = exchanged(studio, answer.json["code"])
    assert found.status_int == 200
    assert set(found.json) == {"user", "organisation", "login", "access_token", "refresh_token"}
    assert (found.json["user"]["id"], len(found.json["user"]["departments"])) == (anna["id"], 1)
    assert "chat_token_slack" not in found.json["organisation"]
    assert "Set-Cookie" not in found.headers
    assert studio.db.column("SELECT origin FROM login_log") == ["script"]
    assert Api(studio.app, found.json["access_token"]).get("/auth/authenticated").json["user"]["id"] == anna["id"]
    again = exchanged(studio, answer.json["code"])
    assert (again.status_int, again.json) == (400, WRONG)


def test_a_wrong_verifier_uses_the_code_up(studio, anna):
    code = offered(studio.api(anna)).json["code"]
    assert exchanged(studio, code, "w" * 43).json == WRONG
    assert exchanged(studio, code).json == WRONG
    assert exchanged(studio, "unknown").json == WRONG


def test_a_code_lasts_a_minute_and_only_for_an_active_person(studio, anna):
    with time_machine.travel(dt.datetime(2026, 3, 2, 10), tick=False) as moment:
        late, good, gone = (offered(studio.api(anna)).json["code"] for _ in range(3))
        moment.shift(dt.timedelta(seconds=59))
        assert exchanged(studio, good).status_int == 200
        with studio.db.write():
            studio.db.update(Person, anna["id"], active=False)
        assert exchanged(studio, gone).json == WRONG
        with studio.db.write():
            studio.db.update(Person, anna["id"], active=True)
        moment.shift(dt.timedelta(seconds=1))
        assert exchanged(studio, late).json == WRONG


def test_bots_and_nobody_get_no_code(studio):
    assert offered(studio.bot()[1]).status_int == 403
    assert offered(studio.nobody).status_int == 401


@pytest.mark.parametrize("challenge", ["a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "~", 3])
def test_a_challenge_has_its_form(admin, challenge):
    assert offered(admin, challenge).status_int == 400


@pytest.mark.parametrize(
    ("code", "verifier"), [("", VERIFIER), ("c" * 129, VERIFIER), ("c", "v" * 42), ("c", "é" * 43)]
)
def test_an_exchange_has_its_form(studio, code, verifier):
    answer = exchanged(studio, code, verifier)
    assert (answer.status_int, len(answer.json["data"]["errors"])) == (400, 1)


def test_an_exemption_from_second_factors_is_handed_on(studio, set_up, anna):
    set_up(enforce_2fa=True)
    restricted = tokens.pair(studio.app.settings, anna["id"], requires_2fa_setup=True)[0]
    assert offered(Api(studio.app, restricted)).status_int == 403
    exempt = tokens.pair(studio.app.settings, anna["id"], skip_2fa_setup=True)[0]
    found = exchanged(studio, offered(Api(studio.app, exempt)).json["code"])
    claims = jwt.decode(found.json["access_token"], options={"verify_signature": False})
    assert (claims["skip_2fa_setup"], "requires_2fa_setup" in claims) == (True, False)
