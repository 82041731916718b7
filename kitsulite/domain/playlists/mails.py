"""Mails about playlists in the languages of Kitsu: invitations to shared ones, finished movies."""

from kitsulite.domain.people.organisations import the_organisation
from kitsulite.jobs import mail
from kitsulite.jobs.mail_texts import texts_for

#: language -> subject, text, label of the link
TEXTS = {
    "en_US": ("{author} shares a playlist", "{author} invites you to review {playlist} of {project}.", "Review"),
    "fr_FR": ("{author} partage une playlist", "{author} vous invite à revoir {playlist} de {project}.", "Revoir"),
    "es_ES": ("{author} comparte una lista", "{author} te invita a revisar {playlist} de {project}.", "Revisar"),
    "de_DE": ("{author} teilt eine Playlist", "{author} lädt dich ein, {playlist} von {project} zu prüfen.", "Prüfen"),
    "nl_NL": ("{author} deelt een playlist", "{author} vraagt je om {playlist} van {project} te bekijken.", "Bekijken"),
    "pt_BR": (
        "{author} compartilha uma playlist",
        "{author} convida você a revisar {playlist} de {project}.",
        "Revisar",
    ),
}
#: language -> subject, text, label of the link
BUILT = {
    "en_US": ("The movie of {playlist} is ready", "The movie of {playlist} ({project}) can be downloaded.", "Download"),
    "fr_FR": (
        "Le film de {playlist} est prêt",
        "Le film de {playlist} ({project}) peut être téléchargé.",
        "Télécharger",
    ),
    "es_ES": ("La película de {playlist} está lista", "Ya puedes descargar {playlist} ({project}).", "Descargar"),
    "de_DE": ("Der Film von {playlist} ist fertig", "{playlist} ({project}) kann geladen werden.", "Herunterladen"),
    "nl_NL": ("De film van {playlist} is klaar", "{playlist} ({project}) kan worden gedownload.", "Downloaden"),
    "pt_BR": ("O filme de {playlist} está pronto", "{playlist} ({project}) já pode ser baixado.", "Baixar"),
}


def send_build(ctx, person, playlist, build):
    """Mail a person the link to the movie of a playlist."""
    texts = texts_for(person["locale"] or ctx.settings.default_locale)
    subject, text, label = BUILT.get(texts["language"], BUILT["en_US"])
    project = ctx.db.value("SELECT name FROM project WHERE id = ?", [playlist["project_id"]])
    facts = {"playlist": playlist["name"], "project": project}
    site = ctx.site
    link = mail.Link(label, f"{site}/api/data/playlists/{playlist['id']}/jobs/{build['id']}/build/mp4")
    title = subject.format(**facts)
    mail.send(ctx, person, f"Kitsu: {title}", title, [text.format(**facts), link], the_organisation(ctx)["name"])


def invite(ctx, person, playlist, token, message):
    """Mail a person the link to a shared playlist, with a message from the sender."""
    texts = texts_for(person["locale"] or ctx.settings.default_locale)
    subject, text, label = TEXTS.get(texts["language"], TEXTS["en_US"])
    facts = {
        "author": f"{ctx.person['first_name']} {ctx.person['last_name']}".strip(),
        "playlist": playlist["name"],
        "project": ctx.db.value("SELECT name FROM project WHERE id = ?", [playlist["project_id"]]),
    }
    title = subject.format(**facts)
    hello = [texts["hello"].format(first_name=person["first_name"])] if person["first_name"] else []
    url = f"{ctx.site}/playlists/shared/{token}"
    said = [*hello, text.format(**facts), *([message] if message else []), mail.Link(label, url)]
    mail.send(ctx, person, f"Kitsu: {title}", title, said, the_organisation(ctx)["name"])
