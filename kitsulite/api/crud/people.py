"""The studio: persons, departments, days off, organisation."""

from kitsulite.auth.policy import admin, self_or_admin, signed_in
from kitsulite.models.people import (
    DayOff,
    Department,
    HardwareItem,
    Organisation,
    Person,
    SalaryScale,
    Software,
    Studio,
)

from .resource import Resource

RESOURCES = (
    Resource(Department, "departments", signed_in, signed_in, admin, admin, admin),
    Resource(Studio, "studios", signed_in, signed_in, admin, admin, admin),
    Resource(
        DayOff,
        "day-offs",
        admin,
        self_or_admin("person_id"),
        self_or_admin("person_id"),
        self_or_admin("person_id"),
        self_or_admin("person_id"),
    ),
    Resource(HardwareItem, "hardware-items", admin, admin, admin, admin, admin),
    Resource(Organisation, "organisations", signed_in, signed_in, admin, admin, admin),
    Resource(
        Person,
        "persons",
        signed_in,
        signed_in,
        admin,
        self_or_admin("id"),
        admin,
        protected=(
            "password",
            "jti",
        ),
    ),
    Resource(SalaryScale, "salary-scales", admin, admin, admin, admin, admin, protected=("department_id",)),
    Resource(Software, "softwares", signed_in, signed_in, admin, admin, admin),
)
