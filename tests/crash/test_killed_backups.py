"""A server that is killed while it makes backups, once; `killed_backups.py` does it a hundred times."""

import signal

import pytest
from crash.killed_backups import Studio


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_nothing_acknowledged_is_lost_and_no_backup_is_half_made(tmp_path):
    studio = Studio(tmp_path / "studio")
    studio.round(0.2)
    assert studio.problems() == []
    assert studio.persons
