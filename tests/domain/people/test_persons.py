"""What is shown of persons, and the locales and time zones they may have."""

import pytest

from kitsulite.domain.people import persons
from kitsulite.errors import NotFound
from kitsulite.models.base import json_object
from kitsulite.models.locales import canonical


@pytest.mark.parametrize(
    ("first", "last", "whole"), [("Ann", "Lee", "Ann Lee"), ("", "Lee", "Lee"), ("Ann", "", "Ann"), ("", "", "")]
)
def test_the_whole_name_has_one_space_between_two_names(studio, first, last, whole):
    person = studio.person(first_name=first, last_name=last)
    assert persons.shown_person(studio.context(), person["id"])["full_name"] == whole


def test_no_form_of_a_person_holds_a_secret(studio):
    manager, artist = studio.context(studio.person("manager")), studio.context(studio.person())
    for shown in (
        persons.full_parts(True),
        persons.visible_parts(manager),
        persons.visible_parts(artist),
        persons.short_parts(),
    ):
        assert not set(shown) & persons.SECRETS


def test_managers_see_all_and_others_the_minimum(studio):
    assert "email" in persons.visible_parts(studio.context(studio.person("manager")))
    assert set(persons.visible_parts(studio.context(studio.person("supervisor")))) == set(persons.MINIMAL)


@pytest.mark.parametrize("parts", [persons.full_parts, persons.minimal_parts, persons.short_parts])
def test_the_table_may_have_another_name_in_the_statement(studio, parts):
    person = studio.person(first_name="Ann", last_name="Lee")
    sql = f"SELECT {json_object(parts(alias='author'))} FROM person author WHERE id = ?"
    assert studio.db.objects(sql, [person["id"]])[0]["full_name"] == "Ann Lee"


def test_an_unknown_person_is_not_found(studio):
    for person_id in ("nobody", studio.project()["id"]):
        with pytest.raises(NotFound):
            persons.shown_person(studio.context(), person_id)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("en_US", "en_US"),
        ("fr", "fr"),
        ("FR_fr", "fr_FR"),
        ("zh_CN", "zh_Hans_CN"),
        ("zh_TW", "zh_Hant_TW"),
        ("zh_hant_hk", "zh_Hant_HK"),
        ("zh_HK", "zh_Hant_HK"),
        ("sr_ME", "sr_Latn_ME"),
        ("uz_UZ", "uz_Latn_UZ"),
        ("kk_KZ", "kk_KZ"),
        ("xx_YY", None),
        ("fr-FR", None),
        ("fr_", None),
        ("", None),
    ],
)
def test_locales_have_one_stored_form(name, stored):
    assert canonical(name) == stored
