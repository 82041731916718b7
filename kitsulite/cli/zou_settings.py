"""The environment variables of a Zou installation, converted to settings of kitsulite."""

import json
import re
from pathlib import Path

from kitsulite.errors import SetupError, WrongSetting
from kitsulite.settings import BY_NAME

#: variable of Zou -> the setting that has another name here
OTHER_NAMES = {
    "2FA_EXEMPT_USERS": "two_factor_exempt_users",
    "LOGLEVEL": "log_level",
    "JOB_QUEUE_TIMEOUT": "job_timeout",
    "DEBUG_PORT": "port",
    "DEBUG_HOST": "host",
}
#: beginnings of variables -> why they are not needed
NEEDLESS = {
    r"DB_|KV_|CACHE_|PREVIEW_FOLDER|THUMBNAIL_FOLDER|FS_": "one data folder holds everything",
    r"INDEXER_|EVENT_STREAM_|ENABLE_JOB_QUEUE|JOB_QUEUE_": "it is part of the one process",
    r"BCRYPT_|JWT_|IS_SELF_HOSTED|DEBUG": "there is nothing to set",
}
LINE = re.compile(r"""\s*(?:export\s+|Environment=["']?)?([A-Z0-9_]+)\s*=\s*(.*?)\s*""")


def converted(path):
    """The text of a kitsulite.toml with the settings in a file of variables."""
    try:
        assigned = variables(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise WrongSetting(f"{path} cannot be read ({reason}).") from None
    if not assigned:
        raise WrongSetting(f"{path} contains no line like MAIL_SERVER=smtp.studio.com.")
    lines, unused = [f"# kitsulite.toml, from {Path(path).name}; it may contain secrets: keep it to yourself"], []
    for name, text in assigned.items():
        setting = BY_NAME.get(OTHER_NAMES.get(name, name.lower()))
        if setting is None or setting.name == "data_dir":
            unused.append(f"# {name}: {why_unused(name)}")
        elif text:
            lines.append(line(setting, name, text))
    return "\n".join([*lines, *unused]) + "\n"


def variables(text):
    """The variables that a file for a shell, Docker or systemd sets: name -> value."""
    assignments = (LINE.fullmatch(row) for row in text.splitlines())
    return {assigned[1]: unquoted(assigned[2]) for assigned in assignments if assigned}


def unquoted(text):
    quoted = re.match(r"(['\"])(.*?)\1\s*(#.*)?$", text)
    return quoted[2] if quoted else re.sub(r"\s+#.*$", "", text).rstrip("\"'")


def line(setting, name, text):
    try:
        value = setting.read(text)
    except SetupError as error:
        return f"# {name}: {error}"
    return f"{setting.name} = {json.dumps(value, ensure_ascii=False)}"


def why_unused(name):
    reason = next((reason for beginning, reason in NEEDLESS.items() if re.match(beginning, name)), None)
    return f"not needed, {reason}" if reason else "without a counterpart"
