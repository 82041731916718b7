"""A server that is killed loses nothing that it has acknowledged."""

import http.client
import itertools
import json
import signal
import threading

import pytest
from kitsulite_process import Process

from kitsulite import Server
from kitsulite.application import Application
from kitsulite.models.people import Department

WRITERS, WRITES = 4, 800


def write(process, token, numbers, acknowledged):
    """Make a department per number, until the server is gone; ids go into `acknowledged`."""
    connection = http.client.HTTPConnection(process.url.partition("://")[2])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        for number in numbers:
            body = json.dumps({"name": f"Department {number}", "color": "#000000"})
            connection.request("POST", "/api/data/departments", body, headers)
            answer = connection.getresponse()
            made = json.loads(answer.read())
            if answer.status == 201:
                acknowledged.append(made["id"])
            if len(acknowledged) >= WRITES // 2:
                process.process.send_signal(signal.SIGKILL)
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_no_acknowledged_write_is_lost_when_the_server_is_killed(tmp_path):
    with Server(tmp_path) as server:
        token = server.token()
    acknowledged, numbers = [], itertools.count()
    with Process(tmp_path) as process:
        shares = [itertools.islice(numbers, WRITES // WRITERS) for _ in range(WRITERS)]
        threads = [threading.Thread(target=write, args=(process, token, share, acknowledged)) for share in shares]
        [thread.start() for thread in threads]
        [thread.join(60) for thread in threads]
        assert process.process.wait(20) == -signal.SIGKILL
    assert WRITES // 2 <= len(acknowledged) < WRITES
    app = Application(data_dir=tmp_path)
    try:
        stored = {row["id"] for row in app.db.all(Department, "name LIKE 'Department %'")}
        logged = set(
            app.db.column("SELECT json_extract(data, '$.department_id') FROM api_event WHERE name = 'department:new'")
        )
        assert app.db.value("PRAGMA integrity_check") == "ok"
    finally:
        app.close()
    assert set(acknowledged) <= stored
    assert stored <= logged
