"""The texts of notifications by mail and chat, in the languages of Kitsu.

Per language and kind: (subject, sentence); `status` and `open` (the label of the link) are shared by all. `{author}`
is the first name in a subject and the full name in a sentence.
"""

EN = {
    "comment": ("{status} - {author} commented on {task}", "{author} wrote a comment on {task}."),
    "mention": ("{author} mentioned you on {task}", "{author} mentioned you in a comment on {task}."),
    "reply": ("{author} replied on {task}", "{author} replied to a comment on {task}."),
    "reply-mention": ("{author} mentioned you on {task}", "{author} mentioned you in a reply on {task}."),
    "assignation": ("You were assigned to {task}", "{author} assigned you to {task}."),
    "playlist-ready": (
        "The playlist {playlist} of {project} is ready for review",
        "{author} asks you to review the playlist {playlist} of {project}.",
    ),
    "status": "Status: {status}",
    "open": "Open in Kitsu",
}
FR = {
    "comment": ("{status} - {author} a commenté {task}", "{author} a écrit un commentaire sur {task}."),
    "mention": ("{author} vous a mentionné sur {task}", "{author} vous a mentionné dans un commentaire sur {task}."),
    "reply": ("{author} a répondu sur {task}", "{author} a répondu à un commentaire sur {task}."),
    "reply-mention": ("{author} vous a mentionné sur {task}", "{author} vous a mentionné dans une réponse sur {task}."),
    "assignation": ("La tâche {task} vous est assignée", "{author} vous a assigné la tâche {task}."),
    "playlist-ready": (
        "La playlist {playlist} de {project} est prête pour la revue",
        "{author} vous demande de passer en revue la playlist {playlist} de {project}.",
    ),
    "status": "Statut : {status}",
    "open": "Ouvrir dans Kitsu",
}
ES = {
    "comment": ("{status} - {author} ha comentado {task}", "{author} ha escrito un comentario en {task}."),
    "mention": ("{author} te ha mencionado en {task}", "{author} te ha mencionado en un comentario de {task}."),
    "reply": ("{author} ha respondido en {task}", "{author} ha respondido a un comentario de {task}."),
    "reply-mention": ("{author} te ha mencionado en {task}", "{author} te ha mencionado en una respuesta de {task}."),
    "assignation": ("Se te ha asignado {task}", "{author} te ha asignado {task}."),
    "playlist-ready": (
        "La playlist {playlist} de {project} está lista para revisar",
        "{author} te pide que revises la playlist {playlist} de {project}.",
    ),
    "status": "Estado: {status}",
    "open": "Abrir en Kitsu",
}
DE = {
    "comment": ("{status} - {author} hat {task} kommentiert", "{author} hat einen Kommentar zu {task} geschrieben."),
    "mention": ("{author} hat dich bei {task} erwähnt", "{author} hat dich in einem Kommentar zu {task} erwähnt."),
    "reply": ("{author} hat bei {task} geantwortet", "{author} hat auf einen Kommentar zu {task} geantwortet."),
    "reply-mention": ("{author} hat dich bei {task} erwähnt", "{author} hat dich in einer Antwort zu {task} erwähnt."),
    "assignation": ("Dir wurde {task} zugewiesen", "{author} hat dir {task} zugewiesen."),
    "playlist-ready": (
        "Die Playlist {playlist} von {project} kann geprüft werden",
        "{author} bittet dich, die Playlist {playlist} von {project} zu prüfen.",
    ),
    "status": "Status: {status}",
    "open": "In Kitsu öffnen",
}
NL = {
    "comment": ("{status} - {author} reageerde op {task}", "{author} schreef een opmerking bij {task}."),
    "mention": ("{author} noemde je bij {task}", "{author} noemde je in een opmerking bij {task}."),
    "reply": ("{author} antwoordde bij {task}", "{author} antwoordde op een opmerking bij {task}."),
    "reply-mention": ("{author} noemde je bij {task}", "{author} noemde je in een antwoord bij {task}."),
    "assignation": ("Je bent toegewezen aan {task}", "{author} heeft je toegewezen aan {task}."),
    "playlist-ready": (
        "De playlist {playlist} van {project} is klaar voor review",
        "{author} vraagt je de playlist {playlist} van {project} te reviewen.",
    ),
    "status": "Status: {status}",
    "open": "Openen in Kitsu",
}
PT = {
    "comment": ("{status} - {author} comentou em {task}", "{author} escreveu um comentário em {task}."),
    "mention": ("{author} mencionou você em {task}", "{author} mencionou você em um comentário de {task}."),
    "reply": ("{author} respondeu em {task}", "{author} respondeu a um comentário de {task}."),
    "reply-mention": ("{author} mencionou você em {task}", "{author} mencionou você em uma resposta de {task}."),
    "assignation": ("Você foi atribuído a {task}", "{author} atribuiu {task} a você."),
    "playlist-ready": (
        "A playlist {playlist} de {project} está pronta para revisão",
        "{author} pede que você revise a playlist {playlist} de {project}.",
    ),
    "status": "Status: {status}",
    "open": "Abrir no Kitsu",
}
JA = {
    "comment": ("{status} - {author}さんが{task}にコメントしました", "{author}さんが{task}にコメントを書きました。"),
    "mention": (
        "{author}さんが{task}であなたに言及しました",
        "{author}さんが{task}のコメントであなたに言及しました。",
    ),
    "reply": ("{author}さんが{task}で返信しました", "{author}さんが{task}のコメントに返信しました。"),
    "reply-mention": (
        "{author}さんが{task}であなたに言及しました",
        "{author}さんが{task}の返信であなたに言及しました。",
    ),
    "assignation": ("{task}に割り当てられました", "{author}さんがあなたを{task}に割り当てました。"),
    "playlist-ready": (
        "{project}のプレイリスト{playlist}を確認できます",
        "{author}さんが{project}のプレイリスト{playlist}の確認を依頼しています。",
    ),
    "status": "ステータス: {status}",
    "open": "Kitsuで開く",
}
ZH = {
    "comment": ("{status} - {author} 评论了 {task}", "{author} 在 {task} 上发表了评论。"),
    "mention": ("{author} 在 {task} 中提到了您", "{author} 在 {task} 的评论中提到了您。"),
    "reply": ("{author} 在 {task} 中回复", "{author} 回复了 {task} 的评论。"),
    "reply-mention": ("{author} 在 {task} 中提到了您", "{author} 在 {task} 的回复中提到了您。"),
    "assignation": ("您被分配到 {task}", "{author} 将 {task} 分配给您。"),
    "playlist-ready": (
        "{project} 的播放列表 {playlist} 可供审阅",
        "{author} 请您审阅 {project} 的播放列表 {playlist}。",
    ),
    "status": "状态: {status}",
    "open": "在 Kitsu 中打开",
}
#: see `jobs/languages.py`
LANGUAGES = {"en": EN, "fr": FR, "es": ES, "de": DE, "nl": NL, "pt": PT, "ja": JA, "zh": ZH}
