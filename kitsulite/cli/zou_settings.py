"""The environment variables of a Zou installation as settings of kitsulite."""

import json
import re
from pathlib import Path

from kitsulite.errors import SetupError, WrongSetting
from kitsulite.settings import BY_NAME

#: variables whose setting has another name
OTHER_NAMES = {
    "2FA_EXEMPT_USERS": "two_factor_exempt_users",
    "LOGLEVEL": "log_level",
    "JOB_QUEUE_TIMEOUT": "job_timeout",
    "DEBUG_PORT": "port",
    "DEBUG_HOST": "host",
}
#: beginnings of variables -> what makes them needless
NEEDLESS = {
    r"DB_|KV_|CACHE_|PREVIEW_FOLDER|THUMBNAIL_FOLDER|FS_": "one data folder holds everything",
    r"INDEXER_|EVENT_STREAM_|ENABLE_JOB_QUEUE|JOB_QUEUE_": "it is part of the one process",
    r"BCRYPT_|JWT_|IS_SELF_HOSTED|DEBUG": "there is nothing to set",
}
LINE = re.compile(r"""\s*(?:export\s+|Environment=["']?)?([A-Z0-9_]+)\s*=\s*(.*?)\s*""")


def translated(path):
    """The lines of a kitsulite.toml that sets what a file of variables says."""
    try:
        given = variables(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'it is no text'}).") from None
    if not given:
        raise WrongSetting(f"{path} holds no line like MAIL_SERVER=smtp.studio.com.")
    lines, left = [f"# kitsulite.toml, from {Path(path).name}; it may hold secrets: keep it to yourself"], []
    for name, text in given.items():
        setting = BY_NAME.get(OTHER_NAMES.get(name, name.lower()))
        if setting is None or setting.name == "data_dir":
            left.append(f"# {name}: {reason(name)}")
        elif text:
            lines.append(line(setting, name, text))
    return "\n".join([*lines, *left]) + "\n"


def variables(text):
    """Name -> value of the lines of a file for a shell, Docker or systemd."""
    found = {}
    for row in text.splitlines():
        assigned = LINE.fullmatch(row)
        if assigned:
            found[assigned[1]] = unquoted(assigned[2])
    return found


def unquoted(text):
    quoted = re.match(r"(['\"])(.*?)\1\s*(#.*)?$", text)
    return quoted[2] if quoted else re.sub(r"\s+#.*$", "", text).rstrip("\"'")


def line(setting, name, text):
    try:
        value = setting.read(text)
    except SetupError as error:
        return f"# {name}: {error}"
    return f"{setting.name} = {json.dumps(value, ensure_ascii=False)}"


def reason(name):
    found = (why for beginning, why in NEEDLESS.items() if re.match(beginning, name))
    why = next(found, None)
    return f"not needed, {why}" if why else "without a counterpart"
