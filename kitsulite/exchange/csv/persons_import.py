"""Imports the persons of the studio from a sheet; existing ones are found by email address."""

from kitsulite.domain.people import persons
from kitsulite.errors import ApiError
from kitsulite.exchange.csv import reading
from kitsulite.models.base import json_object
from kitsulite.models.choices import CONTRACT_TYPES, POSITIONS, SENIORITIES
from kitsulite.models.fields import BIGGEST_INTEGER
from kitsulite.models.people import Department, Person, Studio

REQUIRED = ("First Name", "Last Name", "Email")
ROLE_LABELS = {
    **{"Artist": "user", "Studio Manager": "admin", "Supervisor": "supervisor", "Production Manager": "manager"},
    **{"Client": "client", "Vendor": "vendor"},
}


def labels(codes):
    return {code.capitalize(): code for code in codes}


#: column of the sheet -> (column of a person, label -> code)
CHOICES = {
    "Role": ("role", ROLE_LABELS),
    "Contract Type": ("contract_type", labels(CONTRACT_TYPES)),
    "Position": ("position", labels(POSITIONS)),
    "Seniority": ("seniority", labels(SENIORITIES)),
}
WORDS = {
    **dict.fromkeys(("y", "yes", "t", "true", "on", "1"), True),
    **dict.fromkeys(("n", "no", "f", "false", "off", "0"), False),
}


def run(ctx, stream, update, dry_run):
    """Import a sheet; returns the person of each row. A dry run is rolled back and reports what would be done."""
    sheet, person_ids = reading.sheet(stream, REQUIRED), []
    with ctx.db.write(), reading.importing(dry_run) as report:
        for row in report.good(sheet):
            columns, departments = read(ctx, report, row)
            if columns is None:
                continue
            try:
                person_ids.append(store(ctx, report, row, columns, departments, update))
            except reading.REFUSALS as error:
                report.add(row, "Email", str(error), f"A value is invalid: {error}")
    sql = f"SELECT {json_object(persons.full_parts())} FROM person WHERE id = ?"
    return [ctx.db.objects(sql, [person_id])[0] for person_id in person_ids]


def read(ctx, report, row):
    """The (columns, ids of departments or None) in a row; (None, None) if anything in it is wrong."""
    before = len(report.problems)
    if not report.required(row, *REQUIRED):
        return None, None
    columns = {"first_name": row.get("First Name"), "last_name": row.get("Last Name")}
    if row.get("Phone"):
        columns["phone"] = row.get("Phone")
    for column, reader in READERS.items():
        text = row.get(column)
        if text or column == "Email":
            name, value, reason = reader(ctx, column, text)
            columns[name] = value
            if reason:
                report.add(row, column, reason, reason)
    departments = columns.pop("departments", None)
    return (columns, departments) if len(report.problems) == before else (None, None)


def store(ctx, report, row, columns, departments, update):
    """Create or change the person of a row; returns their id."""
    person = ctx.db.find(Person, email=columns["email"], is_bot=False)
    if person and not update:
        report.skipped.append(row.line)
        return person["id"]
    if person:
        ctx.db.update(Person, person["id"], **persons.prepare_changes(ctx, person, columns))
        report.changed += 1
    else:
        persons.require_place(ctx)
        report.created += 1
    person_id = person["id"] if person else ctx.db.add(Person, **persons.prepare_new(ctx, columns))
    if departments is not None:
        ctx.db.relate(Person, person_id, "departments", departments)
    return person_id


# Readers of cells, each returning (column of a person, value, error or None)


def email(ctx, column, text):
    try:
        return "email", persons.well_formed(text), None
    except ApiError as error:
        return "email", None, f"A value is invalid: Email: {text[:80]} ({error})"


def choice(ctx, column, text):
    name, labels = CHOICES[column]
    codes = {**{label.lower(): code for label, code in labels.items()}, **{code: code for code in labels.values()}}
    code = codes.get(text.lower())
    accepted = f"(accepted values: {', '.join(labels)})"
    return name, code, None if code else f"A value is invalid: {column}: {text[:80]} {accepted}"


def country(ctx, column, text):
    is_code = len(text) == 2 and text.isascii() and text.isalpha()
    return "country", text.upper(), None if is_code else f"A value is invalid: Country: {text[:80]}"


def salary(ctx, column, text):
    is_whole = text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= BIGGEST_INTEGER
    reason = None if is_whole else f"A value is invalid: {column}: {text[:80]}"
    return "daily_salary", int(text) if is_whole else None, reason


def active(ctx, column, text):
    value = WORDS.get(text.lower())
    return "active", value, f"A value is invalid: Active: {text[:80]}" if value is None else None


def studio(ctx, column, text):
    row = ctx.db.find(Studio, name=text)
    return "studio_id", row and row["id"], None if row else f"Studio not found: {text[:80]}"


def departments(ctx, column, text):
    ids = []
    for name in filter(None, map(str.strip, text.split(","))):
        row = ctx.db.find(Department, name=name)
        if row is None:
            return "departments", None, f"Department not found: {name[:80]}"
        ids.append(row["id"])
    return "departments", ids, None


READERS = {
    "Email": email,
    **dict.fromkeys(CHOICES, choice),
    "Country": country,
    "Daily Salary": salary,
    "Active": active,
    "Studio": studio,
    "Departments": departments,
}
