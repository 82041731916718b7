"""Pushes rows that no bulk import accepts, one by one through the ordinary routes.

The other server gives them new ids, which are remembered; existing rows are found by the columns that identify them.
"""

from dataclasses import dataclass
from typing import Any

from kitsulite.domain.files import places
from kitsulite.exchange.kitsu import listings
from kitsulite.exchange.kitsu.listings import Listing
from kitsulite.exchange.kitsu.memory import translated
from kitsulite.exchange.kitsu.remote import RemoteError, expected
from kitsulite.exchange.kitsu.report import named
from kitsulite.exchange.kitsu.sent_rows import IN_PROJECT, OF_PROJECT, TASKS, Sent
from kitsulite.exchange.kitsu.storing import parents_first
from kitsulite.models import activity, entities, files, people, projects

#: columns that are not sent
NOT_POSTED = {"id", "created_at", "updated_at", "type", "source_file"}
VERSIONS = f"SELECT id FROM production_schedule_version WHERE {OF_PROJECT}"
CHATS = f"SELECT id FROM chat WHERE object_id IN ({IN_PROJECT})"
GROUPS = f"SELECT search_filter_group_id FROM search_filter WHERE {OF_PROJECT}"
OF_PERSON = ("project_id", "person_id", "list_type", "entity_type", "name")


@dataclass(frozen=True)
class Posted:
    """A table: `condition` selects the rows of a project, the columns `key` identify a row."""

    model: Any
    condition: str
    key: tuple[str, ...]

    @property
    def listing(self) -> Listing:
        every = (*listings.REST, *listings.PROJECT)
        return next(listing for listing in every if listing.model is self.model)

    @property
    def path(self) -> str:
        return self.listing.path.partition("?")[0]


#: ordered so that none refers to a later one
POSTED = (
    Posted(projects.ProductionScheduleVersion, OF_PROJECT, ("project_id", "name")),
    Posted(
        projects.ProductionScheduleVersionTaskLink,
        f"production_schedule_version_id IN ({VERSIONS})",
        ("production_schedule_version_id", "task_id"),
    ),
    Posted(
        entities.AssetInstance,
        f"asset_id IN ({IN_PROJECT})",
        ("asset_id", "target_asset_id", "scene_id", "number"),
    ),
    Posted(
        files.WorkingFile,
        f"task_id IN ({TASKS}) OR task_id IS NULL AND entity_id IN ({IN_PROJECT})",
        ("name", "task_id", "entity_id", "revision"),
    ),
    Posted(
        files.OutputFile,
        f"entity_id IN ({IN_PROJECT})",
        (
            *("name", "entity_id", "asset_instance_id", "output_type_id", "task_type_id", "temporal_entity_id"),
            *("representation", "revision"),
        ),
    ),
    Posted(projects.Budget, OF_PROJECT, ("project_id", "name", "revision")),
    Posted(
        projects.BudgetEntry,
        f"budget_id IN (SELECT id FROM budget WHERE {OF_PROJECT})",
        ("budget_id", "department_id", "person_id", "start_date", "position"),
    ),
    Posted(activity.Chat, f"object_id IN ({IN_PROJECT})", ("object_id",)),
    Posted(activity.ChatMessage, f"chat_id IN ({CHATS})", ("chat_id", "person_id", "text")),
    # also groups of no production that contain a filter of this one
    Posted(activity.SearchFilterGroup, f"{OF_PROJECT} OR id IN ({GROUPS})", OF_PERSON),
    Posted(activity.SearchFilter, OF_PROJECT, (*OF_PERSON, "search_query", "search_filter_group_id")),
)
#: tables whose rows belong to no production
OF_STUDIO = (Posted(people.DayOff, "person_id IS NOT NULL", ("person_id", "date")),)


def of_project(db, project_id):
    """The rows of a project to post: (Posted, Sent) of each table."""
    return rows_of(db, POSTED, project_id)


def of_studio(db):
    """The rows of no project to post: (Posted, Sent) of each table."""
    return rows_of(db, OF_STUDIO, None)


def rows_of(db, tables, project_id):
    posted_rows = []
    for posted in tables:
        condition = posted.condition.replace(":project", "?")
        params = [project_id] * condition.count("?")
        rows = db.all(posted.model, condition, params, relations=True)
        listing = posted.listing
        posted_rows.append(
            (posted, Sent(listing.name, parents_first(posted.model, rows), posted.model, listing.relations))
        )
    return posted_rows


class Posting:
    """Creates the posted rows of a project on the other server, and changes existing ones."""

    def __init__(self, push, project, is_new):
        self.push, self.remote, self.project, self.is_new = push, push.remote, project, is_new
        self.report, self.options = push.report, push.options

    def run(self, tables):
        for posted, sent in tables:
            self.post_all(posted, sent)

    def post_all(self, posted, sent):
        remote_rows = self.rows_there(posted) if sent.rows else {}
        label = f"{self.project['name']}: {sent.name}"
        for row in self.options.watch(sent.rows, label):
            body = self.body(posted, sent, row)
            same = remote_rows.get(self.key(posted, body))
            remote_row = same.pop(0) if same else None
            counted = self.report.new if remote_row is None else self.report.known
            counted[sent.name] += 1
            if remote_row:
                self.push.ids[row["id"]] = remote_row["id"]
            if not self.options.dry_run:
                self.store(posted, sent, row, body, remote_row)

    def rows_there(self, posted):
        """The rows on the other server: key -> rows."""
        by_key = {}
        for row in [] if self.is_new else self.remote.rows(posted.listing.url(self.project["id"])):
            by_key.setdefault(self.key(posted, row), []).append(row)
        return by_key

    def key(self, posted, row):
        # many servers do not distinguish an empty text from none
        return tuple(row.get(name) or None for name in posted.key)

    def body(self, posted, sent, row):
        """The columns of a row to send, with the ids of the other server."""
        names = {*posted.model.columns(), *sent.relations} - NOT_POSTED
        return translated(self.push.ids, {name: value for name, value in row.items() if name in names})

    def store(self, posted, sent, row, body, remote_row):
        """Create a row, or change the columns in which an existing one differs."""
        try:
            if remote_row is None:
                new = {name: value for name, value in body.items() if value is not None}
                created = expected(self.remote.post(f"/data/{posted.path}", new), dict, posted.path)
                self.push.ids[row["id"]] = created["id"]
                self.push.saw([created])
                self.send_file(posted, row, created["id"])
            elif changed := {name: value for name, value in body.items() if differs(remote_row, name, value)}:
                if self.push.is_newer_there(row, remote_row):
                    self.report.miss(f"{sent.name} {named(row)}", "it was changed there later than here: see --force")
                    return
                self.push.saw([self.remote.put(f"/data/{posted.path}/{remote_row['id']}", changed)])
        except RemoteError as error:
            if not error.status:
                raise
            self.report.new[sent.name] -= remote_row is None
            self.report.miss(f"{sent.name} {named(row)}", str(error))

    def send_file(self, posted, row, id_there):
        if posted.model is files.WorkingFile and self.options.with_files:
            path = self.push.ctx.app.files.find(*places.WORKING_FILE, row["id"])
            if path:
                self.push.upload(f"/data/working-files/{id_there}/file", path, row["name"] or "file", row)


def differs(remote_row, name, value):
    """Whether a row on the other server has another value; the order of ids in a relation does not matter."""
    remote_value = remote_row.get(name)
    if isinstance(value, list) and isinstance(remote_value, list):
        return sorted(map(str, value)) != sorted(map(str, remote_value))
    return name in remote_row and remote_value != value
