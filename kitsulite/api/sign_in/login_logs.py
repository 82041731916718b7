"""The logs of logins."""

from kitsulite.api.policies import Policy, admin, person, self_or_admin
from kitsulite.domain.sign_in import login_logs
from kitsulite.exchange.csv import sheets
from kitsulite.models.people import Person
from kitsulite.web import reply
from kitsulite.web.fields import Int, List, Moment, Str
from kitsulite.web.route import get, post

OF_PERSON = "/data/persons/<person_id>/desktop-login-logs"
OWN = "/data/user/desktop-login-logs"


def require_self_or_manager(ctx, path):
    ctx.require(ctx.is_manager or ctx.person_id == path["person_id"].lower())


@get(OF_PERSON, allow=Policy("the person, an admin or a manager", require_self_or_manager))
def desktop_logins(ctx, person_id):
    """List the desktop logins of a person, latest first."""
    return login_logs.of_person(ctx, ctx.db.require(Person, person_id))


@post(OF_PERSON, allow=self_or_admin("person_id"), status=201, body={"date": Moment()})
def add_desktop_login(ctx, person_id, date):
    """Log a desktop login of a person; by default now."""
    return login_logs.add(ctx, person_id, date)


@get(OWN, allow=person)
def own_desktop_logins(ctx):
    """List the caller's desktop logins, latest first."""
    return login_logs.of_person(ctx, ctx.person_id)


@post(OWN, allow=person, allow_first=True, status=201, args={"date": Moment()})
def add_own_desktop_login(ctx, date):
    """Log a desktop login of the caller; by default now."""
    return login_logs.add(ctx, ctx.person_id, date)


@get("/data/persons/presence-logs/<month_date>", allow=admin)
def presence_sheet(ctx, month_date):
    """Get the presence of all persons in a month (YYYY-MM) as a CSV file."""
    return reply.csv("kitsu_export.csv", [sheets.text(login_logs.presence_sheet(ctx, month_date))], "text/csv")


@get(
    "/data/events/login-logs/last",
    allow=admin,
    allow_first=True,
    args={
        "after": Moment(),
        "before": Moment(),
        "cursor_login_log_id": Str(),
        "limit": Int(default=100),
        "person_ids": List(Str(required=True), default=list),
    },
)
def last_logins(ctx, **filters):
    """List logins at the server, latest first, at most 1000; `cursor_login_log_id` continues with older ones."""
    return login_logs.last(ctx, **filters)
