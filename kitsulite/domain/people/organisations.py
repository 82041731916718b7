"""The one organisation of a studio."""

from kitsulite.errors import BadParameter
from kitsulite.models import base
from kitsulite.models.fields import BadValue
from kitsulite.models.people import Organisation

#: credentials of the studio's chats, which only admins see
CHAT_COLUMNS = ("chat_token_slack", "chat_webhook_mattermost", "chat_token_discord")


def parts(ctx):
    """The parts of the organisation that the caller sees: name -> SQL."""
    return {name: sql for name, sql in base.parts(Organisation).items() if ctx.is_admin or name not in CHAT_COLUMNS}


def checked(data):
    """The body of a change or creation; raises BadParameter for invalid hours per day, by which programs divide."""
    if "hours_by_day" not in data:
        return data
    try:
        hours = Organisation.columns()["hours_by_day"].clean(data["hours_by_day"])
    except BadValue:
        hours = None
    if hours is None:
        raise BadParameter("hours_by_day must be a number.")
    if hours <= 0:
        raise BadParameter("hours_by_day must be above 0.")
    return data


def the_organisation(ctx):
    """The organisation as the caller sees it; it is created when it is first needed."""
    sql = f"SELECT {base.json_object(parts(ctx))} FROM organisation ORDER BY created_at, rowid LIMIT 1"
    rows = ctx.db.objects(sql)
    if not rows:
        with ctx.db.write():
            if not ctx.db.exists(Organisation):
                ctx.db.add(Organisation, name="Kitsu")
        rows = ctx.db.objects(sql)
    return rows[0]
