"""Copies productions from another Kitsu server, with everything that belongs to them.

Everything that a row refers to is stored before the row; the few circular references are set at the end. Rows keep
their ids, so that a second run changes existing rows and creates nothing twice; files are downloaded only once. What
cannot be stored is reported.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from kitsulite import clock
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.deletion import tasks as task_deletion
from kitsulite.domain.deletion.references import release
from kitsulite.domain.removal import remove_row
from kitsulite.errors import NO_SPACE, DiskFull, SetupError
from kitsulite.exchange.kitsu import listings, stored_files, storing
from kitsulite.exchange.kitsu.pulled_rows import PulledRows, in_order
from kitsulite.exchange.kitsu.refusals import REFUSALS
from kitsulite.exchange.kitsu.remote import RemoteError, expected
from kitsulite.exchange.kitsu.report import Report, named
from kitsulite.models import TABLES
from kitsulite.models.activity import ChatMessage
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.people import HardwareItemDepartmentLink, SoftwareDepartmentLink
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.projects import Project, ProjectPersonLink, ProjectTaskStatusLink, ProjectTaskTypeLink
from kitsulite.models.tasks import Task

#: what no route of the API shows completely; printed after a pull
LEFT_OUT = (
    "passwords and second factors of people, tokens of bots: people can be invited with a new password",
    "who has signed in when, built playlists, earlier versions of shots",
    "links that share playlists: they would be open to all who know them, without their passwords",
    "days off and filters of no production, unless all productions are pulled",
    "ids of pure links, order and settings of what templates of productions link",
)
#: statuses of refusals that another run will not change
FINAL = (400, 403)
FULL = "The disk is full: make room and start again, what was pulled so far is kept."
#: by which the clocks of two servers may differ
TOLERANCE = dt.timedelta(minutes=10)
KINDS = ("asset", "concept", "concept_folder", "edit", "episode", "scene", "sequence", "shot")


def is_row(row):
    return isinstance(row, dict) and is_id(row.get("id"))


def unwatched(items, label):
    return items


@dataclass
class Options:
    """`since` compares only rows changed after this moment, and follows deletions."""

    projects: tuple[str, ...] = ()
    since: str | None = None
    dry_run: bool = False
    with_files: bool = True
    with_events: bool = True
    #: watch(items, label) iterates over items and shows the progress
    watch: Callable[[Iterable, str], Iterable] = unwatched


class Pull:
    """One run: `run()` returns its Report."""

    def __init__(self, ctx, remote, memory, options):
        self.ctx, self.db, self.remote, self.memory, self.options = ctx, ctx.db, remote, memory, options
        self.report = Report()
        self.rows = PulledRows(ctx, memory.ids, self.report)
        #: table -> ids, there, of the listed rows
        self.seen = {}
        #: rows that may have files: (model, row)
        self.with_files = []
        self.whole_lists = {}
        #: whether everything was listed that the other server is able to list
        self.is_whole = True

    def run(self):
        try:
            return self.take_all()
        except OSError as error:
            if error.errno in NO_SPACE:
                raise DiskFull(FULL) from None
            raise
        except DiskFull:
            raise DiskFull(FULL) from None

    def take_all(self):
        began = clock.stored(clock.utc_now() - TOLERANCE)
        caller = self.remote.caller()
        if caller.get("role") != "admin":
            self.report.miss("what only administrators see", f"{caller.get('email')} is none on the other server")
        for listing in listings.STUDIO:
            self.take(listing)
        self.take_equipment()
        projects = self.chosen_projects()
        for project in projects:
            self.take_project(project)
        if not self.options.projects:
            self.take_rest()
        if not self.options.dry_run:
            self.rows.finish()
            if self.options.with_files:
                self.fetch_files()
            if self.options.since:
                self.follow_deletions({project["id"] for project in projects})
            self.memory.pulled = began if self.is_whole else self.memory.pulled
            self.memory.keep()
        return self.report

    # Rows

    def take(self, listing, project=None):
        """Fetch and store the rows of a listing."""
        label = f"{project['name']}: {listing.name}" if project else listing.name
        try:
            fetched = self.fetched(listing, project)
            self.store(listing, list(self.options.watch(fetched, label)))
        except RemoteError as error:
            # a refusal concerns only this listing; without an answer there is no point in going on
            if not error.status:
                raise
            self.lack(label, error)

    def lack(self, label, error):
        """Report a listing that failed; unless it always will, the next pull must not be limited to later changes."""
        self.is_whole = self.is_whole and error.status in FINAL
        self.report.miss(label, str(error))

    def fetched(self, listing, project):
        url = listing.url(project and project["id"])
        if not listing.below or not project:
            return self.remote.rows(url)
        if url not in self.whole_lists:
            self.whole_lists[url] = list(self.remote.rows(url))
        return [row for row in self.whole_lists[url] if self.is_below(listing, row)]

    def is_below(self, listing, row):
        """Whether a row from a listing of all projects belongs to listed rows, and was not listed before."""
        if row.get("id") in self.seen.get(listing.model.table(), ()):
            return False
        return any(row.get(column) in self.seen.get(model.table(), ()) for column, model in listing.below)

    def store(self, listing, rows):
        rows = in_order([row for row in rows if isinstance(row, dict)])
        self.seen.setdefault(listing.model.table(), set()).update(row["id"] for row in rows if is_row(row))
        if listing.model in stored_files.MODELS:
            self.with_files += [(listing.model, row) for row in rows]
        existing = storing.known_rows(self.db, listing.model, [str(row.get("id")).lower() for row in rows])
        if self.options.dry_run:
            missing = [row for row in rows if str(row.get("id")).lower() not in existing]
            alike = self.rows.alike(listing, missing)
            self.report.known[listing.name] += len(existing) + alike
            self.report.new[listing.name] += len(missing) - alike
            return
        self.rows.take(listing, [row for row in rows if not self.is_unchanged(row, existing)])
        if listing.model is ChatMessage:
            self.take_attachments(rows)

    def is_unchanged(self, row, existing):
        """Whether a row exists here and was not changed since the given moment."""
        since, changed = self.options.since, row.get("updated_at")
        return bool(since and changed and row.get("id") in existing and changed[:19] < since[:19])

    def take_attachments(self, messages):
        """Store the attachments of chat messages, which no listing of a production has."""
        ids = [attachment for message in messages for attachment in message.get("attachment_files") or ()]
        paths = [f"/data/attachment-files/{attachment_id}" for attachment_id in ids]
        rows = [expected(self.remote.get(path), dict, path) for path in paths]
        self.store(listings.Listing(AttachmentFile, "attachment-files"), rows)

    def take_equipment(self):
        """Store which software and hardware departments use."""
        for path, model, column in (
            ("software-licenses", SoftwareDepartmentLink, "software_id"),
            ("hardware-items", HardwareItemDepartmentLink, "hardware_item_id"),
        ):
            try:
                used = expected(self.remote.get(f"/data/departments/{path}"), dict, path)
            except RemoteError as error:
                if error.status != 404:
                    self.lack(f"{path} of departments", error)
                continue
            if self.options.dry_run:
                continue
            with self.db.write():
                for department_id, items in self.rows.translated(used).items():
                    for item in items:
                        self.link(model, {"department_id": department_id, column: item["id"]})

    def link(self, model, columns):
        try:
            with self.db.savepoint():
                self.db.link(model, **columns)
        except REFUSALS as error:
            self.report.miss(f"{model.table().replace('_', ' ')} {' '.join(columns.values())}", str(error))

    # Projects

    def chosen_projects(self):
        """The projects to pull; raises SetupError for an unknown name."""
        if not self.options.projects:
            return self.listed_projects(listings.PROJECTS.url())
        projects = []
        for name in self.options.projects:
            rows = self.listed_projects(f"/data/projects?name={quote(name)}&relations=true")
            named_so = [row for row in rows if row["name"].casefold() == name.casefold()]
            if not named_so:
                raise SetupError(f"There is no production {name!r} at {self.remote.url} that you can see.")
            projects.append(named_so[0])
        return projects

    def listed_projects(self, path):
        return [{**row, "name": str(row.get("name"))} for row in self.remote.rows(path) if is_row(row)]

    def take_project(self, project):
        self.store(listings.PROJECTS, [project])
        if not self.options.dry_run:
            if not self.db.exists(Project, id=project["id"]):
                self.report.miss(f"all of {project['name']}", "its production could not be stored")
                return
            self.take_settings(project["id"])
        for listing in listings.PROJECT:
            self.take(listing, project)
        if self.options.with_events and self.options.projects:
            self.take(listings.EVENTS, project)

    def take_rest(self):
        for listing in listings.REST:
            self.take(listing)
        if self.options.with_events:
            self.take(listings.ALL_EVENTS)

    def take_settings(self, project_id):
        """Store the roles in the team, and the order and settings of task types and statuses of a project."""
        try:
            path = f"/data/projects/{project_id}"
            detailed = self.rows.translated(expected(self.remote.get(path), dict, path))
            team = self.rows.translated(expected(self.remote.get(f"{path}/team"), list, path))
        except RemoteError as error:
            self.lack(f"settings of production {project_id}", error)
            return
        types, statuses = detailed.get("task_type_links"), detailed.get("task_statuses_link")
        if types is None:
            types = {key: {"priority": value} for key, value in (detailed.get("task_types_priority") or {}).items()}
        with self.db.write():
            self.set_links(ProjectTaskTypeLink, "task_type_id", project_id, types)
            self.set_links(ProjectTaskStatusLink, "task_status_id", project_id, statuses or {})
            roles = {person["id"]: {"role": person.get("project_role")} for person in team}
            self.set_links(ProjectPersonLink, "person_id", project_id, roles)

    def set_links(self, model, column, project_id, links):
        fields = model.columns()
        for other_id, values in links.items():
            columns = {name: fields[name].clean(value) for name, value in values.items() if name in fields}
            marks = ", ".join(f'"{name}" = ?' for name in columns)
            if columns:
                sql = f"UPDATE {model.table()} SET {marks} WHERE project_id = ? AND {column} = ?"
                self.db.execute(sql, [*columns.values(), project_id, other_id])

    # Files

    def fetch_files(self):
        """Download missing files of the listed rows."""
        for model, row in self.options.watch(self.with_files, "files"):
            row_id = self.memory.ids.get(row["id"], row["id"])
            if row_id == row["id"] and self.db.exists(model, id=row_id):
                self.fetch_files_of(model, row)

    def fetch_files_of(self, model, row):
        files = self.ctx.app.files
        first = None
        for file in stored_files.of_row(model, row):
            if files.find(*file.place, row["id"]):
                first = first or files.find(*file.place, row["id"])
                continue
            with files.workspace() as folder:
                path, reason = self.downloaded(file.path, folder)
                if path is None:
                    if file.is_needed:
                        self.report.miss(f"file of {model.table().replace('_', ' ')} {named(row)}", reason)
                        return
                    continue
                # a server without a variant sends another one instead, as this one does too
                if first and path.stat().st_size == first.stat().st_size and path.read_bytes() == first.read_bytes():
                    continue
                files.place(path, *file.place, row["id"])
            self.report.files += 1
            first = first or files.find(*file.place, row["id"])

    def downloaded(self, path, folder):
        """(path of a downloaded file or None, reason if it is None)."""
        try:
            return self.remote.download(path, folder), "it is not there"
        except RemoteError as error:
            if not error.status:
                raise
            return None, str(error)

    # Deletions

    def follow_deletions(self, project_ids):
        """Delete what was deleted there since the last run, according to its event log."""
        for event in self.deletions():
            kind = event["name"].partition(":")[0].replace("-", "_")
            model = Entity if kind in KINDS else TABLES.get(kind)
            row_id = (event.get("data") or {}).get(f"{kind}_id")
            if model is None or row_id is None or event.get("project_id") not in project_ids | {None}:
                continue
            row = self.db.find(model, id=row_id)
            if row:
                self.delete(model, row)

    def deletions(self):
        """The deletion events since the given moment, newest first."""
        path = f"/data/events/last?limit=1000&after={quote(self.options.since)}"
        cursor = ""
        while True:
            page = expected(self.remote.get(path + cursor), list, path)
            yield from (event for event in page if str(event.get("name")).endswith(":delete"))
            if len(page) < 1000:
                return
            cursor = f"&cursor_event_id={page[-1]['id']}"

    def delete(self, model, row):
        name = model.table().replace("_", " ")
        try:
            with self.db.write(), self.db.savepoint():
                if model is Entity:
                    entity_deletion.erase(self.ctx, row)
                elif model is Task:
                    task_deletion.remove_all(self.ctx, [row])
                else:
                    release(self.db, model, "SELECT ?", [row["id"]])
                    remove_row(self.db, model, row["id"])
        except REFUSALS as error:
            self.report.miss(f"the deletion of {name} {named(row)}", str(error))
        else:
            self.report.removed[name] += 1
