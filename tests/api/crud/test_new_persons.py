"""How persons and bots are made, and the tokens of bots."""

import datetime as dt

import email_validator
import pytest
from support import ROLES, Api

from kitsulite import clock
from kitsulite.domain.people.persons import SECRETS

PATH = "/data/persons"
NEW = {"first_name": "Ann", "last_name": "Lee", "email": "ann.lee@example.com"}


def day(offset):
    return (clock.utc_now() + dt.timedelta(days=offset)).date().isoformat()


# Creation


def test_an_admin_creates_a_person(studio, admin):
    department = studio.department()
    body = {
        **NEW,
        "email": "Ann.Lee@Example.com",
        "departments": [department["id"]],
        "country": " fr ",
        "locale": "zh_CN",
    }
    answer = admin.post(PATH, body)
    assert answer.status_int == 201
    wanted = {
        **{"email": "ann.lee@example.com", "departments": [department["id"]], "country": "FR", "full_name": "Ann Lee"},
        **{"locale": "zh_Hans_CN", "timezone": "Europe/Paris", "role": "user", "active": True, "type": "Person"},
    }
    assert {key: answer.json[key] for key in wanted} == wanted
    assert not SECRETS & set(answer.json)
    assert "access_token" not in answer.json
    assert studio.events() == ["person:new"]


def test_a_password_is_stored_as_its_hash(studio, admin):
    person = admin.post(PATH, {**NEW, "password": "correct horse"}).json
    stored = studio.db.value("SELECT password FROM person WHERE id = ?", [person["id"]])
    assert stored
    assert "correct" not in stored
    for number, none in enumerate((None, "")):
        other = admin.post(PATH, {**NEW, "email": f"b{number}@example.com", "password": none}).json
        assert studio.db.value("SELECT password FROM person WHERE id = ?", [other["id"]]) is None


@pytest.mark.parametrize("given", [{}, {"timezone": None, "locale": None}, {"locale": ""}])
def test_time_zone_and_locale_are_those_of_the_studio_if_none_is_given(admin, set_up, given):
    set_up(default_timezone="Asia/Tokyo", default_locale="ja_JP")
    made = admin.post(PATH, {**NEW, **given}).json
    assert (made["timezone"], made["locale"]) == ("Asia/Tokyo", "ja_JP")


@pytest.mark.parametrize("role", ROLES[1:])
def test_only_admins_create_persons(studio, role):
    assert studio.api(studio.person(role)).post(PATH, NEW).status_int == 403


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"role": "king"}, "Invalid role"),
        ({"role": None}, "Invalid role"),
        ({"contract_type": "none"}, "Invalid contract_type"),
        ({"country": "France"}, "Invalid country code, expected an ISO 3166-1 alpha-2 code."),
        ({"country": 12}, None),
        ({"country": "ß"}, None),
        ({"two_factor_authentication": "sms"}, "Invalid two_factor_authentication"),
        ({"two_factor_authentication": "totp"}, "'two_factor_authentication' is not a field of persons."),
        ({"locale": "xx_YY"}, None),
        ({"locale": 5}, None),
        ({"timezone": "Mars/Olympus"}, None),
        ({"timezone": ["Europe/Paris"]}, None),
        ({"display_date_format": "DD.MM.YY"}, "Invalid display_date_format"),
        ({"position": "boss"}, None),
        ({"seniority": "old"}, None),
        ({"expiration_date": "2020-01-01"}, "Expiration date can't be in the past."),
        ({"expiration_date": "next week"}, "Expiration date is not valid."),
        ({"expiration_date": 20300101}, "Expiration date is not valid."),
        ({"email": "nobody"}, None),
        *(({"email": f"a@b.{name}"}, None) for name in ("local", "test", "invalid")),
        ({"email": ""}, None),
        ({"email": None}, None),
        ({"email": ["a@example.com"]}, None),
        ({"departments": ["x"]}, None),
        ({"departments": "x"}, None),
        ({"shoe_size": 43}, None),
        ({"password": ["x"]}, None),
        ({"last_presence": "yesterday"}, None),
    ],
)
def test_a_bad_value_is_refused_and_nothing_stored(studio, admin, change, message):
    number = len(admin.get(PATH).json)
    answer = admin.post(PATH, {**NEW, **change})
    assert answer.status_int == 400
    assert message in (None, answer.json["message"])
    assert len(admin.get(PATH).json) == number
    assert studio.events() == []


@pytest.mark.parametrize("missing", ["first_name", "last_name"])
def test_both_names_are_required_and_may_be_empty(admin, missing):
    assert admin.post(PATH, {k: v for k, v in NEW.items() if k != missing}).status_int == 400
    assert admin.post(PATH, {**NEW, missing: ""}).status_int == 201


def test_unknown_departments_are_dropped_and_an_address_is_optional(studio, admin):
    answer = admin.post(PATH, {"first_name": "A", "last_name": "B", "departments": [studio.admin["id"]]})
    assert (answer.json["departments"], answer.json["email"]) == ([], None)


def test_two_persons_have_two_addresses_and_bots_may_share_one(studio, admin):
    admin.post(PATH, NEW)
    again = admin.post(PATH, {**NEW, "email": "ANN.LEE@example.com"})
    assert (again.status_int, again.json["message"]) == (400, "Email already in use.")
    for _ in range(2):
        assert admin.post(PATH, {**NEW, "is_bot": True}).status_int == 201


def test_the_domain_of_an_address_is_looked_up_where_that_is_set(studio, admin, set_up, monkeypatch):
    looked_up = []

    def validate(address, check_deliverability, **options):
        if check_deliverability:
            assert not studio.db.in_transaction()
            looked_up.append(address)
            raise email_validator.EmailUndeliverableError("The domain name example.com does not exist.")
        return real(address, check_deliverability=False)

    real = email_validator.validate_email
    monkeypatch.setattr(email_validator, "validate_email", validate)
    artist, other = studio.person(), studio.person()
    path, change = f"{PATH}/{artist['id']}", {"email": "new@example.com"}
    assert studio.api(artist).put(path, change).status_int == 200
    set_up(mail_check_deliverability=True)
    assert "domain name" in admin.post(PATH, NEW).json["message"]
    assert "domain name" in studio.api(artist).put(path, change).json["message"]
    assert "domain name" in admin.put(path, change).json["message"]
    assert studio.api(other).put(path, change).status_int == 403
    assert studio.api(other).post(PATH, NEW).status_int == 403
    assert looked_up == [NEW["email"], "new@example.com", "new@example.com"]


def test_a_full_studio_takes_bots_and_inactive_people_only(studio, admin, set_up):
    set_up(user_limit=1)
    answer = admin.post(PATH, NEW)
    assert (answer.status_int, answer.json["message"], answer.json["data"]) == (
        400,
        "User limit reached.",
        {"limit": 1},
    )
    assert studio.api(studio.person()).post(PATH, NEW).status_int == 400
    assert admin.post(PATH, {**NEW, "is_bot": True}).status_int == 201
    assert admin.post(PATH, {**NEW, "active": False}).status_int == 201


def test_guests_do_not_count(studio, admin, set_up):
    set_up(user_limit=2)
    studio.person("client", is_guest=True)
    assert admin.post(PATH, NEW).status_int == 201


def test_an_address_needs_no_dot_unless_its_domain_is_looked_up(studio, admin, set_up):
    assert admin.post(PATH, {**NEW, "email": "Me@studio"}).json["email"] == "me@studio"
    set_up(mail_check_deliverability=True)
    assert admin.post(PATH, {**NEW, "email": "you@studio"}).status_int == 400


# API tokens


def test_a_bot_comes_with_a_token_that_ends_with_its_last_day(studio, admin):
    bot = admin.post(PATH, {**NEW, "last_name": "", "is_bot": True, "expiration_date": day(0)}).json
    api = Api(studio.app, bot["access_token"])
    assert api.get(PATH).status_int == 200
    endless = admin.post(PATH, {"first_name": "B", "last_name": "", "is_bot": True, "expiration_date": None}).json
    assert Api(studio.app, endless["access_token"]).get(PATH).status_int == 200


def test_a_new_expiration_date_makes_a_new_token_and_ends_the_former_one(studio, admin):
    bot = admin.post(PATH, {**NEW, "is_bot": True}).json
    path = f"{PATH}/{bot['id']}"
    renewed = admin.put(path, {"expiration_date": day(3)}).json["access_token"]
    assert Api(studio.app, bot["access_token"]).get(PATH).status_int == 401
    assert Api(studio.app, renewed).get(PATH).status_int == 200
    assert "access_token" not in admin.put(path, {"first_name": "Bob"}).json
    assert admin.put(path, {"expiration_date": day(-1)}).status_int == 400


def test_a_token_may_end_with_the_last_day_of_all(studio, admin):
    bot = admin.post(PATH, {**NEW, "is_bot": True, "expiration_date": "9999-12-31"}).json
    assert Api(studio.app, bot["access_token"]).get(PATH).status_int == 200


def test_an_expiration_is_a_day(studio, admin):
    made = admin.post(PATH, {**NEW, "expiration_date": "2999-12-31T10:00:00"}).json
    assert made["expiration_date"] == "2999-12-31"
    refused = admin.put(f"{PATH}/{made['id']}", {"expiration_date": "2999-12-31T10:00:00"})
    assert (refused.status_int, refused.json["message"]) == (400, "Expiration date is not valid.")


def test_a_past_expiration_date_may_be_sent_again(studio, admin):
    bot = studio.person(is_bot=True, expiration_date=day(-5))
    answer = admin.put(f"{PATH}/{bot['id']}", {"expiration_date": day(-5)})
    assert answer.status_int == 200
    assert "access_token" not in answer.json


def test_an_admin_makes_a_token_and_a_person_or_bot_does_not(studio, admin):
    artist = studio.person()
    path, body = f"{PATH}/{artist['id']}", {"expiration_date": None}
    assert Api(studio.app, admin.put(path, body).json["access_token"]).get(PATH).status_int == 200
    assert "access_token" not in studio.api(artist).put(path, body).json
    bot, api = studio.bot()
    assert "access_token" not in api.put(f"{PATH}/{bot['id']}", {"expiration_date": day(9)}).json
    assert api.get(PATH).status_int == 200
