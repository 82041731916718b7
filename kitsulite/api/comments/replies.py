"""Replies to comments."""

from kitsulite.api.comments.comments import COMMENT
from kitsulite.api.policies import inside
from kitsulite.domain.comments import attachments, replies
from kitsulite.models.tasks import Comment
from kitsulite.web.fields import Str
from kitsulite.web.route import delete, post


@post(
    f"{COMMENT}/reply",
    allow=inside("the author of the comment, a person who works on the task, leads it or is mentioned on it"),
    transaction=False,
    body={"text": Str(default="")},
)
def reply_to_comment(ctx, task_id, comment_id, text):
    """Reply to a comment. File parts become attachments."""
    with attachments.received(ctx, ctx.request.uploads) as files, ctx.db.write():
        comment = ctx.db.get(Comment, comment_id)
        task = replies.require_replier(ctx, comment, task_id)
        return replies.add(ctx, task, comment, text, files)


@delete(f"{COMMENT}/reply/<reply_id>", allow=inside("the author of the reply"), status=200)
def delete_reply(ctx, task_id, comment_id, reply_id):
    """Delete a reply with its attachments."""
    comment = ctx.db.get(Comment, comment_id)
    reply = replies.find(comment, reply_id)
    return replies.remove(ctx, replies.require_remover(ctx, comment, reply), comment, reply)
