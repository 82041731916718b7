"""The status of the server, and what its clients need before a login."""

import datetime as dt
import sqlite3

from kitsulite import ZOU_VERSION
from kitsulite.auth import strategies
from kitsulite.domain.people import organisations
from kitsulite.domain.server import machine
from kitsulite.events.bus import emit
from kitsulite.store.conditions import Condition

#: parts of the server in the order of the JSON answer; all but the event stream are in the database file
PARTS = ("database", "key-value-store", "event-stream", "job-queue", "indexer")
#: extension of preview files -> their name in the statistics
PREVIEWS = {"mp4": "video", "png": "picture", "obj": "model"}


def version(ctx):
    """The name of the API, and its version or the one in the setting for clients."""
    return {"name": "Zou", "version": ctx.settings.named_version or ZOU_VERSION}


def health(ctx):
    """Part of the server -> whether it works."""
    try:
        answers = ctx.db.value("SELECT 1 FROM sqlite_master") == 1
    except sqlite3.Error:
        answers = False
    return {part: answers or part == "event-stream" for part in PARTS}


def try_events(ctx):
    """Broadcast the event `main:test`."""
    with ctx.db.write():
        emit(ctx, "main:test", {}, stored=False)


def resources(ctx):
    """The time, processors and memory of the machine, and how many playlists are being built."""
    one, five, fifteen = machine.load()
    return {
        "date": dt.datetime.now().isoformat(timespec="microseconds"),
        "cpu": {
            "percent": machine.processors(),
            "loadavg": {"last 1 min": one, "last 5 min": five, "last 10 min": fifteen},
        },
        "memory": machine.memory(),
        "jobs": {"running_jobs": ctx.db.value("SELECT count(*) FROM job WHERE state = 'running'")},
    }


def counts(ctx):
    """The numbers of comments, and of previews by kind."""
    previews = {
        f"number_of_{kind}_previews": ctx.db.counted("preview_file", Condition("extension = ?", [extension]))
        for extension, kind in PREVIEWS.items()
    }
    return {**previews, "number_of_comments": ctx.db.counted("comment", Condition())}


def configuration(ctx):
    """What a client needs before a login."""
    settings = ctx.settings
    return {
        "is_self_hosted": True,
        "crisp_token": "",
        "dark_theme_by_default": bool(organisations.the_organisation(ctx)["dark_theme_by_default"]),
        "indexer_configured": True,
        "saml_enabled": settings.saml_enabled,
        "saml_idp_name": settings.saml_idp_name,
        "oidc_enabled": settings.oidc_enabled,
        "oidc_idp_name": settings.oidc_idp_name,
        "default_locale": settings.default_locale,
        "default_timezone": settings.default_timezone,
        "enforce_2fa": settings.enforce_2fa,
        "movie_highdef_bitrate": settings.movie_highdef_bitrate,
        "movie_lowdef_bitrate": settings.movie_lowdef_bitrate,
        "preview_accounts_enabled": settings.auth_strategy == strategies.CLASSIC,
    }
