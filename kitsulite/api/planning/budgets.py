"""Budgets of a production, only for its managers."""

from typing import Any

from kitsulite.api.policies import manager_of
from kitsulite.domain.planning import budgets
from kitsulite.models.choices import POSITIONS, SENIORITIES
from kitsulite.web.fields import Float, Int, Object, Str
from kitsulite.web.route import delete, get, post, put

BUDGETS = "/data/projects/<project_id>/budgets"
BUDGET = f"{BUDGETS}/<budget_id>"
ENTRY = f"{BUDGET}/entries/<entry_id>"
#: the permission is checked before the body, so that a refused caller learns nothing about budgets
MANAGERS: dict[str, Any] = {"allow": manager_of("project_id"), "allow_first": True}
PAID = {"person_id": Str(), "position": Str(choices=POSITIONS), "seniority": Str(choices=SENIORITIES)}


@get(BUDGETS, **MANAGERS)
def get_budgets(ctx, project_id):
    """List the budgets of a project."""
    return budgets.listed(ctx, project_id)


@post(
    BUDGETS,
    **MANAGERS,
    body={"name": Str(required=True, min=1, max=255), "currency": Str(default="USD", optional=True, max=3)},
)
def create_budget(ctx, project_id, name, currency):
    """Create the next revision of the budget of a project."""
    return budgets.create(ctx, project_id, name, currency)


@get(BUDGET, **MANAGERS)
def get_budget(ctx, project_id, budget_id):
    """Get a budget of a project."""
    return budgets.get(ctx, project_id, budget_id)


@put(BUDGET, **MANAGERS, body={"name": Str(max=255), "currency": Str(max=3)})
def update_budget(ctx, project_id, budget_id, **columns):
    """Change the name or the currency of a budget."""
    return budgets.update(ctx, budgets.get(ctx, project_id, budget_id), **columns)


@delete(BUDGET, **MANAGERS)
def delete_budget(ctx, project_id, budget_id):
    """Delete a budget and its entries."""
    budgets.delete(ctx, budgets.get(ctx, project_id, budget_id))


@get(f"{BUDGET}/entries", **MANAGERS)
def get_budget_entries(ctx, project_id, budget_id):
    """List the entries of a budget."""
    return budgets.entries(ctx, budgets.get(ctx, project_id, budget_id))


@post(
    f"{BUDGET}/entries",
    **MANAGERS,
    body={
        "department_id": Str(required=True, min=1),
        "start_date": Str(required=True),
        "months_duration": Int(required=True),
        "daily_salary": Float(required=True),
        **PAID,
    },
)
def create_budget_entry(ctx, project_id, budget_id, **columns):
    """Add an entry to a budget."""
    return budgets.add_entry(ctx, budgets.get(ctx, project_id, budget_id), **columns)


@get(ENTRY, **MANAGERS)
def get_budget_entry(ctx, project_id, budget_id, entry_id):
    """Get an entry of a budget."""
    return budgets.entry(ctx, budgets.get(ctx, project_id, budget_id), entry_id)


@put(
    ENTRY,
    **MANAGERS,
    body={
        "department_id": Str(default=None, min=1),
        "start_date": Str(default=None),
        "months_duration": Int(default=None),
        "daily_salary": Float(default=None),
        "exceptions": Object(),
        **PAID,
    },
)
def update_budget_entry(ctx, project_id, budget_id, entry_id, **columns):
    """Replace an entry of a budget."""
    budget = budgets.get(ctx, project_id, budget_id)
    return budgets.update_entry(ctx, budget, budgets.entry(ctx, budget, entry_id), **columns)


@delete(ENTRY, **MANAGERS)
def delete_budget_entry(ctx, project_id, budget_id, entry_id):
    """Delete an entry of a budget."""
    budget = budgets.get(ctx, project_id, budget_id)
    budgets.delete_entry(ctx, budget, budgets.entry(ctx, budget, entry_id))
