"""Departments: their software and hardware, and who belongs to them."""

from kitsulite.api.policies import admin, signed_in
from kitsulite.domain.people import departments, persons
from kitsulite.models.people import Person
from kitsulite.web.fields import Uuid
from kitsulite.web.route import delete, get, post

SOFTWARE = "/data/departments/<department_id>/software-licenses"
HARDWARE = "/data/departments/<department_id>/hardware-items"


@get("/data/departments/<department_id>/persons", allow=signed_in)
def persons_of_department(ctx, department_id):
    """List the persons of a department; clients see only those of their teams."""
    return departments.members(ctx, department_id)


@get("/data/departments/software-licenses", allow=admin)
def software_by_department(ctx):
    """List the software of each department that has any."""
    return departments.software.by_department(ctx)


@get("/data/departments/hardware-items", allow=admin)
def hardware_by_department(ctx):
    """List the hardware of each department that has any."""
    return departments.hardware.by_department(ctx)


@post(SOFTWARE, allow=admin, allow_first=True, status=201, body={"software_id": Uuid(required=True)})
def add_software(ctx, department_id, software_id):
    """Add a software to a department."""
    return departments.software.give(ctx, department_id, software_id)


@post(HARDWARE, allow=admin, allow_first=True, status=201, body={"hardware_item_id": Uuid(required=True)})
def add_hardware(ctx, department_id, hardware_item_id):
    """Add a hardware item to a department."""
    return departments.hardware.give(ctx, department_id, hardware_item_id)


@get(SOFTWARE + "/<software_id>", allow=admin)
def software_of_department(ctx, department_id, software_id):
    """Get a software of a department."""
    return departments.software.one(ctx, department_id, software_id)


@get(HARDWARE + "/<hardware_item_id>", allow=admin)
def hardware_of_department(ctx, department_id, hardware_item_id):
    """List all hardware of a department."""
    return departments.hardware.of_department(ctx, department_id)


@delete(SOFTWARE + "/<software_id>", allow=admin)
def remove_software(ctx, department_id, software_id):
    """Remove a software from a department."""
    departments.software.take(ctx, department_id, software_id)


@delete(HARDWARE + "/<hardware_item_id>", allow=admin)
def remove_hardware(ctx, department_id, hardware_item_id):
    """Remove a hardware item from a department."""
    departments.hardware.take(ctx, department_id, hardware_item_id)


@post(
    "/actions/persons/<person_id>/departments/add",
    allow=admin,
    allow_first=True,
    status=201,
    body={"department_id": Uuid(required=True)},
)
def add_person(ctx, person_id, department_id):
    """Add a person to a department."""
    person = ctx.db.get(Person, person_id)
    departments.add_person(ctx, person["id"], department_id)
    return persons.shown_person(ctx, person["id"])


@delete("/actions/persons/<person_id>/departments/<department_id>", allow=admin)
def remove_person(ctx, person_id, department_id):
    """Remove a person from a department."""
    departments.remove_person(ctx, ctx.db.require(Person, person_id), department_id)
