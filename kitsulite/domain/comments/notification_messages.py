"""Sends notifications by mail and in the chats of the studio, to those who want them."""

import logging

from kitsulite.domain.comments import views
from kitsulite.domain.entities.names import episode_id, full_name
from kitsulite.domain.people.organisations import the_organisation
from kitsulite.domain.people.persons import full_name as name_of_person
from kitsulite.jobs import chat_posts, mail, mail_texts, notification_texts
from kitsulite.jobs.languages import in_language_of
from kitsulite.models.people import Person
from kitsulite.models.tasks import Comment, Task

log = logging.getLogger("kitsulite.mail")
ABOUT_TASK = (
    f"SELECT p.name || ' / ' || {full_name()} || ' / ' || tt.name AS task, ts.name AS status, ts.short_name,"
    f" p.id AS project_id, p.production_type, {episode_id()} AS episode_id, tt.for_entity"
    " FROM task t JOIN project p ON p.id = t.project_id JOIN entity e ON e.id = t.entity_id"
    " JOIN task_type tt ON tt.id = t.task_type_id JOIN task_status ts ON ts.id = t.task_status_id WHERE t.id = ?"
)
ABOUT_PLAYLIST = (
    "SELECT l.name AS playlist, p.name AS project, p.id AS project_id, p.production_type, l.episode_id, l.for_entity,"
    " l.is_for_all FROM playlist l JOIN project p ON p.id = l.project_id WHERE l.id = ?"
)
#: part of the URL of a task, by what its type is for
PAGES = {"Shot": "shots", "Edit": "edits"}


def send(ctx, kind, person_id, author_id, task_id=None, playlist_id=None, comment_id=None, reply_id=None, **_):
    """Queue a notification by mail and in the chats that a person chose; a failure does not affect the caller."""
    try:
        person = ctx.db.get(Person, person_id)
        facts, url = about_playlist(ctx, playlist_id) if playlist_id else about_task(ctx, task_id)
        quote = quoted(ctx, kind, person_id, task_id, comment_id, reply_id)
        write(ctx, kind, person, author_id, facts, quote, url)
    except Exception:
        log.exception("no message about a notification for person %s", person_id)


def write(ctx, kind, person, author_id, facts, quote, url):
    """Queue the text of a notification in the language of its recipient."""
    texts = in_language_of(ctx, person, notification_texts.LANGUAGES)
    author = ctx.db.row(f"SELECT first_name, {name_of_person()} FROM person WHERE id = ?", [author_id])
    subject, sentence = texts[kind]
    subject = subject.format(**{**facts, "author": author[0], "status": facts.get("short_name", "").upper()})
    sentences = [sentence.format(**{**facts, "author": author[1]})]
    if "status" in facts:
        sentences.append(texts["status"].format(**facts))
    sentences += [quote] if quote else []
    if person["notifications_enabled"] or kind == "playlist-ready":
        hello = in_language_of(ctx, person, mail_texts.LANGUAGES)["hello"].format(first_name=person["first_name"])
        link = mail.Link(texts["open"], url)
        mail.send(ctx, person, f"[Kitsu] {subject}", subject, [hello, *sentences, link], the_organisation(ctx)["name"])
    for channel in chat_posts.CREDENTIALS:
        if person[f"notifications_{channel}_enabled"]:
            chat_posts.queue(ctx, channel, person[f"notifications_{channel}_userid"], "\n".join([*sentences, url]))


def quoted(ctx, kind, person_id, task_id, comment_id, reply_id):
    """The text of the reply or comment that a notification quotes, if its recipient may read it."""
    comment = ctx.db.find(Comment, id=comment_id) if comment_id else None
    if comment is None or not views.is_read_by(ctx, ctx.db.get(Task, task_id), comment_id, person_id):
        return None
    replies = [reply["text"] for reply in comment["replies"] or [] if reply.get("id") == reply_id and kind == "reply"]
    return (replies or [comment["text"]])[0]


def about_task(ctx, task_id):
    """The facts of a task and the URL of its page."""
    facts = ctx.db.rows(ABOUT_TASK, [task_id])[0]
    page = PAGES.get(facts["for_entity"], "assets")
    return facts, f"{production(ctx, facts, facts['episode_id'] or 'main')}/{page}/tasks/{task_id}"


def about_playlist(ctx, playlist_id):
    """The facts of a playlist and the URL of its page."""
    facts = ctx.db.rows(ABOUT_PLAYLIST, [playlist_id])[0]
    episode = facts["episode_id"]
    if episode is None and facts["for_entity"] == "asset":
        episode = "all" if facts["is_for_all"] else "main"
    return facts, f"{production(ctx, facts, episode)}/playlists/{playlist_id}"


def production(ctx, facts, episode):
    """The URL of a project's pages, below an episode for a series."""
    address = f"{ctx.site}/productions/{facts['project_id']}"
    return f"{address}/episodes/{episode}" if facts["production_type"] == "tvshow" and episode else address
