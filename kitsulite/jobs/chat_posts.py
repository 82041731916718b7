"""Posts notifications in the chats of a studio: Slack, Mattermost and Discord, if the organisation has them set up.

`queue` writes a post in the current transaction; the thread that sends mails delivers it.
"""

import html
import http.client
import json

from kitsulite.models.server import Mail

TIMEOUT = 15
#: channel -> the column of the organisation with its credential
CREDENTIALS = {
    "slack": "chat_token_slack",
    "mattermost": "chat_webhook_mattermost",
    "discord": "chat_token_discord",
}
DISCORD = "https://discord.com/api/v10"


def queue(ctx, channel, recipient, text):
    """Post a text to a person in a chat; does nothing if the chat or the person is not set up."""
    if recipient and credential(ctx.db, channel):
        ctx.db.add(Mail, channel=channel, recipient=recipient, message=text)
        ctx.db.after_commit(ctx.app.mailer.start)


def credential(db, channel):
    """The token or address of the studio for a chat, or None."""
    return db.value(f"SELECT {CREDENTIALS[channel]} FROM organisation ORDER BY created_at LIMIT 1")


def deliver(db, channel, recipient, text):
    """Deliver a text to a chat; raises OSError if that fails."""
    key = credential(db, channel)
    try:
        if key:
            POSTS[channel](key, recipient, text)
    except (ValueError, KeyError, TypeError, http.client.HTTPException) as error:
        raise OSError(f"{channel} does not answer as expected: {error!r}") from error


def slack(token, recipient, text):
    body = {"channel": f"@{recipient}", "text": html.escape(text, quote=False)}
    post("https://slack.com/api/chat.postMessage", body, f"Bearer {token}")


def mattermost(webhook, recipient, text):
    if webhook.startswith(("http://", "https://")):
        post(webhook, {"channel": f"@{recipient}", "text": text})


def discord(token, recipient, text):
    channel = post(f"{DISCORD}/users/@me/channels", {"recipient_id": recipient}, f"Bot {token}")
    body = {"content": text[:2000], "allowed_mentions": {"parse": []}}
    post(f"{DISCORD}/channels/{channel['id']}/messages", body, f"Bot {token}")


POSTS = {"slack": slack, "mattermost": mattermost, "discord": discord}


def post(url, body, authorization=None):
    """Send JSON to an address; returns the JSON of the answer, None for other answers."""
    import urllib.request  # loads slowly

    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "kitsulite"}
    if authorization:
        headers["Authorization"] = authorization
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        text = answer.read()
    try:
        return json.loads(text)
    except ValueError:
        return None
