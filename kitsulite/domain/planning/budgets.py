"""Budgets of a project and their entries: daily pay, from when and for how long."""

from kitsulite.errors import BadParameter, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts
from kitsulite.models.fields import clean_ids
from kitsulite.models.people import Department, Person
from kitsulite.models.projects import Budget, BudgetEntry, Project

LISTED = {name: parts(Budget)[name] for name in ("id", "project_id", "revision", "name", "currency")}
ENTRY_COLUMNS = (
    *("id", "budget_id", "department_id", "person_id", "start_date", "months_duration"),
    *("daily_salary", "position", "seniority", "exceptions"),
)
LISTED_ENTRY = {name: parts(BudgetEntry)[name] for name in ENTRY_COLUMNS}


def listed(ctx, project_id):
    """The budgets of a project by revision, as JSON text."""
    sql = f"SELECT {json_object(LISTED)} FROM budget WHERE project_id = ? ORDER BY revision, rowid"
    return ctx.db.json_list(sql, clean_ids(project_id))


def get(ctx, project_id, budget_id):
    """A budget of a project; raises NotFound."""
    project_id, budget_id = clean_ids(project_id, budget_id)
    budget = ctx.db.get(Budget, budget_id)
    if budget["project_id"] != project_id:
        raise NotFound("Budget not found in this project.")
    return budget


def create(ctx, project_id, name, currency):
    """Create the next revision of the budget of a project."""
    project = ctx.db.get(Project, *clean_ids(project_id))
    latest = ctx.db.value("SELECT max(revision) FROM budget WHERE project_id = ?", [project["id"]])
    revision = (latest or 0) + 1
    budget = ctx.db.insert(Budget, project_id=project["id"], revision=revision, name=name, currency=currency)
    emit_budget(ctx, "create", budget)
    return budget


def update(ctx, budget, **columns):
    """Change the columns of a budget that are not None."""
    ctx.db.update(Budget, budget["id"], **{name: value for name, value in columns.items() if value is not None})
    emit_budget(ctx, "update", budget)
    return ctx.db.get(Budget, budget["id"])


def delete(ctx, budget):
    """Delete a budget with its entries; emits only the event of the budget."""
    ctx.db.delete(BudgetEntry, budget_id=budget["id"])
    ctx.db.delete(Budget, id=budget["id"])
    emit_budget(ctx, "delete", budget)


def emit_budget(ctx, action, budget):
    emit(ctx, f"budget:{action}", {"budget_id": budget["id"]}, budget["project_id"])


# Entries


def entries(ctx, budget):
    """The entries of a budget as JSON text."""
    sql = f"SELECT {json_object(LISTED_ENTRY)} FROM budget_entry WHERE budget_id = ? ORDER BY created_at, rowid"
    return ctx.db.json_list(sql, [budget["id"]])


def entry(ctx, budget, entry_id):
    """An entry of a budget; raises NotFound."""
    row = ctx.db.get(BudgetEntry, *clean_ids(entry_id))
    if row["budget_id"] != budget["id"]:
        raise NotFound("Budget entry not found in this budget.")
    return row


def add_entry(ctx, budget, position, seniority, **columns):
    """Add an entry to a budget; by default the position is artist and the seniority mid."""
    columns = {**columns, "position": position or "artist", "seniority": seniority or "mid"}
    row = ctx.db.insert(BudgetEntry, budget_id=budget["id"], exceptions={}, **cleaned(ctx, columns))
    emit_entry(ctx, "create", budget, row)
    return row


def update_entry(ctx, budget, row, exceptions, **columns):
    """Replace an entry; required columns that are None stay as they are."""
    required = [name for name, field in BudgetEntry.columns().items() if not field.null]
    columns = {name: value for name, value in columns.items() if value is not None or name not in required}
    ctx.db.update(BudgetEntry, row["id"], exceptions=checked_exceptions(exceptions), **cleaned(ctx, columns))
    emit_entry(ctx, "update", budget, row)
    return ctx.db.get(BudgetEntry, row["id"])


def delete_entry(ctx, budget, row):
    ctx.db.delete(BudgetEntry, id=row["id"])
    emit_entry(ctx, "delete", budget, row)


def cleaned(ctx, columns):
    """The stored columns of an entry; raises BadValue for an invalid value, BadParameter for an unknown row."""
    columns = {name: BudgetEntry.columns()[name].clean(value) for name, value in columns.items()}
    for name, kind in (("department_id", Department), ("person_id", Person)):
        if columns.get(name) and not ctx.db.exists(kind, id=columns[name]):
            raise BadParameter(f"{kind.type_name()} with id {columns[name]} not found")
    return columns


def checked_exceptions(exceptions):
    """Month -> whole number, without those that are not greater than zero."""
    try:
        numbers = {month: 0 if value in (None, "") else int(value) for month, value in (exceptions or {}).items()}
    except (TypeError, ValueError, OverflowError):
        raise BadParameter("The exceptions of a budget entry must be numbers.") from None
    return {month: number for month, number in numbers.items() if number > 0}


def emit_entry(ctx, action, budget, row):
    payload = {"budget_id": budget["id"], "budget_entry_id": row["id"]}
    emit(ctx, f"budget-entry:{action}", payload, budget["project_id"])
