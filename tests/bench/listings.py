"""What the listings of entities cost: CPU milliseconds, bytes and statements per request.

    python tests/bench/listings.py                      # 670 shots, 166 assets, 5,000 tasks
    python tests/bench/listings.py --shots 10000 --shot-task-types 7 --rounds 3
    python tests/bench/listings.py --memory --shots 10000   # also what a stream holds in memory

A production of that size is made in a temporary data folder and asked for through the WSGI
application, as its manager. The figures are those of the whole request, signing in included.
"""

import argparse
import dataclasses
import statistics
import sys
import tracemalloc
from pathlib import Path

from webtest import TestRequest

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import Size, cpu_milliseconds, opened  # noqa: E402

from kitsulite.auth import tokens  # noqa: E402

LISTINGS = (
    "/data/shots/with-tasks?project_id={project}",
    "/data/shots/with-tasks?project_id={project}&compact=true",
    "/data/shots/with-tasks?project_id={project}&stream=true",
    "/data/shots/with-tasks?project_id={project}&stream=true&compact=true",
    "/data/assets/with-tasks?project_id={project}",
    "/data/assets/with-tasks?project_id={project}&stream=true&compact=true",
    "/data/sequences/with-tasks?project_id={project}",
    "/data/projects/{project}/shots",
    "/data/shots?project_id={project}",
    "/data/assets?project_id={project}",
    "/data/entities?project_id={project}",
    "/data/projects/{project}/episodes/casting",
    "/data/projects/{project}/sequences/all/casting",
    "/data/projects/{project}/entities/{shot}/casting",
    "/data/projects/{project}/entity-links",
    "/data/projects/{project}/episodes/stats",
    "/data/shots/{shot}",
    "/data/shots/{shot}/tasks",
    "/data/assets/{asset}",
    "/data/assets/{asset}/cast-in",
)


class Client:
    """Asks the application as one person."""

    def __init__(self, app, person_id):
        self.app = app
        self.headers = {"Authorization": f"Bearer {tokens.pair(app.settings, person_id)[0]}"}

    def chunks(self, path):
        """The body of an answer, piece by piece."""
        environ = TestRequest.blank("/api" + path, headers=self.headers).environ
        status = []
        body = self.app(environ, lambda line, headers, problem=None: status.append(line))
        if not status[0].startswith("200"):
            raise SystemExit(f"{path}: {status[0]} {b''.join(body)[:300]}")
        return body

    def size(self, path):
        """How many bytes an answer has, none of them kept."""
        return sum(len(chunk) for chunk in self.chunks(path))


def measure(client, path, rounds):
    """(median CPU milliseconds, bytes, statements) of a request."""
    statements = []
    connection = client.app.db.connection()
    connection.set_trace_callback(statements.append)
    size = client.size(path)
    connection.set_trace_callback(None)
    spent = cpu_milliseconds(lambda: client.size(path), rounds)
    return statistics.median(spent), size, len(statements)


def held(client, path):
    """The most bytes that Python holds while an answer is made and dropped."""
    tracemalloc.start()
    client.size(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for field in dataclasses.fields(Size):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=int, default=field.default)
    parser.add_argument("--rounds", type=int, default=15, help="requests of each listing")
    parser.add_argument("--memory", action="store_true", help="also show what is held in memory")
    return parser.parse_args()


def main():
    asked = options()
    size = Size(**{field.name: getattr(asked, field.name) for field in dataclasses.fields(Size)})
    with opened(size, synchronous="OFF") as production:
        ids = {
            "project": production.project_id,
            "shot": production.shots[0],
            "asset": production.assets[0],
        }
        client = Client(production.app, production.persons[0])
        print(f"{len(production.shots)} shots, {len(production.assets)} assets, {len(production.tasks)} tasks")
        print(f"{'CPU ms':>8} {'bytes':>10} {'statements':>10}{'held bytes':>12}  request")
        for template in LISTINGS:
            path = template.format(**ids)
            spent, length, statements = measure(client, path, asked.rounds)
            memory = f"{held(client, path):>12}" if asked.memory else " " * 12
            print(f"{spent:>8.2f} {length:>10} {statements:>10}{memory}  {template}")


if __name__ == "__main__":
    main()
