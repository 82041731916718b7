"""Copies productions to another Kitsu server through its bulk imports.

People, types and statuses are those of the other server; rows of productions keep their ids, so that a second run
changes existing rows and creates nothing twice. What cannot be sent is reported.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kitsulite.domain.files import places
from kitsulite.domain.previews.uploads import IMPORTED
from kitsulite.errors import SetupError
from kitsulite.exchange.kitsu import chat_files, listings, posted_rows, sent_rows
from kitsulite.exchange.kitsu.counterparts import SHARED, Counterparts
from kitsulite.exchange.kitsu.memory import translated
from kitsulite.exchange.kitsu.pull import unwatched
from kitsulite.exchange.kitsu.remote import RemoteError, expected
from kitsulite.exchange.kitsu.report import Report, named
from kitsulite.models.base import json_object
from kitsulite.models.fields import as_object
from kitsulite.models.previews import AttachmentFile
from kitsulite.models.projects import Project, ProjectTaskStatusLink, ProjectTaskTypeLink

#: what no route of the API accepts unchanged; printed after a push
LEFT_OUT = (
    "passwords and second factors of people: they are invited by the other server",
    "ids of people, types and statuses that the other server had already, or that were created there",
    "the log of events: each would be an event of the day of the push there, and logged as such once more",
    "links that share playlists: they would have other addresses there, without their passwords",
    "built playlists and earlier versions of shots: nothing imports them",
    "hardware and the equipment of departments, custom actions, templates of productions, salary scales, the"
    " organisation: they are the studio's own",
    "filters of no production; days off, unless all productions are pushed",
    "ids and first moments of working and output files, instances of assets, chats and their messages, filters, days"
    " off, budgets and versions of the schedule, which are made there one by one",
    "ids of attachments, which are uploaded to comments and messages of chats; thumbnails and small movies, which are"
    " made again",
    "visibility and compression of task types and statuses in a production",
)
BATCH = 200
#: the columns that are sent to set only the moment of an entity
SAME = ("id", "type", "project_id", "updated_at")
MOVIES = (places.PREVIEW_MOVIES[0], places.PREVIEW_MOVIES[2])


@dataclass
class Options:
    """`since` sends only rows changed here after this moment; `creates` creates missing people and types;
    `force` overwrites rows that were changed there later than here.
    """

    projects: tuple[str, ...] = ()
    since: str | None = None
    dry_run: bool = False
    with_files: bool = True
    creates: bool = False
    force: bool = False
    watch: Callable[[Iterable, str], Iterable] = unwatched


class Push:
    """One run: `run()` returns its Report."""

    def __init__(self, ctx, remote, memory, options):
        self.ctx, self.db, self.remote, self.memory, self.options = ctx, ctx.db, remote, memory, options
        self.report = Report()
        #: ids here -> ids there
        self.ids = {here: there for there, here in memory.ids.items()}

    def run(self):
        caller = self.remote.caller()
        if caller.get("role") != "admin":
            raise SetupError(
                f"{caller.get('email')} is not an administrator of {self.remote.url}: it would refuse everything."
            )
        try:
            for project in self.chosen_projects():
                self.push_project(project)
            if not self.options.projects:
                self.push_studio()
        finally:
            # an aborted run has stored rows there too, which the next one must recognize
            if not self.options.dry_run:
                self.memory.ids |= {there: here for here, there in self.ids.items()}
                self.memory.keep()
        return self.report

    def chosen_projects(self):
        if not self.options.projects:
            return self.db.all(Project, order="name")
        projects = []
        for name in self.options.projects:
            project = self.db.first(Project, "folded(name) = ?", [name.casefold()])
            if project is None:
                raise SetupError(f"There is no production {name!r} here.")
            projects.append(project)
        return projects

    def push_project(self, project):
        sent = {rows.name: rows for rows in sent_rows.of_project(self.db, project["id"])}
        posted = posted_rows.of_project(self.db, project["id"])
        self.match([*sent.values(), *(rows for _, rows in posted)])
        known = self.known_there(project)
        is_sent = self.send(sent["projects"], project, known.get("projects", {}))
        if not is_sent and not known and not self.options.dry_run:
            self.report.miss(f"all of {project['name']}", "its production could not be stored there")
            return
        if is_sent:
            self.send_settings(project)
            # the settings changed the production's moment there, which must not look like somebody else's change
            self.send_rows("projects", [{key: project[key] for key in ("id", "updated_at")}], project["name"])
        for name, rows in sent.items():
            if name == "entity-links":
                self.send_later(sent["entities"], project, known.get("entities", {}))
            if name != "projects":
                self.send(rows, project, known.get(name, {}))
        posted_rows.Posting(self, project, is_new=not known).run(posted)
        self.send_sources(sent["preview-files"], known.get("preview-files", {}))
        self.send_concept_links(project, sent["entities"], known.get("entities", {}))
        if self.options.with_files and not self.options.dry_run:
            self.send_files(project, sent, known)
        if is_sent:
            # files have changed its moment too
            self.send_rows("projects", sent["projects"].rows, project["name"])

    def push_studio(self):
        """Send the rows of no production."""
        posted = posted_rows.of_studio(self.db)
        self.match([rows for _, rows in posted])
        posted_rows.Posting(self, {"id": None, "name": "studio"}, is_new=False).run(posted)

    def match(self, sent):
        """Find the people, types and statuses there that rows refer to."""
        needed = {}
        for rows in sent:
            for table, row_id in sent_rows.references(rows):
                if table in SHARED:
                    needed.setdefault(table, set()).add(row_id)
        Counterparts(self.ctx, self.remote, self.ids, self.report, self.options).match(needed)

    # Rows

    def known_there(self, project):
        """The rows of the production that exist there already: name of the import -> id -> row."""
        remote_projects = {row["id"]: row for row in self.remote.rows(f"{listings.PROJECTS.url()}&id={project['id']}")}
        if project["id"] not in remote_projects:
            return {}
        known = {"projects": remote_projects}
        by_model = {listing.model: listing for listing in listings.PROJECT}
        for name in sent_rows.ROWS:
            listing = by_model.get(sent_rows.KINDS[name].model)
            if listing:
                known[name] = {row["id"]: row for row in self.remote.rows(listing.url(project["id"]))}
        return known

    def send(self, sent, project, known):
        """Send rows that differ there and are not newer; returns whether some were sent, and all accepted."""
        label = sent.name.replace("-", " ")
        rows = [row for row in sent.rows if self.is_sent(label, row, known.get(row["id"]))]
        later = sent_rows.LATER.get(sent.name)
        if later:
            rows = [{key: value for key, value in row.items() if key != later} for row in rows]
        self.report.known[label] += len(sent.rows) - len(rows) + sum(row["id"] in known for row in rows)
        self.report.new[label] += sum(row["id"] not in known for row in rows)
        missed = len(self.report.missed)
        if not self.options.dry_run:
            self.send_rows(sent.name, rows, f"{project['name']}: {label}")
        return bool(rows) and not self.options.dry_run and missed == len(self.report.missed)

    def is_sent(self, label, row, remote_row):
        changed = row.get("updated_at") or ""
        if self.options.since and changed < self.options.since[:19]:
            return False
        if self.is_newer_there(row, remote_row):
            self.report.miss(f"{label} {named(row)}", "it was changed there later than here: --force overwrites it")
            return False
        moment = (remote_row or {}).get("updated_at") or ""
        return self.options.force or not (changed and moment) or changed > moment

    def is_newer_there(self, row, remote_row):
        """Whether a row was changed there later than here, by other means than a push."""
        moment = (remote_row or {}).get("updated_at") or ""
        return not self.options.force and moment > max(row.get("updated_at") or moment, self.memory.pushed or "")

    def send_rows(self, name, rows, label):
        """Send rows in batches; the rows of a refused batch one by one."""
        for start in self.options.watch(range(0, len(rows), BATCH), label):
            batch = rows[start : start + BATCH]
            if self.send_batch(name, batch) is None:
                continue
            for row in batch:
                error = self.send_batch(name, [row])
                if error is not None:
                    self.report.new[name.replace("-", " ")] -= 1
                    self.report.miss(f"{name.replace('-', ' ')} {named(row)}", error)

    def send_batch(self, name, rows):
        """Send rows; returns the message of a refusal, or None."""
        try:
            path = f"/import/kitsu/{name}?silent=true"
            stored = expected(self.remote.post(path, translated(self.ids, rows)), list, path)
        except RemoteError as error:
            if not error.status:
                raise
            return str(error)
        self.saw(stored)
        if name == "entities":
            # the other server has its own entity types for shots and the like, and creates them when needed
            by_id = {row["id"]: row for row in stored}
            for row in rows:
                if row["id"] in by_id and row.get("entity_type_id"):
                    self.ids.setdefault(row["entity_type_id"], by_id[row["id"]]["entity_type_id"])
        return None if len(stored) == len(rows) else f"only {len(stored)} of {len(rows)} rows were taken"

    def saw(self, rows):
        """Remember the moments that the other server gave to what was sent."""
        moments = [row.get("updated_at") or "" for row in rows]
        self.memory.pushed = max([*moments, self.memory.pushed or ""]) or None

    def send_later(self, sent, project, known):
        """Set the main previews of entities, now that the previews exist there."""
        column = sent_rows.LATER[sent.name]
        keys = (*SAME, column)
        late = []
        for row in sent.rows:
            remote_row = known.get(row["id"]) or {}
            if row[column] and remote_row.get(column) != row[column] and not self.is_newer_there(row, remote_row):
                late.append({key: row[key] for key in keys})
        if not self.options.dry_run:
            self.send_rows(sent.name, late, f"{project['name']}: main previews")

    def send_settings(self, project):
        """Send the order of task types and statuses of a production, and the roles in its team."""
        calls = []
        for kind, model in (("task_type", ProjectTaskTypeLink), ("task_status", ProjectTaskStatusLink)):
            names = [name for name in (f"{kind}_id", "priority", "roles_for_board") if name in model.columns()]
            row = json_object(
                {"project_id": "project_id", **{name: model.columns()[name].shown(name) for name in names}}
            )
            sql = f"SELECT {row} FROM {model.table()} WHERE project_id = ? AND priority IS NOT NULL"
            for link in self.db.objects(sql, [project["id"]]):
                calls.append(("POST", f"/data/{kind.replace('_', '-')}-links", translated(self.ids, link)))
        sql = "SELECT person_id, role FROM project_person_link WHERE project_id = ? AND role IS NOT NULL"
        for person_id, role in self.db.execute(sql, [project["id"]]):
            path = f"/data/projects/{project['id']}/team/{self.ids.get(person_id, person_id)}"
            calls.append(("PUT", path, {"role": role}))
        for method, path, body in calls:
            try:
                self.remote.call(method, path, body)
            except RemoteError as error:
                self.report.miss(f"settings of {project['name']}", str(error))

    def send_sources(self, sent, known):
        """Set the output files from which previews were made, now that these have their ids there."""
        ids = json.dumps([row["id"] for row in sent.rows])
        sql = (
            "SELECT f.id, f.source_file_id FROM preview_file f JOIN json_each(?) j ON j.value = f.id"
            " WHERE f.source_file_id IS NOT NULL"
        )
        for preview_id, source_id in [] if self.options.dry_run else self.db.execute(sql, [ids]):
            remote_id = self.ids.get(source_id)
            if remote_id and (known.get(preview_id) or {}).get("source_file_id") != remote_id:
                try:
                    self.saw([self.remote.put(f"/data/preview-files/{preview_id}", {"source_file_id": remote_id})])
                except RemoteError as error:
                    self.report.miss(f"source of preview {preview_id}", str(error))

    def send_concept_links(self, project, sent, known):
        """Send the links of concepts, which no bulk import accepts."""
        sql = (
            "SELECT l.entity_in_id, json_group_array(l.entity_out_id) FROM entity_concept_link l"
            " JOIN entity e ON e.id = l.entity_in_id WHERE e.project_id = ? GROUP BY l.entity_in_id"
        )
        linked = {concept_id: json.loads(ids) for concept_id, ids in self.db.execute(sql, [project["id"]])}
        remote_links = {concept_id: row.get("entity_concept_links") or () for concept_id, row in known.items()}
        changed = {
            concept_id for concept_id, ids in linked.items() if set(ids) != set(remote_links.get(concept_id, ()))
        }
        for concept_id in [] if self.options.dry_run else sorted(changed):
            try:
                self.remote.put(f"/data/entities/{concept_id}", {"entity_concept_links": linked[concept_id]})
            except RemoteError as error:
                self.report.miss(f"links of concept {concept_id}", str(error))
        if not self.options.dry_run:
            # the other server gave them the moment of now
            rows = [{key: row[key] for key in SAME} for row in sent.rows if row["id"] in changed]
            self.send_rows("entities", rows, f"{project['name']}: concepts")

    # Files

    def send_files(self, project, sent, known):
        """Upload missing files of previews, attachments, and the avatar of the production."""
        remote_row = known.get("projects", {}).get(project["id"])
        if project["has_avatar"] and not (remote_row and remote_row.get("has_avatar")):
            path = f"/pictures/thumbnails/projects/{project['id']}"
            self.upload(path, self.ctx.app.files.find(*places.AVATAR, project["id"]), "avatar.png", project)
        uploaded = set()
        for row in self.options.watch(sent["preview-files"].rows, f"{project['name']}: files"):
            remote_row = known.get("preview-files", {}).get(row["id"])
            has_one = row["status"] == "ready" and not as_object(row["data"]).get(IMPORTED)
            is_there = remote_row is not None and not as_object(remote_row.get("data")).get(IMPORTED)
            if has_one and not is_there and self.send_preview(row):
                uploaded.add(row["task_id"])
        # the other server changes the task's latest preview itself: set it again
        tasks = [row for row in sent["tasks"].rows if row["id"] in uploaded]
        self.send_rows("tasks", tasks, f"{project['name']}: tasks with files")
        for comment in self.options.watch(sent["comments"].rows, f"{project['name']}: attachments"):
            self.send_attachments(comment)
        chat_files.send(self, project["id"])

    def send_preview(self, row):
        files, row_id, extension = self.ctx.app.files, row["id"], row["extension"] or ""
        where = (
            MOVIES if extension == "mp4" else [places.PREVIEW_ORIGINAL if extension == "png" else places.PREVIEW_FILE]
        )
        path = next(filter(None, (files.find(*place, row_id) for place in where)), None)
        # a movie converted here need not be converted again there
        query = "?normalize=false" if path and extension == "mp4" and path == files.find(*MOVIES[0], row_id) else ""
        name = f"{row['original_name'] or row['name'] or 'preview'}.{extension}"
        return self.upload(f"/pictures/preview-files/{row_id}{query}", path, name, row)

    def send_attachments(self, comment):
        """Upload the attachments of a comment that are missing there, compared by name and size."""
        rows = self.db.all(AttachmentFile, "comment_id = ?", [comment["id"]])
        if not rows:
            return
        task_id = comment["object_id"]
        try:
            path = f"/data/tasks/{task_id}/comments"
            listed = expected(self.remote.get(path), list, path)
        except RemoteError as error:
            self.report.miss(f"attachments of comment {comment['id']}", str(error))
            return
        remote_files = {
            (attachment.get("name"), attachment.get("size"))
            for row in listed
            if row["id"] == comment["id"]
            for attachment in row.get("attachment_files") or ()
        }
        for row in rows:
            if (row["name"], row["size"]) not in remote_files:
                path = self.ctx.app.files.find(*places.ATTACHMENT, row["id"])
                query = f"?reply_id={row['reply_id']}" if row["reply_id"] else ""
                url = f"/actions/tasks/{task_id}/comments/{comment['id']}/add-attachment{query}"
                self.upload(url, path, row["name"] or "file", row)

    def upload(self, url, path, name, row, **texts):
        """Send a file; returns the answer, or None if it was refused."""
        if path is None:
            self.report.miss(f"file of {named(row)}", "it is not here")
            return None
        try:
            answer = self.remote.upload(url, path, name, **texts)
        except RemoteError as error:
            if not error.status:
                raise
            self.report.miss(f"file of {named(row)}", str(error))
            return None
        self.saw([answer] if isinstance(answer, dict) else answer)
        self.report.files += 1
        return answer
