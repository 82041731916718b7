"""The logs of logins: at desktops, as reported by persons, and at the server."""

from kitsulite import clock
from kitsulite.domain import periods
from kitsulite.domain.people.persons import full_name
from kitsulite.domain.planning import time_spents
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.models.people import DesktopLoginLog, LoginLog, Person
from kitsulite.store.statements import marks

MOST = 1000
SHOWN = json_object(
    {
        "id": "id",
        "created_at": "substr(created_at, 1, 19)",
        "ip_address": "ip_address",
        "person_id": "person_id",
        "origin": "origin",
    }
)


def of_person(ctx, person_id):
    """The desktop logins of a person as JSON text, latest first."""
    return ctx.db.all_json(DesktopLoginLog, "person_id = ?", [person_id], "date DESC, rowid")


def add(ctx, person_id, date=None):
    """Log a desktop login of a person; `date` is a stored moment, by default now."""
    person = ctx.db.get(Person, person_id)
    row = ctx.db.insert(DesktopLoginLog, person_id=person["id"], date=date or clock.now())
    time_spents.refresh_presence(ctx, person["id"])
    return row


def presence_sheet(ctx, month):
    """The lines of a sheet with the days of a month (YYYY-MM) on which each active person logged in at a desktop."""
    year, _, number = month.partition("-")
    first, last = periods.of_month(year, number)
    days = range(1, int(last[8:]) + 1)
    sql = (
        f"SELECT p.id, {full_name('p')}, CAST(substr(l.date, 9, 2) AS INTEGER) FROM person p LEFT JOIN"
        " desktop_login_log l ON l.person_id = p.id AND substr(l.date, 1, 10) BETWEEN ? AND ?"
        " WHERE p.active AND NOT p.is_guest ORDER BY p.first_name, p.last_name, p.id"
    )
    present = {}
    for person_id, name, day in ctx.db.execute(sql, [first, last]):
        present.setdefault((person_id, name), set()).add(day)
    return [
        [int(year), *days],
        *([name, *("X" if day in present_on else "" for day in days)] for (_, name), present_on in present.items()),
    ]


def last(ctx, limit, person_ids, after=None, before=None, cursor_login_log_id=None):
    """Logins at the server as JSON text, latest first, at most 1000; the cursor continues with older ones."""
    if limit < 0:
        raise BadParameter("limit must not be negative.")
    conditions, params = ["1"], []
    for value, condition in ((after, "created_at > ?"), (before, "created_at < ?")):
        if value:
            conditions.append(condition)
            params.append(value)
    if person_ids:
        conditions.append(f"person_id IN ({marks(person_ids)})")
        params += [existing_id(ctx, Person, person_id) for person_id in person_ids]
    if cursor_login_log_id:
        conditions.append("(created_at, rowid) < (SELECT created_at, rowid FROM login_log WHERE id = ?)")
        params.append(existing_id(ctx, LoginLog, cursor_login_log_id))
    sql = f"SELECT {SHOWN} FROM login_log WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, rowid DESC LIMIT ?"
    return ctx.db.json_list(sql, [*params, min(limit, MOST)])


def existing_id(ctx, model, row_id):
    """The id of an existing row; raises BadParameter."""
    if not is_id(row_id) or not ctx.db.exists(model, id=row_id.lower()):
        raise BadParameter(f"There is no {model.table().replace('_', ' ')} {row_id[:80]}.")
    return row_id.lower()
