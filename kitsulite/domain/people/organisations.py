"""The one organisation of a studio."""

from kitsulite.models import base
from kitsulite.models.people import Organisation

#: access to the studio's chats, which only admins see
CHAT_COLUMNS = ("chat_token_slack", "chat_webhook_mattermost", "chat_token_discord")


def parts(ctx):
    """What the caller sees of the organisation: name -> SQL."""
    return {name: sql for name, sql in base.parts(Organisation).items() if ctx.is_admin or name not in CHAT_COLUMNS}


def the_organisation(ctx):
    """The organisation as the caller sees it; made at first need."""
    sql = f"SELECT {base.json_object(parts(ctx))} FROM organisation ORDER BY created_at, rowid LIMIT 1"
    found = ctx.db.objects(sql)
    if not found:
        with ctx.db.write():
            if not ctx.db.exists(Organisation):
                ctx.db.add(Organisation, name="Kitsu")
        found = ctx.db.objects(sql)
    return found[0]
