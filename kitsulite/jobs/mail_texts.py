"""The texts of mails about signing in, in the languages of Kitsu.

Per language: `hello` begins every mail, `signature` and `facts` end it; the others are (topic, text, label of the
link).
"""

EN = {
    "language": "en_US",
    "hello": "Hello {first_name},",
    "facts": "Date: {time}\nIP address: {ip}",
    "signature": "Best regards,\n{organisation} Team",
    "code": ("verification code", "Your verification code is: {code}\nIt is valid for 5 minutes.", ""),
    "changed": (
        "password changed",
        "Your password has been changed. If it was not you, contact the administrator of your studio at once.",
        "",
    ),
    "recovery": (
        "password recovery",
        "A new password was requested. Choose it with this link, which is valid for 2 hours."
        " If it was not you, ignore this message.",
        "Choose a new password",
    ),
    "invitation": (
        "{organisation} invites you to Kitsu",
        "{organisation} invites you to its productions on Kitsu.\nYour login is: {email}",
        "Set your password",
    ),
    "changed_by_admin": ("password changed", "An administrator has changed your password.", ""),
    "factors_off": (
        "two-factor authentication disabled",
        "An administrator has disabled the two-factor authentication of your account.",
        "",
    ),
}
FR = {
    "language": "fr_FR",
    "hello": "Bonjour {first_name},",
    "facts": "Date : {time}\nAdresse IP : {ip}",
    "signature": "Cordialement,\nL'équipe {organisation}",
    "code": ("code de vérification", "Votre code de vérification est : {code}\nIl est valable 5 minutes.", ""),
    "changed": (
        "mot de passe modifié",
        "Votre mot de passe a été modifié."
        " Si vous n'y êtes pour rien, prévenez sans attendre l'administrateur de votre studio.",
        "",
    ),
    "recovery": (
        "réinitialisation du mot de passe",
        "Un nouveau mot de passe a été demandé. Choisissez-le en suivant ce lien, valable 2 heures."
        " Si vous n'y êtes pour rien, ignorez ce message.",
        "Choisir un nouveau mot de passe",
    ),
    "invitation": (
        "{organisation} vous invite sur Kitsu",
        "{organisation} vous invite à rejoindre ses productions sur Kitsu.\nVotre identifiant est : {email}",
        "Définir votre mot de passe",
    ),
    "changed_by_admin": ("mot de passe modifié", "Un administrateur a modifié votre mot de passe.", ""),
    "factors_off": (
        "double authentification désactivée",
        "Un administrateur a désactivé la double authentification de votre compte.",
        "",
    ),
}
ES = {
    "language": "es_ES",
    "hello": "Hola {first_name}:",
    "facts": "Fecha: {time}\nDirección IP: {ip}",
    "signature": "Un saludo,\nEl equipo de {organisation}",
    "code": ("código de verificación", "Tu código de verificación es: {code}\nEs válido durante 5 minutos.", ""),
    "changed": (
        "contraseña modificada",
        "Se ha modificado tu contraseña. Si no has sido tú, avisa enseguida al administrador de tu estudio.",
        "",
    ),
    "recovery": (
        "recuperación de la contraseña",
        "Se ha solicitado una contraseña nueva. Elígela con este enlace, válido durante 2 horas."
        " Si no has sido tú, ignora este mensaje.",
        "Elegir una contraseña nueva",
    ),
    "invitation": (
        "{organisation} te invita a Kitsu",
        "{organisation} te invita a participar en sus producciones en Kitsu.\nTu usuario es: {email}",
        "Elegir tu contraseña",
    ),
    "changed_by_admin": ("contraseña modificada", "Un administrador ha modificado tu contraseña.", ""),
    "factors_off": (
        "autenticación en dos pasos desactivada",
        "Un administrador ha desactivado la autenticación en dos pasos de tu cuenta.",
        "",
    ),
}
DE = {
    "language": "de_DE",
    "hello": "Hallo {first_name},",
    "facts": "Datum: {time}\nIP-Adresse: {ip}",
    "signature": "Viele Grüße\n{organisation}",
    "code": ("Bestätigungscode", "Dein Bestätigungscode lautet: {code}\nEr gilt 5 Minuten lang.", ""),
    "changed": (
        "Passwort geändert",
        "Dein Passwort wurde geändert. Wenn du das nicht warst, melde dich sofort beim Administrator deines Studios.",
        "",
    ),
    "recovery": (
        "Passwort zurücksetzen",
        "Ein neues Passwort wurde angefordert. Du kannst es über diesen Link wählen, der 2 Stunden lang gilt."
        " Wenn du das nicht warst, ignoriere diese Nachricht.",
        "Neues Passwort wählen",
    ),
    "invitation": (
        "{organisation} lädt dich zu Kitsu ein",
        "{organisation} lädt dich zu seinen Produktionen in Kitsu ein.\nDein Benutzername ist: {email}",
        "Passwort wählen",
    ),
    "changed_by_admin": ("Passwort geändert", "Ein Administrator hat dein Passwort geändert.", ""),
    "factors_off": (
        "Zwei-Faktor-Anmeldung abgeschaltet",
        "Ein Administrator hat die Zwei-Faktor-Anmeldung deines Kontos abgeschaltet.",
        "",
    ),
}
NL = {
    "language": "nl_NL",
    "hello": "Hallo {first_name},",
    "facts": "Datum: {time}\nIP-adres: {ip}",
    "signature": "Met vriendelijke groet,\nhet team van {organisation}",
    "code": ("verificatiecode", "Je verificatiecode is: {code}\nDeze is 5 minuten geldig.", ""),
    "changed": (
        "wachtwoord gewijzigd",
        "Je wachtwoord is gewijzigd. Was jij dat niet, neem dan meteen contact op met de beheerder van je studio.",
        "",
    ),
    "recovery": (
        "wachtwoord herstellen",
        "Er is een nieuw wachtwoord aangevraagd. Kies het via deze link, die 2 uur geldig is."
        " Was jij dat niet, negeer dan dit bericht.",
        "Nieuw wachtwoord kiezen",
    ),
    "invitation": (
        "{organisation} nodigt je uit voor Kitsu",
        "{organisation} nodigt je uit voor zijn producties in Kitsu.\nJe gebruikersnaam is: {email}",
        "Wachtwoord instellen",
    ),
    "changed_by_admin": ("wachtwoord gewijzigd", "Een beheerder heeft je wachtwoord gewijzigd.", ""),
    "factors_off": (
        "tweestapsverificatie uitgeschakeld",
        "Een beheerder heeft de tweestapsverificatie van je account uitgeschakeld.",
        "",
    ),
}
PT = {
    "language": "pt_BR",
    "hello": "Olá {first_name},",
    "facts": "Data: {time}\nEndereço IP: {ip}",
    "signature": "Atenciosamente,\nEquipe {organisation}",
    "code": ("código de verificação", "Seu código de verificação é: {code}\nEle é válido por 5 minutos.", ""),
    "changed": (
        "senha alterada",
        "Sua senha foi alterada. Se não foi você, avise imediatamente o administrador do seu estúdio.",
        "",
    ),
    "recovery": (
        "recuperação de senha",
        "Uma nova senha foi solicitada. Escolha-a neste link, válido por 2 horas."
        " Se não foi você, ignore esta mensagem.",
        "Escolher uma nova senha",
    ),
    "invitation": (
        "{organisation} convida você para o Kitsu",
        "{organisation} convida você para suas produções no Kitsu.\nSeu login é: {email}",
        "Definir sua senha",
    ),
    "changed_by_admin": ("senha alterada", "Um administrador alterou sua senha.", ""),
    "factors_off": (
        "autenticação de dois fatores desativada",
        "Um administrador desativou a autenticação de dois fatores da sua conta.",
        "",
    ),
}
JA = {
    "language": "ja_JP",
    "hello": "{first_name} 様",
    "facts": "日時: {time}\nIPアドレス: {ip}",
    "signature": "よろしくお願いいたします。\n{organisation} チーム",
    "code": ("認証コード", "認証コード: {code}\n有効期限は5分です。", ""),
    "changed": (
        "パスワードの変更",
        "パスワードが変更されました。心当たりがない場合は、すぐにスタジオの管理者に連絡してください。",
        "",
    ),
    "recovery": (
        "パスワードの再設定",
        "新しいパスワードが要求されました。次のリンクから設定してください。リンクは2時間有効です。"
        "心当たりがない場合は、このメッセージを無視してください。",
        "新しいパスワードを設定する",
    ),
    "invitation": (
        "{organisation} から Kitsu への招待",
        "{organisation} があなたを Kitsu のプロジェクトに招待しています。\nログイン: {email}",
        "パスワードを設定する",
    ),
    "changed_by_admin": ("パスワードの変更", "管理者があなたのパスワードを変更しました。", ""),
    "factors_off": ("二要素認証の無効化", "管理者があなたのアカウントの二要素認証を無効にしました。", ""),
}
ZH = {
    "language": "zh_CN",
    "hello": "{first_name},您好:",
    "facts": "时间: {time}\nIP 地址: {ip}",
    "signature": "此致\n{organisation} 团队",
    "code": ("验证码", "您的验证码是: {code}\n5 分钟内有效。", ""),
    "changed": ("密码已更改", "您的密码已更改。如果不是您本人操作,请立即联系工作室的管理员。", ""),
    "recovery": (
        "重置密码",
        "有人请求设置新密码。请通过此链接设置,链接 2 小时内有效。如果不是您本人操作,请忽略此邮件。",
        "设置新密码",
    ),
    "invitation": (
        "{organisation} 邀请您使用 Kitsu",
        "{organisation} 邀请您加入其 Kitsu 项目。\n您的登录名: {email}",
        "设置密码",
    ),
    "changed_by_admin": ("密码已更改", "管理员已更改您的密码。", ""),
    "factors_off": ("双重认证已停用", "管理员已停用您账户的双重认证。", ""),
}
#: see `jobs/languages.py`
LANGUAGES = {"en": EN, "fr": FR, "es": ES, "de": DE, "nl": NL, "pt": PT, "ja": JA, "zh": ZH}
