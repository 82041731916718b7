"""Mails about playlists, in the languages of Kitsu."""

from kitsulite.jobs import mail
from kitsulite.jobs.mail_texts import texts_for
from kitsulite.models.projects import Project

#: language -> (subject, text, label of the link) of an invitation, the same of a playlist that is ready
TEXTS = {
    "en_US": (
        ("{author} shares a playlist with you", "{author} invites you to review {playlist} of {project}.", "Review"),
        ("A playlist is ready for review", "{author} asks you to review {playlist} of {project}.", "Review"),
    ),
    "fr_FR": (
        ("{author} partage une playlist", "{author} vous invite à revoir {playlist} de {project}.", "Revoir"),
        ("Une playlist est prête", "{author} vous demande de revoir {playlist} de {project}.", "Revoir"),
    ),
    "es_ES": (
        ("{author} comparte una lista contigo", "{author} te invita a revisar {playlist} de {project}.", "Revisar"),
        ("Una lista está lista para revisar", "{author} te pide revisar {playlist} de {project}.", "Revisar"),
    ),
    "de_DE": (
        ("{author} teilt eine Playlist", "{author} lädt dich ein, {playlist} von {project} zu prüfen.", "Prüfen"),
        ("Eine Playlist ist bereit", "{author} bittet dich, {playlist} von {project} zu prüfen.", "Prüfen"),
    ),
    "nl_NL": (
        ("{author} deelt een playlist", "{author} nodigt je uit om {playlist} van {project} te bekijken.", "Bekijken"),
        ("Een playlist staat klaar", "{author} vraagt je om {playlist} van {project} te bekijken.", "Bekijken"),
    ),
    "pt_BR": (
        ("{author} compartilhou uma playlist", "{author} convida você a revisar {playlist} de {project}.", "Revisar"),
        ("Uma playlist está pronta", "{author} pede que você revise {playlist} de {project}.", "Revisar"),
    ),
}


def invite(ctx, person, playlist, token, message):
    """Mail somebody the link of a shared playlist, with a message of the sender."""
    send(ctx, person, playlist, 0, f"playlists/shared/{token}", message)


def tell_ready(ctx, person, playlist):
    """Mail a client that a playlist is ready for review."""
    path = f"productions/{playlist['project_id']}/{episode_path(ctx, playlist)}playlists/{playlist['id']}"
    send(ctx, person, playlist, 1, path)


def episode_path(ctx, playlist):
    """Where the pages of a playlist lie below those of its production."""
    if playlist["episode_id"]:
        return f"episodes/{playlist['episode_id']}/"
    project = ctx.db.get(Project, playlist["project_id"])
    if project["production_type"] != "tvshow" or playlist["for_entity"] != "asset":
        return ""
    return "episodes/all/" if playlist["is_for_all"] else "episodes/main/"


def send(ctx, person, playlist, kind, path, message=""):
    texts = texts_for(person["locale"] or ctx.settings.default_locale)
    subject, text, label = TEXTS.get(texts["language"], TEXTS["en_US"])[kind]
    facts = {
        "author": f"{ctx.person['first_name']} {ctx.person['last_name']}".strip(),
        "playlist": playlist["name"],
        "project": ctx.db.value("SELECT name FROM project WHERE id = ?", [playlist["project_id"]]),
    }
    hello = [texts["hello"].format(first_name=person["first_name"])] if person["first_name"] else []
    url = f"{ctx.settings.domain_protocol}://{ctx.settings.domain_name}/{path}"
    said = [text.format(**facts), *([message] if message else []), mail.Link(label, url)]
    title = subject.format(**facts)
    mail.send(ctx, person, f"Kitsu: {title}", title, hello + said)
