"""Where values come from: code or flags, else the environment, else `kitsulite.toml`, else the default."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kitsulite.errors import WrongSetting
from kitsulite.settings.setting import PREFIX, Setting
from kitsulite.settings.spelling import nearest
from kitsulite.settings.table import BY_NAME, SETTINGS

#: the file of settings in a data folder
FILE = "kitsulite.toml"
#: setting -> those that it cannot do without
NEEDED = {"saml_enabled": ["saml_metadata_url"], "oidc_enabled": ["oidc_discovery_url", "oidc_client_id"]}
#: the name of a source, and a function that looks a setting up in it: None if it is not set there
Source = tuple[str, Callable[[Setting], Any]]


def load(environ: Mapping[str, str] = os.environ, **given: Any) -> SimpleNamespace:
    """All settings as attributes; `given` are those set in code or by flags."""
    return SimpleNamespace(**{name: value for name, (value, _) in resolved(environ, given).items()})


def resolved(environ: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Every setting -> its value and the name of its source, empty for the default."""
    refuse_unknown(given)
    sources = [in_code(given), in_environment(environ)]
    data_dir, source_of_data_dir = first_of(BY_NAME["data_dir"], sources)
    folder = Path(data_dir or user_data_dir()).expanduser()
    # a test server with neither folder nor environment ignores the file of the studio that the same user may have
    if environ or source_of_data_dir:
        sources.append(in_file(folder / FILE))
    values = {setting.name: first_of(setting, sources) for setting in SETTINGS}
    values["data_dir"] = (str(folder), source_of_data_dir)
    check_combinations({name: value for name, (value, _) in values.items()})
    return values


def refuse_unknown(given: Mapping[str, Any]) -> None:
    unknown = sorted(set(given) - set(BY_NAME))
    if unknown:
        raise WrongSetting(". ".join(f"There is no setting {name}{hint(name)}" for name in unknown) + ".")


def first_of(setting: Setting, sources: list[Source]) -> tuple[Any, str]:
    """The value in the first source that has one, and the name of that source."""
    for name, look_up in sources:
        value = look_up(setting)
        if value is not None:
            return setting.read(value), name
    return setting.default, ""


def in_code(given: Mapping[str, Any]) -> Source:
    return "given", lambda setting: given.get(setting.name)


def in_environment(environ: Mapping[str, str]) -> Source:
    return "environment", lambda setting: read_variable(setting, environ)


def in_file(path: Path) -> Source:
    """The settings in a kitsulite.toml; raises WrongSetting if it cannot be read or names an unknown setting."""
    lines = read_file(path)
    for name in lines:
        if name not in BY_NAME or name == "data_dir":
            reason = "is where this file lies" if name == "data_dir" else f"is not a setting{hint(name)}"
            raise WrongSetting(f"{path}: {name} {reason}; see `kitsulite settings`.")
    return str(path), lambda setting: lines.get(setting.name)


def read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WrongSetting(f"{path} cannot be read ({error.strerror}): chmod it, or remove it.") from None
    except ValueError as error:
        raise WrongSetting(f'{path} is not TOML ({error}): a line is like port = 9000 or host = "0.0.0.0".') from None


def read_variable(setting: Setting, environ: Mapping[str, str]) -> str | None:
    """The text of a setting's variable, of a secret also from the file that `<VARIABLE>_FILE` names."""
    text = environ.get(setting.variable) or None
    file = environ.get(f"{setting.variable}_FILE") if setting.secret else None
    if text is None and file:
        try:
            text = Path(file).read_text().strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise WrongSetting(f"{setting.variable}_FILE: {file} cannot be read ({reason}).") from None
    return text


def check_combinations(values: dict[str, Any]) -> None:
    """Raise WrongSetting if a setting lacks another that it needs, or two exclude each other."""
    for name, needed in NEEDED.items():
        missing = [BY_NAME[other].option for other in needed if values[name] and not values[other]]
        if missing:
            raise WrongSetting(f"{BY_NAME[name].option} needs {' and '.join(missing)} too.")
    if values["mail_use_tls"] and values["mail_use_ssl"]:
        raise WrongSetting(
            "--mail-use-tls and --mail-use-ssl exclude each other: port 587 wants the first, 465 the second."
        )


def unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting but is none."""
    files = {f"{setting.variable}_FILE" for setting in SETTINGS if setting.secret}
    known = {setting.variable for setting in SETTINGS} | files
    for variable in sorted(environ):
        if variable.startswith(PREFIX) and variable not in known:
            name = variable.removeprefix(PREFIX).lower()
            if name.removesuffix("_file") in BY_NAME:
                yield f"{variable} is ignored: only secrets are read from files"
            else:
                yield f"{variable} is not a setting{hint(name, of_variables=True)}"


def hint(name: str, of_variables: bool = False) -> str:
    """`, perhaps port` for a name close to that of a setting, else nothing."""
    near = nearest(re.sub(r"\W", "_", name), BY_NAME)
    return f", perhaps {BY_NAME[near].variable if of_variables else near}" if near else ""


def user_data_dir() -> str:
    """The folder for kitsulite's data in the user's home, as the platform prescribes it."""
    import platformdirs  # loads slowly

    path = platformdirs.user_data_dir("kitsulite", appauthor=False)
    if path.startswith("~"):
        raise WrongSetting("There is no home folder here: name the data folder with --data-dir or KITSULITE_DATA_DIR.")
    return path
