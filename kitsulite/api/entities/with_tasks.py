"""The parameters and the four forms of listings with tasks."""

import itertools

from kitsulite.web import reply
from kitsulite.web.fields import Any, Str, Uuid


class IdOrWord(Uuid):
    """A parameter that is the id of a row, or one of a few words."""

    refusal = "Invalid UUID format for {name}: {value}"

    def __init__(self, *words, **options):
        super().__init__(**options)
        self.words = words

    def _deserialize(self, value, attr, data, **kwargs):
        return value if value in self.words else super()._deserialize(value, attr, data, **kwargs)


BY_PROJECT = {"id": IdOrWord(), "project_id": IdOrWord(), "assigned_to": Any()}
BY_EPISODE = {**BY_PROJECT, "episode_id": IdOrWord("all", "main")}
PLAIN = {"project_id": IdOrWord(), "episode_id": IdOrWord("all", "main"), "assigned_to": IdOrWord()}
FORMS = {"stream": Str(), "compact": Str()}


def answer(ctx, noun, listing, stream, compact):
    """A listing as JSON or NDJSON; compact rows have a header with the names of their values.

    Clients may cache the answer for a project.
    """
    is_cacheable = ctx.request.argument("project_id")
    if stream == "true":
        head = listing.header(noun) if compact == "true" else {"compact": False}
        lines = itertools.chain([head], listing.rows())
        return reply.tagged_lines(ctx.request, lines) if is_cacheable else reply.ndjson(lines)
    body = listing.compact_json(noun) if compact == "true" else listing.json()
    return reply.tagged(ctx.request, body) if is_cacheable else body
