"""Every setting, once: name, type, default, help.

The table gives the flags of the command line, the environment variables `KITSULITE_<NAME>`
(secrets also as `KITSULITE_<NAME>_FILE`), the keys of `kitsulite.toml` in the data folder, the
keyword arguments of `create_app` and `Server`, and the documentation (`kitsulite settings`). What
is given in code or as a flag wins over the environment, that over the file, that over the default.
"""

import math
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kitsulite import values
from kitsulite.errors import SetupError, WrongSetting
from kitsulite.models.fields import NO, YES

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20
DOMAINS = ("2d", "3d", "vfx", "games")
STRATEGIES = ("auth_local_classic", "auth_local_no_password", "auth_remote_ldap")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SYNCHRONOUS = ("FULL", "NORMAL", "OFF")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
PREFIX = "KITSULITE_"
#: the file of settings in a data folder
FILE = "kitsulite.toml"
HIGHEST_PORT = 65_535
CENTURY = 36_525


@dataclass(frozen=True)
class Setting:
    name: str
    kind: type
    default: Any
    help: str
    secret: bool = False
    choices: tuple = ()
    least: float = 0
    most: float = 1 << 53
    #: bytes that one stands for, of a setting that is a size: `10MB` may be given
    unit: int = 0
    #: raises ValueError with what is expected
    check: Callable[[Any], None] | None = None

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def shown_default(self) -> str:
        """The default as a text that may be given, empty if there is none."""
        return "" if self.default is False else self.shown(self.default)

    def shown(self, value: Any) -> str:
        """A value as a text that may be given."""
        if self.unit:
            return shown_size(value * self.unit)
        return ";".join(value) if self.kind is list else str(value)

    def read(self, given: Any) -> Any:
        """The checked value of what code or the file gives, or of a text; an empty text is the default."""
        if given == "":
            return self.default
        try:
            value = self.converted(given)
        except (KeyError, ValueError, TypeError, OverflowError):
            raise self.refusal(given, self.wanted) from None
        if self.choices and value not in self.choices:
            near = values.nearest(str(value), self.choices)
            raise self.refusal(given, near or "one of " + ", ".join(self.choices))
        if self.kind in (int, float) and not self.least <= value <= self.most:
            limits = f"{self.least:g} or more" if value < self.least else f"at most {self.most:.0f}"
            raise self.refusal(given, limits)
        if self.check and value != self.default:
            try:
                self.check(value)
            except ValueError as error:
                raise self.refusal(given, str(error)) from None
        return value

    @property
    def wanted(self) -> str:
        if self.unit:
            return "a size like 500MB or 10GB"
        words = {bool: "yes or no", int: "a whole number", float: "a number", list: "a list of texts"}
        return words.get(self.kind, "text")

    def converted(self, given: Any) -> Any:
        if isinstance(given, str):
            return self.converted_text(given)
        if self.kind is list:
            return checked_texts(given)
        if isinstance(given, (list, tuple, dict)) or (isinstance(given, bool) and self.kind is not bool):
            raise TypeError
        value = self.kind(given)
        if self.kind in (bool, int, float) and value != given:
            raise ValueError
        return value

    def converted_text(self, text: str) -> Any:
        if self.choices:
            return next((choice for choice in self.choices if choice.lower() == text.strip().lower()), text)
        if self.kind is str:
            return text
        if self.kind is bool:
            return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[text.strip().lower()]
        if self.kind is list:
            return [part.strip() for part in text.split(";") if part.strip()]
        value = values.size(text, self.unit) if self.unit else self.kind(text)
        if math.isnan(value):
            raise ValueError
        return value

    def refusal(self, given: Any, wanted: str) -> SetupError:
        shown = "the given text" if self.secret else repr(given)
        return WrongSetting(f"{self.option} ({self.variable}): {wanted.rstrip(',')} expected, got {shown}.")


def checked_texts(given: Any) -> list[str]:
    if not isinstance(given, (list, tuple, set)) or not all(isinstance(item, str) for item in given):
        raise TypeError
    return list(given)


def shown_size(number: int) -> str:
    """Bytes as a text that may be given."""
    for letter, unit in (("GB", GIGABYTE), ("MB", MEGABYTE)):
        if number and number % unit == 0:
            return f"{number // unit}{letter}"
    return str(number)


#: subject -> its settings
GROUPS = {
    "where it runs": (
        Setting(
            "data_dir",
            str,
            "",
            "folder of the database and the files; by default kitsulite in your user data",
            check=values.folder,
        ),
        Setting("host", str, "127.0.0.1", "address to listen on; 0.0.0.0 for the whole network", check=values.host),
        Setting("port", int, 8080, "port to listen on; 0 picks a free one", most=HIGHEST_PORT),
        Setting("threads", int, 64, "threads that answer requests; each event client holds one", least=1),
        Setting(
            "trusted_proxy",
            str,
            "",
            "reverse proxy whose X-Real-IP header is trusted, besides those of this machine",
            check=values.ip_address,
        ),
        Setting("log_level", str, "INFO", "least level of what is logged", choices=LEVELS),
        Setting(
            "log_requests", bool, False, "whether each request is logged, with its status, its time and its person"
        ),
        Setting(
            "synchronous", str, "FULL", "FULL survives a power cut; NORMAL and OFF are faster", choices=SYNCHRONOUS
        ),
        Setting("ui", str, "", "Kitsu's released web interface to serve at /: a folder, .zip or .tgz"),
        Setting(
            "tmp_dir", str, "", "folder of uploads under way; by default tmp in the data folder", check=values.folder
        ),
    ),
    "the first start": (
        Setting(
            "admin_email",
            str,
            "admin@example.com",
            "address of the administrator made on the first start",
            check=values.address,
        ),
        Setting("admin_password", str, "", "password of that administrator; generated and shown once by default", True),
        Setting("domain", str, "3d", "kind of studio that the first start prepares", choices=DOMAINS),
    ),
    "signing in": (
        Setting("secret_key", str, "", "key that signs tokens; made once and kept in the data folder by default", True),
        Setting("auth_strategy", str, STRATEGIES[0], "how passwords are checked", choices=STRATEGIES),
        Setting("access_token_days", float, 7, "days that an access token is valid", most=CENTURY),
        Setting("refresh_token_days", float, 15, "days that a refresh token is valid", most=CENTURY),
        Setting("min_password_length", int, 8, "least length of a password"),
        Setting(
            "login_tries_per_account", int, 100, "most failed logins to one account within an hour; 0 for no limit"
        ),
        Setting(
            "login_tries_per_address", int, 300, "most failed logins from one address within an hour; 0 for no limit"
        ),
        Setting("enforce_2fa", bool, False, "whether everybody must set up a second factor"),
        Setting(
            "two_factor_exempt_users",
            list,
            [],
            "addresses that need no second factor, separated by ;",
            check=values.addresses,
        ),
        Setting(
            "protected_accounts",
            list,
            [],
            "addresses that cannot be disabled or re-roled, separated by ;",
            check=values.addresses,
        ),
        Setting("user_limit", int, 1000, "most active persons, bots and guests not counted"),
        Setting("registration", bool, False, "whether strangers may make themselves an account (POST /auth/register)"),
        Setting(
            "allowed_hosts",
            list,
            [],
            "names under which the server answers, separated by ; (on loopback also its own)",
        ),
        Setting(
            "cors_allowed_origins",
            list,
            [],
            "origins whose pages may call the API, separated by ;",
            check=values.origins,
        ),
    ),
    "single sign-on": (
        Setting("saml_enabled", bool, False, "whether people sign in by SAML"),
        Setting("saml_idp_name", str, "", "name of the SAML provider, as the login page shows it"),
        Setting("saml_metadata_url", str, "", "address of the metadata of the SAML provider", check=values.web_address),
        Setting(
            "saml_subject_attribute", str, "", "SAML attribute that says who a person is, instead of their address"
        ),
        Setting("saml_skip_2fa", bool, False, "whether who comes by SAML needs no second factor here"),
        Setting("oidc_enabled", bool, False, "whether people sign in by OpenID Connect"),
        Setting("oidc_idp_name", str, "", "name of the OpenID Connect provider, as the login page shows it"),
        Setting(
            "oidc_discovery_url",
            str,
            "",
            "address of the provider's .well-known/openid-configuration",
            check=values.web_address,
        ),
        Setting("oidc_client_id", str, "", "id that the provider knows this server by"),
        Setting("oidc_client_secret", str, "", "secret that goes with that id", True),
        Setting("oidc_scopes", str, "openid email profile", "scopes that are asked for, separated by spaces"),
        Setting("oidc_email_claim", str, "email", "claim that holds the address of a person"),
        Setting("oidc_given_name_claim", str, "given_name", "claim that holds the first name"),
        Setting("oidc_family_name_claim", str, "family_name", "claim that holds the last name"),
        Setting("oidc_require_email_verified", bool, True, "whether only addresses count that the provider verified"),
        Setting("oidc_skip_2fa", bool, False, "whether who comes by OpenID Connect needs no second factor here"),
        Setting(
            "ldap_host", str, "127.0.0.1", "host of the directory, for the strategy auth_remote_ldap", check=values.host
        ),
        Setting("ldap_port", int, 389, "port of the directory", most=HIGHEST_PORT),
        Setting("ldap_ssl", bool, False, "whether the connection to the directory is TLS from the start"),
        Setting("ldap_base_dn", str, "", "where people are in the directory: uid=<desktop login>,<this>"),
        Setting("ldap_is_ad", bool, False, "whether it is an Active Directory that is asked by NTLM"),
        Setting("ldap_is_ad_simple", bool, False, "whether it is an Active Directory that is asked by a simple bind"),
        Setting("ldap_domain", str, "", "domain of the Active Directory"),
        Setting("ldap_fallback", bool, False, "whether people who are not of the directory use their password here"),
    ),
    "persons and pages": (
        Setting("default_timezone", str, "Europe/Paris", "time zone of new persons", check=values.time_zone),
        Setting("default_locale", str, "en_US", "language of new persons", check=values.locale),
        Setting("named_version", str, "", "version of Zou that is named to clients which insist on an older one"),
        Setting("nb_records_per_page", int, 100, "rows on a page of a listing", least=1),
    ),
    "files": (
        Setting("max_content_length", int, 10 * GIGABYTE, "largest upload, like 10GB; 0 for no limit", unit=1),
        Setting(
            "max_json_length",
            int,
            64 * MEGABYTE,
            "largest JSON of an import; other bodies have 8MB, of strangers 64KB",
            unit=1,
        ),
        Setting("max_image_pixels", int, 400_000_000, "most pixels of a picture"),
        Setting(
            "picture_memory",
            int,
            512,
            "most memory that all pictures take while they are decoded",
            least=16,
            unit=MEGABYTE,
        ),
        Setting("client_cache_max_age", int, 604_800, "seconds that a browser may keep a picture"),
        Setting("remove_files", bool, False, "whether deleting a row also deletes its stored files"),
    ),
    "backups": (
        Setting("backup_every", float, 24, "hours between the backups that the server makes by itself; 0 for none"),
        Setting("backup_keep", int, 7, "backups that are kept of the daily ones, and of those asked for", least=1),
        Setting(
            "backup_dir", str, "", "folder of the backups; by default backups in the data folder", check=values.folder
        ),
    ),
    "movies": (
        Setting(
            "ffmpeg",
            str,
            "",
            "path of ffmpeg; by default the one on the PATH, else that of imageio-ffmpeg",
            check=values.program,
        ),
        Setting("movie_highdef_bitrate", int, 28, "most Mbit/s of converted movies", least=1),
        Setting("movie_lowdef_bitrate", int, 6, "Mbit/s of movies in low definition", least=1),
        Setting(
            "movie_encoding_preset", str, "superfast", "preset of x264; slower ones make smaller files", choices=PRESETS
        ),
        Setting(
            "movie_vbv_bufsize_factor", float, 2, "seconds at the bit rate that players buffer; 0 for no peak rate"
        ),
        Setting("job_workers", int, 0, "conversions and builds at once; 0 for one per two cores"),
        Setting("job_timeout", int, 3600, "most seconds of a conversion or a build", least=1),
        Setting("job_memory", int, 4096, "most address space for ffmpeg", least=256, unit=MEGABYTE),
        Setting("inline_jobs", bool, False, "whether requests wait for the conversions and builds that they ask for"),
    ),
    "mail": (
        Setting(
            "domain_name",
            str,
            "localhost:8080",
            "host of the links in mails; by default that of the request",
            check=values.host_and_port,
        ),
        Setting("domain_protocol", str, "http", "scheme of the links in mails", choices=("http", "https")),
        Setting("mail_enabled", bool, True, "whether mail is sent at all"),
        Setting(
            "mail_server", str, "", "SMTP server; without one, mail goes into the outbox folder", check=values.host
        ),
        Setting("mail_port", int, 25, "port of the SMTP server", most=HIGHEST_PORT),
        Setting("mail_username", str, "", "account on the SMTP server"),
        Setting("mail_password", str, "", "password on the SMTP server", True),
        Setting("mail_use_tls", bool, False, "whether to start TLS on the SMTP connection"),
        Setting("mail_use_ssl", bool, False, "whether the SMTP connection is TLS from the start"),
        Setting("mail_default_sender", str, "no-reply@your-studio.com", "sender of mails", check=values.address),
        Setting(
            "mail_check_deliverability", bool, False, "whether the domain of a new address is looked up in the DNS"
        ),
    ),
}
SETTINGS = tuple(setting for group in GROUPS.values() for setting in group)
NAMES = {setting.name: setting for setting in SETTINGS}


def load(environ: Mapping[str, str] = os.environ, **given: Any) -> SimpleNamespace:
    """All settings with their values: given ones, then the environment, the file, the defaults."""
    return SimpleNamespace(**{name: value for name, (value, _) in resolved(environ, given).items()})


def resolved(environ: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Every setting -> its value and where that comes from, empty for the default."""
    unknown = set(given) - set(NAMES)
    if unknown:
        raise WrongSetting(". ".join(f"There is no setting {name}{hint(name)}" for name in sorted(unknown)) + ".")
    found = {"data_dir": first_of(NAMES["data_dir"], [given_in_code(given), in_environment(environ)])}
    folder = Path(found["data_dir"][0] or user_data_dir()).expanduser()
    found["data_dir"] = (str(folder), found["data_dir"][1])
    sources = [given_in_code(given), in_environment(environ)]
    # a server for tests, without a folder and an environment, takes nothing from the studio of the same person
    sources += [in_file(folder / FILE)] if environ or found["data_dir"][1] else []
    for setting in SETTINGS:
        if setting.name not in found:
            found[setting.name] = first_of(setting, sources)
    check_together({name: value for name, (value, _) in found.items()})
    return found


Source = tuple[str, Callable[[Setting], Any]]


def first_of(setting: Setting, sources: list[Source]) -> tuple[Any, str]:
    """The value of the first source that has one, and the name of that source."""
    for name, look_up in sources:
        value = look_up(setting)
        if value is not None:
            return setting.read(value), name
    return setting.default, ""


def given_in_code(given: Mapping[str, Any]) -> Source:
    return "given", lambda setting: given.get(setting.name)


def in_environment(environ: Mapping[str, str]) -> Source:
    return "environment", lambda setting: from_environment(setting, environ)


def in_file(path: Path) -> Source:
    """The settings of a kitsulite.toml; one that cannot be read or names what is no setting is a WrongSetting."""
    found = read_file(path)
    for name in found:
        if name not in NAMES or name == "data_dir":
            what = "is where this file lies" if name == "data_dir" else f"is no setting{hint(name)}"
            raise WrongSetting(f"{path}: {name} {what}; see `kitsulite settings`.")
    return str(path), lambda setting: found.get(setting.name)


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


def from_environment(setting: Setting, environ: Mapping[str, str]) -> str | None:
    text = environ.get(setting.variable) or None
    file = environ.get(f"{setting.variable}_FILE") if setting.secret else None
    if text is None and file:
        try:
            text = Path(file).read_text().strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise WrongSetting(f"{setting.variable}_FILE: {file} cannot be read ({reason}).") from None
    return text


def check_together(given: dict[str, Any]) -> None:
    """Raise WrongSetting where two settings contradict each other, or one wants another."""
    for name, needs in (
        ("saml_enabled", ("saml_metadata_url",)),
        ("oidc_enabled", ("oidc_discovery_url", "oidc_client_id")),
    ):
        missing = [NAMES[need].option for need in needs if given[name] and not given[need]]
        if missing:
            raise WrongSetting(f"{NAMES[name].option} needs {' and '.join(missing)} too.")
    if given["mail_use_tls"] and given["mail_use_ssl"]:
        raise WrongSetting(
            "--mail-use-tls and --mail-use-ssl exclude each other: port 587 wants the first, 465 the second."
        )


def strangers(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting but is not one."""
    secret = {f"{setting.variable}_FILE" for setting in SETTINGS if setting.secret}
    known = {setting.variable for setting in SETTINGS} | secret
    for variable in sorted(environ):
        if variable.startswith(PREFIX) and variable not in known:
            name = variable.removeprefix(PREFIX).lower()
            if name.removesuffix("_file") in NAMES:
                yield f"{variable} is ignored: only secrets are read from files"
            else:
                yield f"{variable} is no setting{hint(name, of_variables=True)}"


def hint(name: str, of_variables: bool = False) -> str:
    """`, perhaps port` for a name that is nearly that of a setting, else nothing."""
    near = values.nearest(re.sub(r"\W", "_", name), NAMES)
    return f", perhaps {NAMES[near].variable if of_variables else near}" if near else ""


def user_data_dir() -> str:
    """Where the platform keeps the data of a user's programs."""
    import platformdirs  # loads slowly

    path = platformdirs.user_data_dir("kitsulite", appauthor=False)
    if path.startswith("~"):
        raise WrongSetting("There is no home folder here: name the data folder with --data-dir or KITSULITE_DATA_DIR.")
    return path


def kept_secret_key(data_dir: str | os.PathLike[str]) -> str:
    """The secret key of a data folder, made on first use and readable by its owner alone; one at a time does so."""
    path = Path(data_dir) / "secret.key"
    if path.exists() and (key := path.read_text().strip()):
        return key
    key = secrets.token_urlsafe(48)
    partial = path.with_suffix(".partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    return key
