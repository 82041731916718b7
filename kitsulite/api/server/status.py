"""The server itself: version, health, configuration."""

import time

from kitsulite.api.policies import admin, public
from kitsulite.domain.server import status
from kitsulite.web import reply
from kitsulite.web.route import get

#: the lines of the text form
LINES = ("database", "event-stream", "key-value-store", "job-queue", "indexer")


@get("/", allow=public)
def version(ctx):
    """Get the name of the API and its version."""
    about = status.version(ctx)
    return {"api": about["name"], "version": about["version"]}


@get("/status", allow=public)
def health(ctx):
    """Whether each part of the server works."""
    return {**status.version(ctx), **{f"{part}-up": up for part, up in status.health(ctx).items()}}


@get("/status.txt", allow=public)
def health_as_text(ctx):
    """Whether each part of the server works, one line each."""
    about, health = status.version(ctx), status.health(ctx)
    lines = [f"name: {about['name']}", f"version: {about['version']}"]
    lines += [f"{part}-up: {'up' if health[part] else 'down'}" for part in LINES]
    return reply.text("\n".join(lines) + "\n", "text")


@get("/status/influx", allow=public)
def health_as_numbers(ctx):
    """Whether each part of the server works, as 0 or 1, with the time in seconds since 1970."""
    return {**{f"{part}-up": int(up) for part, up in status.health(ctx).items()}, "time": time.time()}


@get("/status/resources", allow=admin)
def resources(ctx):
    """Get the load of the machine."""
    return status.resources(ctx)


@get("/status/test-event", allow=admin)
def try_events(ctx):
    """Broadcast the event `main:test`, to test listeners."""
    status.try_events(ctx)
    return {"success": True}


@get("/stats", allow=admin)
def counts(ctx):
    """Count the previews and comments."""
    return status.counts(ctx)


@get("/config", allow=public)
def configuration(ctx):
    """Get the configuration that a client needs before a login."""
    return status.configuration(ctx)
