"""Mails about playlists in the languages of Kitsu: invitations to shared ones, finished movies."""

from kitsulite.domain.people.organisations import the_organisation
from kitsulite.jobs import mail, mail_texts
from kitsulite.jobs.languages import in_language_of

#: language -> subject, text, label of the link
INVITATIONS = {
    "en": ("{author} shares a playlist", "{author} invites you to review {playlist} of {project}.", "Review"),
    "fr": (
        "{author} partage une playlist",
        "{author} vous invite à passer en revue {playlist} de {project}.",
        "Passer en revue",
    ),
    "es": ("{author} comparte una playlist", "{author} te invita a revisar {playlist} de {project}.", "Revisar"),
    "de": ("{author} teilt eine Playlist", "{author} lädt dich ein, {playlist} von {project} zu prüfen.", "Prüfen"),
    "nl": ("{author} deelt een playlist", "{author} vraagt je om {playlist} van {project} te bekijken.", "Bekijken"),
    "pt": (
        "{author} compartilha uma playlist",
        "{author} convida você a revisar {playlist} de {project}.",
        "Revisar",
    ),
    "ja": (
        "{author}さんがプレイリストを共有しました",
        "{author}さんが{project}のプレイリスト{playlist}の確認を依頼しています。",
        "確認する",
    ),
    "zh": (
        "{author} 分享了播放列表",
        "{author} 邀请您审阅 {project} 的播放列表 {playlist}。",
        "审阅",
    ),
}
#: the same for finished movies
FINISHED = {
    "en": ("The movie of {playlist} is ready", "The movie of {playlist} ({project}) can be downloaded.", "Download"),
    "fr": (
        "Le film de {playlist} est prêt",
        "Le film de {playlist} ({project}) peut être téléchargé.",
        "Télécharger",
    ),
    "es": (
        "El vídeo de {playlist} está listo",
        "Ya puedes descargar el vídeo de {playlist} ({project}).",
        "Descargar",
    ),
    "de": (
        "Der Film von {playlist} ist fertig",
        "Der Film von {playlist} ({project}) kann heruntergeladen werden.",
        "Herunterladen",
    ),
    "nl": ("De film van {playlist} is klaar", "{playlist} ({project}) kan worden gedownload.", "Downloaden"),
    "pt": ("O filme de {playlist} está pronto", "{playlist} ({project}) já pode ser baixado.", "Baixar"),
    "ja": (
        "{playlist}のムービーが完成しました",
        "{playlist}({project})のムービーをダウンロードできます。",
        "ダウンロード",
    ),
    "zh": ("{playlist} 的影片已完成", "{playlist}({project})的影片可供下载。", "下载"),
}


def send_build(ctx, person, playlist, build):
    """Mail a person the link to the movie of a playlist."""
    subject, text, label = in_language_of(ctx, person, FINISHED)
    project = ctx.db.value("SELECT name FROM project WHERE id = ?", [playlist["project_id"]])
    facts = {"playlist": playlist["name"], "project": project}
    site = ctx.site
    link = mail.Link(label, f"{site}/api/data/playlists/{playlist['id']}/jobs/{build['id']}/build/mp4")
    title = subject.format(**facts)
    mail.send(ctx, person, f"Kitsu: {title}", title, [text.format(**facts), link], the_organisation(ctx)["name"])


def invite(ctx, person, playlist, token, message):
    """Mail a person the link to a shared playlist, with a message from the sender."""
    subject, text, label = in_language_of(ctx, person, INVITATIONS)
    facts = {
        "author": f"{ctx.person['first_name']} {ctx.person['last_name']}".strip(),
        "playlist": playlist["name"],
        "project": ctx.db.value("SELECT name FROM project WHERE id = ?", [playlist["project_id"]]),
    }
    title = subject.format(**facts)
    hello = in_language_of(ctx, person, mail_texts.LANGUAGES)["hello"].format(first_name=person["first_name"])
    url = f"{ctx.site}/playlists/shared/{token}"
    paragraphs = [text.format(**facts), *([message] if message else []), mail.Link(label, url)]
    if person["first_name"]:
        paragraphs.insert(0, hello)
    mail.send(ctx, person, f"Kitsu: {title}", title, paragraphs, the_organisation(ctx)["name"])
