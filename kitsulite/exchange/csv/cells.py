"""Reads cells that contain persons, task statuses or metadata."""

from kitsulite.domain import access
from kitsulite.domain.people.persons import full_name
from kitsulite.exchange.csv.columns import METADATA
from kitsulite.models.fields import NO, YES, BadValue
from kitsulite.models.tasks import TaskStatus

#: most names in a list of persons, and most commas within one name
MOST_PARTS, MOST_COMMAS = 500, 8


class People:
    """Finds persons by full name, email address or id, regardless of case."""

    def __init__(self, ctx, project_id):
        kinds = "NOT p.is_guest AND p.preview_project_id IS NULL"
        if not access.welcomes_bots(ctx, project_id):
            kinds += " AND NOT p.is_bot"
        sql = (
            f"SELECT p.id, p.email, {full_name('p')}, l.person_id IS NOT NULL AS in_team FROM person p"
            f" LEFT JOIN project_person_link l ON l.person_id = p.id AND l.project_id = ? WHERE {kinds}"
        )
        self.exact, self.named, self.team, self.is_admin = {}, {}, set(), ctx.is_admin
        for person_id, email, name, in_team in ctx.db.execute(sql, [project_id]):
            self.exact[person_id] = person_id
            if in_team:
                self.team.add(person_id)
            if email:
                self.exact[email.casefold()] = person_id
            self.named.setdefault(name.strip().casefold(), []).append((bool(in_team), person_id))

    def one(self, text):
        """The id of a person; team members come first. Raises BadValue for an unknown or ambiguous name."""
        key = text.strip().casefold()
        if key in self.exact:
            return self.exact[key]
        persons = self.named.get(key, [])
        persons = [person for person in persons if person[0]] or persons
        if len(persons) > 1:
            raise BadValue(f"Several persons are called {text.strip()[:80]}: give the e-mail address.")
        if not persons:
            raise BadValue(f"Person not found for {text.strip()[:80]}")
        return persons[0][1]

    def several(self, text):
        """The ids of persons in a list separated by commas, which names may also contain."""
        parts, ids = text.split(","), []
        if len(parts) > MOST_PARTS:
            raise BadValue(f"It may hold {MOST_PARTS} names.")
        while parts:
            longest = min(len(parts), MOST_COMMAS + 1)
            length = max((n for n in range(1, longest + 1) if self.knows(",".join(parts[:n]))), default=1)
            name, parts = ",".join(parts[:length]).strip(), parts[length:]
            if name:
                ids.append(self.one(name))
        return list(dict.fromkeys(ids))

    def assignees(self, text):
        """The ids of persons to assign: anyone if the caller is an admin, else only team members."""
        ids = self.several(text)
        if not self.is_admin and not self.team.issuperset(ids):
            raise BadValue("Only people of the project's team work on its tasks.")
        return ids

    def knows(self, text):
        key = text.strip().casefold()
        return key in self.exact or key in self.named


class Statuses:
    """Finds task statuses by short name or name: as written, else regardless of case."""

    def __init__(self, ctx):
        rows = ctx.db.all(TaskStatus)
        self.by_text, self.by_id = {}, {row["id"]: row for row in rows}
        for fold in (str, str.casefold):
            for column in ("short_name", "name"):
                for row in rows:
                    self.by_text.setdefault(fold(row[column].strip()), row)

    def one(self, text):
        """The row of a task status; raises BadValue for an unknown one."""
        status = self.by_text.get(text) or self.by_text.get(text.casefold())
        if status is None:
            raise BadValue(f"Task status not found for {text[:80]}")
        return status


class Metadata:
    """The columns of a sheet that contain metadata: they are named like descriptors."""

    def __init__(self, ctx, people, condition, params):
        sql = (
            f"SELECT name, field_name, data_type FROM metadata_descriptor WHERE {condition} ORDER BY created_at, rowid"
        )
        self.fields = {name: (field, kind) for name, field, kind in ctx.db.execute(sql, params)}
        self.kinds = dict(self.fields.values())
        self.people = people

    def read(self, report, row):
        """The metadata in a row: field name -> text."""
        data = {}
        for name, (field, kind) in self.fields.items():
            column = (METADATA, name)
            text = row.text(column)
            if text is None:
                continue
            if kind == "person":
                data[field] = report.read(row, column, self.people.one) or ""
            elif kind == "boolean":
                data[field] = self.flag(report, row, column)
            else:
                data[field] = text
        return data

    def flag(self, report, row, column):
        word = row.get(column).lower()
        if word and word not in YES + NO:
            report.add(row, column, "It must be true or false.", "A value is invalid: ")
        return ("true" if word in YES else "false") if word else ""

    def merged(self, stored, texts):
        """Stored metadata updated from a row; a number or list that the cell leaves unchanged keeps its type."""
        new = {field: text for field, text in texts.items() if not self.is_shown(stored.get(field), field, text)}
        return {**stored, **new}

    def is_shown(self, value, field, text):
        """Whether an exported sheet shows a value by this text, though it is not a text."""
        return not isinstance(value, (str, type(None))) and str(cell(value, self.kinds.get(field))) == text


def cell(value, kind):
    """The cell that shows a metadata value."""
    if kind == "boolean":
        return "true" if str(value).lower() == "true" else "false"
    return str(value) if isinstance(value, (list, dict)) else value
