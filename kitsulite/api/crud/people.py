"""The studio: persons and their time, departments, days off, the organisation."""

from kitsulite.api.crud.resource import Resource, required
from kitsulite.api.policies import Policy, inside, self_or_admin, signed_in
from kitsulite.auth import accounts, tokens
from kitsulite.auth.passwords import hash_password
from kitsulite.domain import access, periods
from kitsulite.domain.deletion import persons as person_deletion
from kitsulite.domain.people import day_offs, organisations, persons, salary_scales
from kitsulite.domain.planning import time_spents
from kitsulite.errors import BadParameter, RowRejected
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
from kitsulite.models.tasks import Task, TimeSpent


class Persons(Resource):
    """Persons, of whom only managers see all columns."""

    list_parameters = ("with_pass_hash",)
    writable_secrets = ("login_failed_attemps", "last_login_failed", *persons.IDENTITIES)
    update_relations = True
    own_transaction = ("POST", "PUT")

    def hidden_filters(self, ctx):
        return persons.hidden_filters(ctx)

    def own_filter(self, name, value):
        return (f"{persons.full_name()} = ?", [value]) if name == "full_name" else None

    def narrow(self, ctx, condition):
        condition.add(persons.NO_PREVIEW)
        if ctx.global_role == "client":
            condition.add(persons.IS_TEAMMATE, [ctx.person_id])
        if "email" in ctx.request.query and ctx.global_role in ("client", "vendor"):
            # people from outside find only themselves by email address, as programs do
            condition.add("person.id = ?", [ctx.person_id])

    def check_get(self, ctx, row):
        ctx.require(persons.is_seen(ctx, row["id"]))

    def shown(self, ctx, relations):
        shown = persons.listed_parts(ctx, relations)
        hashes = ctx.is_admin and ctx.request.flag("with_pass_hash")
        if hashes:
            ctx.request.answers_secret()
        return {**shown, "password": "person.password"} if hashes else shown

    def show(self, ctx, row_id, relations):
        return persons.shown_person(ctx, row_id, relations)

    def complete(self, ctx, row):
        return persons.shown_to(ctx, row)

    def create(self, ctx):
        """Create a person; the answer for a bot has its token."""
        data = dict(ctx.request.json_object())
        if ctx.is_admin:
            persons.require_deliverable(ctx, data)
            if "password" in data:
                data["password"] = hashed(ctx, data["password"])
        with ctx.db.write():
            return self.create_from(ctx, data)

    def check_create(self, ctx, data):
        if data.get("active", True) and not data.get("is_bot"):
            persons.require_place(ctx, {"limit": ctx.settings.user_limit})
        return super().check_create(ctx, data)

    def prepare(self, ctx, data):
        return persons.prepare_new(ctx, data)

    def created(self, ctx, row, data):
        return {"access_token": tokens.renew_api_token(ctx, row)} if row["is_bot"] else None

    def update(self, ctx, instance_id):
        """Change a person: the keys of the body replace columns and relations; only admins change other persons."""
        if ctx.is_admin or ctx.person_id == instance_id:
            persons.require_deliverable(ctx, ctx.request.json_object())
        with ctx.db.write():
            return super().update(ctx, instance_id)

    def check_update(self, ctx, row, data):
        ctx.require(not row["preview_project_id"])
        return super().check_update(ctx, row, data)

    def prepare_update(self, ctx, row, data):
        return persons.prepare_changes(ctx, row, data)

    def updated(self, ctx, row, data):
        if "login_failed_attemps" in data:
            accounts.forget_failures(ctx, row["id"])
        if persons.renews_token(data):
            return {"access_token": tokens.renew_api_token(ctx, ctx.db.get(Person, row["id"]))}

    def check_delete(self, ctx, row):
        ctx.require(row["id"] != ctx.person_id)
        super().check_delete(ctx, row)
        persons.require_unprotected(ctx, row)
        persons.require_administrator_left(ctx, row)

    def remove(self, ctx, row):
        person_deletion.remove(ctx, row["id"], force=ctx.request.flag("force"))

    def deleted(self, ctx, row):
        self.emit(ctx, "delete", row)


def hashed(ctx, password):
    """The hash of the password in a body; None for an empty one."""
    if not password:
        return None
    return hash_password(Person.columns()["password"].clean(password), ctx.app.password_cost)


class Organisations(Resource):
    """The organisation; only admins see the tokens of its chats and filter by them."""

    def hidden_filters(self, ctx):
        return () if ctx.is_admin else organisations.CHAT_COLUMNS

    def shown(self, ctx, relations):
        return organisations.parts(ctx)

    def prepare(self, ctx, data):
        return organisations.checked(data)

    def prepare_update(self, ctx, row, data):
        return organisations.checked(data)


class SalaryScales(Resource):
    """Salary scales: one row per department, position and seniority, created when they are listed."""

    def list(self, ctx):
        """List all rows, regardless of the query."""
        ctx = self.check_list(ctx) or ctx
        salary_scales.complete(ctx)
        return ctx.db.all_json(SalaryScale)

    def check_create(self, ctx, data):
        super().check_create(ctx, data)
        raise BadParameter("Salary scales cannot be created")


class DayOffs(Resource):
    """Days off: those of a person never overlap, and no time is spent in them."""

    def complete(self, ctx, row):
        return day_offs.shown_to(ctx, row)

    def prepare(self, ctx, data):
        period, _ = self.read({name: required(data, name) for name in day_offs.PERIOD}, strict=True)
        day_offs.require_free(ctx, **period)
        return data

    def created(self, ctx, row, data):
        day_offs.clear_time_spents(ctx, row["id"])

    def check_update(self, ctx, row, data):
        super().check_update(ctx, row, data)
        if "person_id" in data:
            access.require_self(ctx, data["person_id"])

    def prepare_update(self, ctx, row, data):
        period, _ = self.read({name: data.get(name, row[name]) for name in day_offs.PERIOD}, strict=False)
        day_offs.require_free(ctx, **period, but=row["id"])
        return data

    def updated(self, ctx, row, data):
        day_offs.clear_time_spents(ctx, row["id"])


class TimeSpents(Resource):
    """Time spents, whose sum is the duration of a task."""

    list_parameters = ("start_date", "end_date")

    def narrow(self, ctx, condition):
        span = periods.queried_days(ctx.request.query.get("start_date"), ctx.request.query.get("end_date"))
        if span:
            condition.add("date BETWEEN ? AND ?", span)

    def check_get(self, ctx, row):
        if ctx.is_admin or row["person_id"] == ctx.person_id:
            return ctx
        scoped = access.require_task(ctx, row["task_id"])
        scoped.require(scoped.role != "client")
        return scoped

    def prepare(self, ctx, data):
        columns, _ = self.read({"task_id": required(data, "task_id")}, strict=True)
        if not ctx.db.exists(Task, id=columns["task_id"]):
            raise RowRejected("The task does not exist.", "reference")
        return data

    def prepare_update(self, ctx, row, data):
        return self.prepare(ctx, {"task_id": row["task_id"], **data})

    def created(self, ctx, row, data):
        time_spents.refresh_duration(ctx, row["task_id"])

    def updated(self, ctx, row, data):
        for task_id in dict.fromkeys((row["task_id"], ctx.db.get(TimeSpent, row["id"])["task_id"])):
            time_spents.refresh_duration(ctx, task_id)

    def check_delete(self, ctx, row):
        access.require_time_spent(ctx, ctx.db.get(Task, row["task_id"]), row["person_id"])

    def deleted(self, ctx, row):
        time_spents.refresh_duration(ctx, row["task_id"])


RESOURCES = (
    Resource(Department, "departments", may_list=signed_in, may_get=signed_in),
    Resource(Studio, "studios", may_list=signed_in, may_get=signed_in),
    DayOffs(
        DayOff,
        "day-offs",
        may_get=Policy(
            "a person who sees when the person is away", lambda ctx, row: day_offs.require_reader(ctx, row["person_id"])
        ),
        may_create=self_or_admin("person_id"),
        may_update=self_or_admin("person_id"),
        may_delete=self_or_admin("person_id"),
    ),
    Resource(HardwareItem, "hardware-items"),
    Organisations(Organisation, "organisations", may_list=signed_in, may_get=signed_in),
    Persons(
        Person,
        "persons",
        may_list=signed_in,
        may_get=signed_in,
        may_update=self_or_admin("id"),
        protected=("password",),
    ),
    SalaryScales(SalaryScale, "salary-scales", protected=("department_id",)),
    Resource(Software, "softwares", may_list=signed_in, may_get=signed_in, malformed_is_unknown=("GET",)),
    TimeSpents(
        TimeSpent,
        "time-spents",
        may_get=inside("the person, or a reader of the task who is not a client"),
        may_delete=inside("assignee of the task, or manager of the project for them"),
    ),
)
