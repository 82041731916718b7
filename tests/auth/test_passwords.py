"""Password hashes."""

import sys

import bcrypt

from kitsulite.auth import passwords


def test_a_hash_fits_its_password_only():
    stored = passwords.hash_password("pässword")
    assert passwords.matches("pässword", stored)
    assert not passwords.matches("password", stored)
    assert passwords.hash_password("pässword") != stored


def test_no_stored_value_but_a_hash_ever_matches():
    for stored in (None, "", "default", "scrypt$", "scrypt$1$2$3$zz$", "$2b$nonsense"):
        assert not passwords.matches(stored or "", stored)


def test_a_hash_of_zou_is_accepted_over_the_first_72_bytes():
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert passwords.matches("x" * 72 + "whatever", stored)
    assert not passwords.matches("x" * 71, stored)


def test_only_hashes_of_another_kind_are_renewed():
    today = passwords.hash_password("password")
    older = bcrypt.hashpw(b"password", bcrypt.gensalt(4)).decode()
    assert passwords.renewed("password", today) is None
    assert passwords.renewed("password", None) is None
    assert passwords.matches("password", passwords.renewed("password", older))


def test_without_bcrypt_a_hash_of_zou_fits_nothing_and_the_log_says_why(monkeypatch, caplog):
    stored = bcrypt.hashpw(b"password", bcrypt.gensalt(4)).decode()
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    assert not passwords.matches("password", stored)
    assert "pip install bcrypt" in caplog.text


def test_a_new_password_is_no_flag_on_a_command_line():
    found = [passwords.new_password() for _ in range(500)]
    assert len(set(found)) == len(found)
    assert all(len(password) == 16 and password.isalnum() for password in found)
