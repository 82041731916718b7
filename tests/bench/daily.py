"""What the daily work costs: CPU milliseconds of a comment with its effects, and of searches.

    python tests/bench/daily.py                    # search among 100,000 entities
    python tests/bench/daily.py --entities 10000 --rounds 50

The comment changes the status of a task with three persons to notify; its events, news and
notifications are in the figure, as is signing in. The search goes through the names and
descriptions of a production of that size, made in a temporary data folder.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import webtest

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import Size, cpu_milliseconds, opened  # noqa: E402

from kitsulite.auth import tokens  # noqa: E402
from kitsulite.models.activity import Subscription  # noqa: E402
from kitsulite.models.tasks import TaskPersonLink  # noqa: E402

SEARCHES = (
    "SH00042",
    "sh",
    "character",
    "silhouete",
    "the light on",
    "kalomi",
    "grihello",
    "Asset_00007 camera",
    "nothing like this",
)
NOTIFIED = 3


def row(name, spent):
    print(f"{statistics.median(spent):>8.2f} {max(spent):>8.2f}  {name}")


def commenter(production, api):
    """A call that posts a comment with a change of status, of which three persons are notified."""
    db, task_id = production.db, production.tasks[0]
    with db.write():
        db.delete(TaskPersonLink, task_id=task_id)
        db.delete(Subscription, task_id=task_id)
        for person_id in production.persons[1 : 1 + NOTIFIED]:
            db.add(TaskPersonLink, task_id=task_id, person_id=person_id)
    statuses = production.statuses[:2]

    def comment():
        statuses.reverse()
        body = {"task_status_id": statuses[0], "comment": "Please check the arc of the hand"}
        api.post_json(f"/api/actions/tasks/{task_id}/comment", body)

    return comment


def count(app):
    return app.db.value("SELECT count(*) FROM notification")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=100_000, help="assets and shots to search among")
    parser.add_argument("--rounds", type=int, default=200, help="comments to post; a quarter as many of each search")
    return parser.parse_args()


def main():
    asked = options()
    size = Size(shots=asked.entities * 9 // 10, assets=asked.entities // 10, shot_task_types=0, asset_task_types=1)
    with opened(size) as production:
        app = production.app
        api = webtest.TestApp(app)
        api.authorization = ("Bearer", tokens.pair(app.settings, production.persons[0])[0])
        print(f"{len(production.shots) + len(production.assets)} entities")
        print(f"{'median':>8} {'most':>8}  CPU milliseconds of")
        comment, before = commenter(production, api), count(app)
        row("a comment with status and three notifications", cpu_milliseconds(comment, asked.rounds))
        assert count(app) - before == NOTIFIED * asked.rounds
        for query in SEARCHES:
            search = {"query": query, "project_id": production.project_id}
            found = json.loads(api.post_json("/api/data/search", search).body)
            name = f"searching {query!r}: {', '.join(f'{len(hits)} {kind}' for kind, hits in found.items())}"
            row(name, cpu_milliseconds(lambda body=search: api.post_json("/api/data/search", body), asked.rounds // 4))


if __name__ == "__main__":
    main()
