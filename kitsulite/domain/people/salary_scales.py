"""Salary scales: the pay in each department per position and seniority."""

import itertools

from kitsulite.models.choices import POSITIONS, SENIORITIES
from kitsulite.models.people import SalaryScale


def complete(ctx):
    """Create missing rows, so that every department has one per position and seniority."""
    if missing(ctx):
        with ctx.db.write():
            for department_id, position, seniority in missing(ctx):
                ctx.db.add(SalaryScale, department_id=department_id, position=position, seniority=seniority)


def missing(ctx):
    """The (department id, position, seniority) without a row, departments in order of creation."""
    rows = ctx.db.rows("SELECT department_id, position, seniority FROM salary_scale")
    present = {tuple(row.values()) for row in rows}
    departments = ctx.db.column("SELECT id FROM department ORDER BY created_at, rowid")
    return [key for key in itertools.product(departments, POSITIONS, SENIORITIES) if key not in present]
