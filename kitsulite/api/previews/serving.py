"""Sends stored files of previews."""

from kitsulite.web import reply

RETRY = (("Cache-Control", "no-store"), ("Retry-After", "5"))


def sent(ctx, preview, path, content_type, disposition=None, dated=True):
    """The answer with a stored file of a preview; a path of None is NotFound.

    Last-Modified is the time of the row, or that of the file if not `dated`. While the preview is processed: 202 for
    clients that prefer JSON, else a 404 that no browser caches.
    """
    if preview["status"] == "processing":
        return waiting(ctx.request, preview)
    return reply.stored(ctx, path, content_type, preview if dated else None, disposition)


def waiting(request, preview):
    if prefers_json(request.header("Accept")):
        return reply.json_reply({"status": "processing", "preview_file_id": preview["id"]}, 202, RETRY)
    return reply.json_reply({"error": True, "message": "Preview file was not found."}, 404, RETRY[:1])


def prefers_json(accept):
    """Whether an Accept header prefers JSON to PNG."""
    return quality(accept, "application/json") > quality(accept, "image/png")


def quality(accept, content_type):
    """The quality of a content type in an Accept header, from 0 to 1; the closest range counts."""
    kind = content_type.partition("/")[0]
    weights = {}
    for part in accept.lower().split(","):
        name, *options = (word.strip() for word in part.split(";"))
        weight = next((option[2:] for option in options if option.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            continue
    return next((weights[name] for name in (content_type, f"{kind}/*", "*/*") if name in weights), 0.0)
