"""Departments and the software and hardware that they use."""

from kitsulite.domain.people import persons
from kitsulite.errors import BadParameter, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, shown
from kitsulite.models.fields import clean_ids, is_id
from kitsulite.models.people import (
    Department,
    DepartmentLink,
    HardwareItem,
    HardwareItemDepartmentLink,
    Person,
    Software,
    SoftwareDepartmentLink,
)
from kitsulite.store.conditions import Condition


class Equipment:
    """A kind of equipment of departments: its table, and the link table with its `column`."""

    def __init__(self, model, link, column):
        self.model, self.link, self.column = model, link, column

    def by_department(self, ctx):
        """The rows that each department uses, as JSON text; departments without any are left out."""
        return ctx.db.json_groups(*self.select("1"))

    def of_department(self, ctx, department_id):
        """The rows that a department uses, as JSON text."""
        sql, params = self.select("l.department_id = ?", [ctx.db.require(Department, department_id)])
        return ctx.db.json_list(f"SELECT row FROM ({sql})", params)

    def one(self, ctx, department_id, item_id):
        """A row that a department uses; raises NotFound."""
        columns = self.columns(ctx, department_id, item_id)
        if not ctx.db.exists(self.link, **columns):
            raise NotFound(f"{self.model.type_name()} not found in this department.")
        return ctx.db.get(self.model, columns[self.column])

    def select(self, where, params=()):
        table, link = self.model.table(), self.link.table()
        sql = (
            f"SELECT l.department_id, {shown(self.model, 'e')} AS row FROM {link} l JOIN {table} e"
            f" ON e.id = l.{self.column} WHERE {where} ORDER BY l.created_at, l.rowid"
        )
        return sql, params

    def give(self, ctx, department_id, item_id):
        """Link a row to a department; returns the link, which may have existed before."""
        columns = self.columns(ctx, department_id, item_id)
        return ctx.db.find(self.link, **columns) or ctx.db.insert(self.link, **columns)

    def take(self, ctx, department_id, item_id):
        """Remove the link between a row and a department, if there is one."""
        ctx.db.delete(self.link, **self.columns(ctx, department_id, item_id))

    def columns(self, ctx, department_id, item_id):
        department_id, item_id = clean_ids(department_id, item_id)
        return {
            "department_id": ctx.db.require(Department, department_id),
            self.column: ctx.db.require(self.model, item_id),
        }


software = Equipment(Software, SoftwareDepartmentLink, "software_id")
hardware = Equipment(HardwareItem, HardwareItemDepartmentLink, "hardware_item_id")


def members(ctx, department_id):
    """The persons of a department by name, including inactive ones, as the caller sees them, as JSON text."""
    (department_id,) = clean_ids(department_id)
    values = persons.listed_parts(ctx, relations=True)
    condition = Condition("l.department_id = ?", [ctx.db.require(Department, department_id)])
    if ctx.global_role == "client":
        condition.add(persons.IS_TEAMMATE, [ctx.person_id])
    return ctx.db.json_list(
        f"SELECT {json_object(values)} FROM department_link l JOIN person ON person.id = l.person_id"
        f" WHERE {condition.sql} ORDER BY person.first_name, person.last_name, person.rowid",
        condition.params,
    )


def add_person(ctx, person_id, department_id):
    """Add a person to a department."""
    ctx.db.link(DepartmentLink, person_id=person_id, department_id=existing_id(ctx, department_id))
    emit_person_update(ctx, person_id)


def remove_person(ctx, person_id, department_id):
    """Remove a person from a department."""
    ctx.db.delete(DepartmentLink, person_id=person_id, department_id=existing_id(ctx, department_id))
    emit_person_update(ctx, person_id)


def emit_person_update(ctx, person_id):
    ctx.db.update(Person, person_id)
    emit(ctx, "person:update", {"person_id": person_id})


def existing_id(ctx, department_id):
    """The id of a department as its row holds it; raises BadParameter if there is none."""
    if not is_id(department_id) or not ctx.db.exists(Department, id=department_id.lower()):
        raise BadParameter("Department ID matches no department")
    return department_id.lower()
