"""What comes in and goes out in bulk costs: CPU seconds of sheets, rows per CPU second of `/import/kitsu`.

    python tests/bench/exchange.py                        # 5,000 shots with 6 tasks each, 10,000 exported
    python tests/bench/exchange.py --shots 500 --only import

The sheet changes the status of every task; `peak` is the most memory that the whole process had.
"""

import argparse
import contextlib
import csv
import io
import resource
import sys
import time
from pathlib import Path

import webtest

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import Size, opened  # noqa: E402

from kitsulite.auth import tokens  # noqa: E402
from kitsulite.models.fields import new_id  # noqa: E402
from kitsulite.models.people import Person  # noqa: E402

BATCH = 100


class Bench:
    """A production whose administrator sends and asks in bulk."""

    def __init__(self, production):
        self.production, self.db = production, production.db
        app = production.app
        with self.db.write():
            self.person_id = self.db.add(
                Person, first_name="Ada", last_name="Bench", email="a@example.com", role="admin"
            )
        token = tokens.pair(app.settings, self.person_id)[0]
        self.app, self.headers = webtest.TestApp(app), {"Authorization": f"Bearer {token}"}

    @contextlib.contextmanager
    def spent(self, what, rows):
        began, start = time.time(), time.process_time()
        yield
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall = time.time() - began
        print(f"{what:34} {seconds:6.2f} s CPU, {wall:6.2f} s, {rows / seconds:8.0f} rows/s, peak {peak:4.0f} MB")

    def sheet(self, shots, status):
        """A sheet whose cells give every task of every shot a status."""
        sql = "SELECT name FROM task_type WHERE id IN (SELECT value FROM json_each(?))"
        names = [self.db.value(sql, [f'["{row_id}"]']) for row_id in self.production.task_types["Shot"]]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["Sequence", "Name", "Description", "Frames", *names])
        for number in range(shots):
            name = f"CSV{number:05}"
            writer.writerow([f"IN{number // 50:03}", name, "What is seen", number % 90 + 10, *[status] * len(names)])
        return text.getvalue().encode()

    def send_sheet(self, shots, status, query=""):
        path = f"/api/import/csv/projects/{self.production.project_id}/shots{query}"
        content = self.sheet(shots, status)
        with self.spent(f"CSV, status {status}{query}", shots):
            answer = self.app.post(path, upload_files=[("file", "shots.csv", content)], headers=self.headers)
        assert len(answer.json) == shots

    def export(self, shots):
        path = f"/api/export/csv/projects/{self.production.project_id}/shots.csv"
        start = time.process_time()
        request = webtest.TestRequest.blank(path, headers=self.headers)
        pieces = iter(request.call_application(self.production.app, catch_exc_info=True)[2])
        next(pieces)
        first = (time.process_time() - start) * 1000
        with self.spent(f"shots.csv, first byte {first:.0f} ms", shots):
            for _ in pieces:
                pass

    def import_rows(self, name, rows):
        with self.spent(f"/import/kitsu/{name}", len(rows)):
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                self.app.post_json(f"/api/import/kitsu/{name}", batch, headers=self.headers)

    def import_all(self, count):
        production, project_id = self.production, self.production.project_id
        sequence_id = production.sequences[0]
        entities = [
            {
                "id": new_id(),
                "type": "Shot",
                "name": f"KIT{number:05}",
                "project_id": project_id,
                "parent_id": sequence_id,
                "data": {"frame_in": 1, "frame_out": 100},
                "description": "What is seen",
            }
            for number in range(count)
        ]
        self.import_rows("entities", entities)
        task_type_id, status_id = production.task_types["Shot"][0], production.statuses[0]
        tasks = [
            {
                "id": new_id(),
                "type": "Task",
                "name": "main",
                "project_id": project_id,
                "entity_id": entity["id"],
                "task_type_id": task_type_id,
                "task_status_id": status_id,
                "assignees": [production.persons[0]],
                "duration": 0,
            }
            for entity in entities
        ]
        self.import_rows("tasks", tasks)
        comments = [
            {
                "id": new_id(),
                "type": "Comment",
                "object_id": task["id"],
                "object_type": "Task",
                "task_status_id": status_id,
                "person_id": production.persons[0],
                "text": "As it should be",
                "mentions": [],
                "previews": [],
            }
            for task in tasks
        ]
        self.import_rows("comments", comments)
        links = [
            {
                "id": new_id(),
                "type": "EntityLink",
                "entity_in_id": entity["id"],
                "entity_out_id": production.assets[number % len(production.assets)],
                "nb_occurences": 1,
            }
            for number, entity in enumerate(entities)
        ]
        self.import_rows("entity-links", links)
        self.import_rows("tasks", tasks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shots", type=int, default=5000)
    parser.add_argument("--only", choices=("sheet", "export", "import"))
    asked = parser.parse_args()
    if asked.only in (None, "sheet"):
        with opened(Size(shots=50, castings=10)) as production:
            bench = Bench(production)
            bench.send_sheet(asked.shots, "wip")
            bench.send_sheet(asked.shots, "done", "?update=true")
    if asked.only in (None, "import"):
        with opened(Size(shots=50, castings=10)) as production:
            Bench(production).import_all(asked.shots)
    if asked.only in (None, "export"):
        with opened(Size(shots=asked.shots * 2, sequences=100)) as production:
            Bench(production).export(asked.shots * 2)


if __name__ == "__main__":
    main()
