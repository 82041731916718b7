"""The key that signs tokens."""

import os
import stat

from kitsulite.store import secret_key


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    key = secret_key.read_or_create(tmp_path)
    assert len(key) >= 32
    assert secret_key.read_or_create(tmp_path) == key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_an_empty_key_file_is_never_a_key(tmp_path):
    (tmp_path / "secret.key").write_text("")
    assert len(secret_key.read_or_create(tmp_path)) >= 32
