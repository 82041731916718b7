"""What grows with the studio: CPU per request of every GET route in a small data folder and in a large one.

    python tests/bench/growth.py SMALL LARGE                      # what costs three times as much, and a millisecond
    python tests/bench/growth.py SMALL LARGE --only open-tasks --times 0
    python tests/bench/growth.py SMALL LARGE --writes

The folders are changed: give copies. The ids in paths are those of the project of each folder that has most tasks.
Figures are the least of some rounds, when nothing has changed and right after a comment in another project. What
answers many times the bytes may cost as many times more: the last factor is that of the cost over that of the bytes.
Writes are those of the daily work, each done `--rounds` times on another row, and a start.
"""

import argparse
import io
import json
import re
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from bench.production import cpu_milliseconds  # noqa: E402

import kitsulite  # noqa: E402
from kitsulite.auth import tokens  # noqa: E402
from kitsulite.domain.kinds import TEMPORAL  # noqa: E402
from kitsulite.models import TABLES  # noqa: E402

PARAMETER = re.compile(r"<([^>:]+)(?::path)?>")
#: path -> queries that are asked of it too
QUERIES = {
    **{
        f"/data/{name}": ("page=1", "page=1&relations=true")
        for name in (
            *("tasks", "comments", "entities", "entity-links", "preview-files", "time-spents", "subscriptions"),
            *("notifications", "news", "persons", "projects", "playlists", "attachment-files", "output-files"),
            *("working-files", "chat-messages", "login-logs"),
        )
    },
    "/data/tasks": (
        *("page=1", "page=1&relations=true", "page=50", "project_id={project_id}&page=1", "entity_id={shot_id}"),
        *("project_id={project_id}&page=30", "task_type_id={task_type_id}&page=1"),
        *("task_status_id={task_status_id}&page=1", "project_id={project_id}&task_status_id={task_status_id}&page=1"),
        *("assignees={person_id}&page=1", "task_type_id={task_type_id}&entity_id={shot_id}", "name=main&page=1"),
    ),
    "/data/comments": ("page=1", "page=50", "object_id={task_id}", "person_id={person_id}&page=1"),
    "/data/news": ("page=1", "task_id={task_id}", "author_id={person_id}&page=1"),
    "/data/events": ("page=1", "page=1&project_id={project_id}", "page=1&name=task:update"),
    "/data/notifications": ("page=1", "person_id={person_id}&page=1"),
    "/data/preview-files": ("page=1", "task_id={task_id}", "person_id={person_id}&page=1"),
    "/data/time-spents": ("page=1", "person_id={person_id}&page=1", "task_id={task_id}"),
    "/data/entities": (
        *("page=1", "project_id={project_id}&page=1", "project_id={project_id}&page=1&relations=true"),
        *("parent_id={sequence_id}", "project_id={project_id}&name=SH00042"),
        "project_id={project_id}&entity_type_id={asset_type_id}&page=1",
    ),
    "/data/entity-links": ("page=1", "entity_in_id={shot_id}"),
    "/data/shots/all": ("project_id={project_id}&name=SH00042",),
    "/data/shots": ("sequence_id={sequence_id}",),
    "/data/assets/all": ("project_id={project_id}&name=Asset_00007",),
    "/data/projects/<project_id>/news": (
        *("page=1", "page=50", "person_id={person_id}", "task_type_id={task_type_id}", "only_preview=true"),
        *("task_status_id={task_status_id}", "after=2026-03-01T00:00:00", "before=2026-03-01T00:00:00"),
    ),
    "/data/projects/news": ("page=1", "page=50", "person_id={person_id}", "only_preview=true"),
    "/data/projects/<project_id>/comments": ("page=1", "page=20"),
    "/data/projects/<project_id>/notifications": ("page=1", "page=20"),
    "/data/projects/<project_id>/preview-files": ("page=1", "page=20"),
    "/data/projects/<project_id>/tasks": ("page=1", "page=20", "task_type_id={task_type_id}&page=1"),
    "/data/projects/<project_id>/entity-links": ("page=1", "page=20"),
    "/data/projects/<project_id>/playlists": ("page=1",),
    "/data/projects/<project_id>/playlists/all": ("page=1",),
    "/data/tasks/open-tasks": (
        *("page=1", "page=20", "person_id={person_id}", "person_id=unassigned", "project_id={project_id}"),
        *("task_type_id={task_type_id}", "task_status_id={task_status_id}", "due_date=2026-03-01", "priority=2"),
        *("project_id={project_id}&person_id={person_id}", "start_date=2026-09-01", "department_id={department_id}"),
        "project_id={project_id}&task_type_id={task_type_id}&page=20",
    ),
    "/data/user/tasks-to-check": (
        *("page=1&limit=50", "page=20&limit=50", "page=1&order_by=priority", "page=1&order_by=due_date"),
        *("page=1&project_id={project_id}", "page=1&person_id={person_id}", "page=1&order_by=estimation"),
    ),
    "/data/user/notifications": ("read=false", "after=2026-06-01T00:00:00", "task_type_id={task_type_id}"),
    "/data/events/last": (
        *("limit=100", "project_id={project_id}", "only_files=true", "name=task:update", "person_ids={person_id}"),
        *("name_prefixes=task", "name_suffixes=update", "before=2026-03-01T00:00:00", "after=2026-03-01T00:00:00"),
    ),
    "/data/persons/task-dates": ("project_id={project_id}",),
    **{
        f"/data/persons/time-spents/{name}": ("project_id={project_id}",)
        for name in ("year-table", "month-table/<year>", "week-table/<year>", "day-table/<year>/<month>")
    },
    "/data/projects/<project_id>/quotas/<task_type_id>": ("count_mode=weighted", "count_mode=done"),
    "/data/projects/<project_id>/quotas/persons/<person_id>": ("count_mode=weighted", "count_mode=done"),
}
#: routes that change something, wait for another server, or are asked for on purpose only
LEFT_OUT = re.compile(r"/auth/(?!authenticated)|/invite|/test-event|/docs|/apidocs|openapi|/plugins|/backups")
SEARCHES = (
    *({"query": "SH00042"}, {"query": "sh"}, {"query": "the light on"}, {"query": "asset 00007", "limit": 10}),
    {"query": "big", "index_names": ["persons"]},
)


#: milliseconds of a request that is not asked again
LONG = 500


class Studio:
    """A data folder, its application, and the ids that paths name."""

    def __init__(self, folder):
        # the first start of a version may change the file
        kitsulite.create_app(data_dir=folder).close()
        start = time.process_time()
        self.app = kitsulite.create_app(data_dir=folder)
        self.start = (time.process_time() - start) * 1000
        self.db = self.app.db
        admin = self.value("SELECT id FROM person WHERE role = 'admin' ORDER BY created_at LIMIT 1")
        self.token = tokens.pair(self.app.settings, admin)[0]
        self.values = self.ids(admin)
        self.turn = 0

    def value(self, sql, *params):
        return self.db.value(sql, params)

    def ids(self, admin):
        project = self.value("SELECT project_id FROM task GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        kinds = {kind: self.value("SELECT id FROM entity_type WHERE name = ?", kind) for kind in TEMPORAL}
        first = "SELECT id FROM entity WHERE project_id = ? AND entity_type_id"
        values = {
            f"{kind.lower()}_id": self.value(f"{first} = ? ORDER BY rowid LIMIT 1", project, kind_id)
            for kind, kind_id in kinds.items()
        }
        asset = self.value(f"{first} NOT IN (SELECT value FROM json_each(?))", project, json.dumps([*kinds.values()]))
        task = self.value("SELECT id FROM task WHERE entity_id = ? ORDER BY created_at LIMIT 1", values["shot_id"])
        values |= {"project_id": project, "asset_id": asset, "entity_id": values["shot_id"], "task_id": task}
        for column in ("task_type_id", "task_status_id"):
            values[column] = self.value(f"SELECT {column} FROM task WHERE id = ?", task)
        values["asset_type_id"] = self.value("SELECT entity_type_id FROM entity WHERE id = ?", asset)
        values["comment_id"] = self.value("SELECT id FROM comment WHERE object_id = ? LIMIT 1", task)
        values["news_id"] = self.value("SELECT news_id FROM news_place WHERE project_id = ? LIMIT 1", project)
        works = "EXISTS (SELECT 1 FROM task_person_link WHERE person_id = person.id)"
        person = f"SELECT id FROM person WHERE id <> ? AND {works} ORDER BY email LIMIT 1"
        values["person_id"] = self.value(person, admin)
        values |= {"year": "2026", "month": "3", "week": "9", "day": "3", "date": "2026-03-03", "month_date": "2026-03"}
        values |= {"temporal_entity_id": values["shot_id"], "extension": "png", "file_name": "a", "name": "x"}
        values["department_id"] = self.value("SELECT id FROM department ORDER BY name LIMIT 1")
        other = "SELECT t.id FROM task t WHERE t.project_id <> ? AND t.entity_id IS NOT NULL ORDER BY t.rowid LIMIT 1"
        values["other_id"] = self.value(other, project)
        return values

    def row_id(self, table):
        """The id of a row of a table, of the project if rows of it can be."""
        if table not in self.values:
            columns = TABLES[table].columns() if table in TABLES else {}
            where, params = ("project_id = ?", [self.values["project_id"]]) if "project_id" in columns else ("1", [])
            found = self.value(f'SELECT id FROM "{table}" WHERE {where} LIMIT 1', *params) if "id" in columns else None
            self.values[table] = found or "00000000-0000-4000-8000-000000000000"
        return self.values[table]

    def path(self, rule):
        def value(match):
            name = match[1]
            if name == "instance_id":
                base = rule.partition("/<")[0].rpartition("/")[2].replace("-", "_")
                return self.row_id(
                    next((t for t in (base, base[:-1], base.replace("ies", "y")) if t in TABLES), "entity")
                )
            return self.values.get(name) or self.row_id(name.removesuffix("_id"))

        return PARAMETER.sub(value, rule)

    def answer(self, method, path, query="", body=None):
        """(status, content) of an answer."""
        content = b"" if body is None else json.dumps(body).encode()
        environ = {
            **{"REQUEST_METHOD": method, "PATH_INFO": f"/api{path}", "QUERY_STRING": query},
            **{"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(content))},
            **{"HTTP_AUTHORIZATION": f"Bearer {self.token}", "wsgi.input": io.BytesIO(content)},
        }
        status = []
        pieces = self.app(environ, lambda line, headers, problem=None: status.append(int(line[:3])))
        return status[0], b"".join(pieces)

    def ask(self, *request):
        """(status, bytes) of an answer."""
        status, content = self.answer(*request)
        return status, len(content)

    def comment(self):
        """Write something that has nothing to do with what is asked for."""
        self.turn += 1
        body = {"comment": f"bench {self.turn}", "task_status_id": self.values["task_status_id"]}
        assert self.ask("POST", f"/actions/tasks/{self.values['other_id']}/comment", "", body)[0] == 201

    def cost(self, rounds, request, before=lambda: None):
        """(status, bytes, least CPU milliseconds of some rounds) of a request; what takes long is asked once."""
        spent = []
        while len(spent) < rounds and min(spent, default=0) < LONG:
            before()
            start = time.process_time()
            status, size = self.ask(*request)
            spent.append((time.process_time() - start) * 1000)
        return status, size, min(spent)


def requests(app):
    """(method, rule, query, body) of all that is asked."""
    for route in app.routes:
        if route.method == "GET" and not LEFT_OUT.search(route.rule):
            for query in ("", *QUERIES.get(route.rule, ())):
                yield "GET", route.rule, query, None
    for body in SEARCHES:
        yield "POST", "/data/search", "", body


def compare(studios, rounds, only, times, milliseconds):
    found = []
    for method, rule, query, body in requests(studios[0].app):
        if only not in f"{method} {rule}?{query}":
            continue
        rows = []
        for studio in studios:
            request = method, studio.path(rule), query.format(**studio.values) if query else "", body
            changed = studio.cost(rounds, request, before=studio.comment)
            rows.append((studio.cost(rounds, request), changed))
        found.append((f"{method} {rule}{'?' if query else ''}{query}{json.dumps(body) if body else ''}", rows))
    print(f"{'same: small':>11} {'large':>8} {'changed':>8} {'large':>8} {'bytes':>9} {'large':>10} times  per byte")
    for name, ((same, changed), (large_same, large_changed)) in sorted(found, key=lambda row: -row[1][1][1][2]):
        factor = max(large_same[2] / same[2], large_changed[2] / changed[2])
        per_byte = factor / max(1, large_same[1] / same[1] if same[1] else 1)
        if per_byte >= times and max(large_same[2], large_changed[2]) >= milliseconds:
            spent = f"{same[2]:11.2f} {large_same[2]:8.2f} {changed[2]:8.2f} {large_changed[2]:8.2f}"
            size = f"{same[1]:9} {large_same[1]:10}"
            print(f"{spent} {size} {factor:5.1f} {per_byte:5.1f}  {large_same[0]} {name}", flush=True)


def writes(studio):
    """name -> a function that makes a write; each call another one."""
    project, turn, made = studio.values["project_id"], iter(range(10**9)), []
    in_project = "WHERE project_id = ? ORDER BY id LIMIT 500"
    tasks = studio.db.column(f"SELECT id FROM task {in_project}", [project])
    shots = studio.db.column(
        "SELECT DISTINCT entity_id FROM task WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(tasks)]
    )
    cast = "SELECT entity_out_id FROM entity_link WHERE entity_in_id IN (SELECT value FROM json_each(?)) LIMIT 50"
    assets = studio.db.column(cast, [json.dumps(shots)])
    stamp = time.time_ns()

    def write(method, path, body=None):
        status, content = studio.answer(method, path, body=body)
        assert 200 <= status < 300, (method, path, status, content[:300])
        return json.loads(content) if content else None

    def comment():
        task = tasks[next(turn) % len(tasks)]
        body = {"comment": "bench", "task_status_id": studio.values["task_status_id"]}
        made.append((task, write("POST", f"/actions/tasks/{task}/comment", body)["id"]))

    def row(method, path, rows, body):
        number = next(turn)
        write(method, path.format(row=rows[number % len(rows)], **studio.values), body(number))

    def new(path, **columns):
        return lambda: row("POST", path, tasks, lambda n: {"name": f"{stamp}-{n}", **columns})

    return {
        "PUT task": lambda: row("PUT", "/data/tasks/{row}", tasks, lambda n: {"priority": n % 3, "duration": n}),
        "PUT entity": lambda: row("PUT", "/data/entities/{row}", shots, lambda n: {"name": f"{stamp}-{n}"}),
        "POST comment": comment,
        "DELETE comment": lambda: write("DELETE", "/data/tasks/{}/comments/{}".format(*made.pop())),
        "PUT casting": lambda: row(
            *("PUT", "/data/projects/{project_id}/entities/{row}/casting", shots),
            lambda n: [{"asset_id": assets[n % len(assets)], "nb_occurences": n}],
        ),
        "POST shot": new("/data/projects/{project_id}/shots", sequence_id=studio.values["sequence_id"]),
        "POST playlist": new("/data/playlists", project_id=project, shots=[]),
        "POST preview": lambda: row(
            "POST", "/data/preview-files", tasks, lambda n: {"name": f"{stamp}-{n}", "task_id": tasks[n % len(tasks)]}
        ),
        "assign": lambda: row(
            "PUT", "/actions/tasks/{row}/assign", tasks, lambda n: {"person_id": studio.values["person_id"]}
        ),
    }


def compare_writes(studios, rounds):
    found = [{name: spent(write, rounds) for name, write in writes(studio).items()} for studio in studios]
    print(f"{'small':>8} {'large':>8} times")
    for name, small in found[0].items():
        large = found[1][name]
        print(f"{small:8.2f} {large:8.2f} {large / small:5.1f}  {name}")


def spent(call, rounds):
    """The median of the CPU milliseconds of some calls."""
    return statistics.median(cpu_milliseconds(call, rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path, help="a copy of the data folder of a small studio")
    parser.add_argument("large", type=Path, help="a copy of the data folder of a large studio")
    parser.add_argument("--only", default="", metavar="TEXT", help="only requests that contain this text")
    parser.add_argument("--writes", action="store_true", help="compare the daily writes instead")
    parser.add_argument("--rounds", type=int, default=3, help="how often each request is made (default: 3)")
    parser.add_argument(
        "--times",
        type=float,
        default=3,
        help="show what costs this many times as much per byte in the large studio; 0 for everything (default: 3)",
    )
    parser.add_argument(
        "--milliseconds",
        type=float,
        default=1,
        help="show only what costs at least this much in the large studio (default: 1)",
    )
    asked = parser.parse_args()
    studios = [Studio(folder) for folder in (asked.small, asked.large)]
    print(f"start: {studios[0].start:.0f} and {studios[1].start:.0f} ms")
    if asked.writes:
        compare_writes(studios, asked.rounds)
    else:
        compare(studios, asked.rounds, asked.only, asked.times, asked.milliseconds)
    for studio in studios:
        studio.app.close()


if __name__ == "__main__":
    main()
