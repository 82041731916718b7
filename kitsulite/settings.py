"""Every setting, once: name, type, default, help.

The table gives the flags of the command line, the environment variables `KITSULITE_<NAME>`
(secrets also as `KITSULITE_<NAME>_FILE`), the keyword arguments of `create_app` and `Server`,
and the documentation (`kitsulite settings`). What is given in code or as a flag wins over the
environment, that over the default.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kitsulite.errors import SetupError
from kitsulite.models.fields import NO, YES

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20
DOMAINS = ("2d", "3d", "vfx", "games")
STRATEGIES = ("auth_local_classic", "auth_local_no_password", "auth_remote_ldap")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SYNCHRONOUS = ("FULL", "NORMAL", "OFF")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")


@dataclass(frozen=True)
class Setting:
    name: str
    kind: type
    default: Any
    help: str
    secret: bool = False
    choices: tuple = ()
    least: int = 0

    @property
    def variable(self) -> str:
        return f"KITSULITE_{self.name.upper()}"

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def shown_default(self) -> str:
        """The default as a text that may be given, empty if there is none."""
        return ";".join(self.default) if self.kind is list else "" if self.default is False else str(self.default)

    def read(self, given: Any) -> Any:
        """The checked value of what code gives, or of a text of the environment or the command line."""
        try:
            value = self.converted(given)
        except (KeyError, ValueError, TypeError):
            wanted = {bool: "true or false", int: "a whole number", float: "a number"}.get(self.kind, "text")
            raise self.refusal(given, wanted) from None
        if self.choices and value not in self.choices:
            raise self.refusal(given, "one of " + ", ".join(self.choices))
        if self.kind in (int, float) and not value >= self.least:
            raise self.refusal(given, f"{self.least} or more")
        return value

    def converted(self, given: Any) -> Any:
        if not isinstance(given, str) or self.kind is str:
            return list(given) if self.kind is list else self.kind(given)
        if self.kind is bool:
            return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[given.strip().lower()]
        if self.kind is list:
            return [part.strip() for part in given.split(";") if part.strip()]
        return self.kind(given)

    def refusal(self, given: Any, wanted: str) -> SetupError:
        shown = "the given text" if self.secret else repr(given)
        return SetupError(f"{self.option} ({self.variable}): {wanted} expected, got {shown}.")


#: subject -> its settings
GROUPS = {
    "where it runs": (
        Setting("data_dir", str, "", "folder of the database and the files; by default kitsulite in your user data"),
        Setting("host", str, "127.0.0.1", "address to listen on; 0.0.0.0 for the whole network"),
        Setting("port", int, 8080, "port to listen on; 0 picks a free one"),
        Setting("threads", int, 64, "threads that answer requests; each event client holds one", least=1),
        Setting(
            "trusted_proxy", str, "", "reverse proxy whose X-Real-IP header is trusted, besides those of this machine"
        ),
        Setting("log_level", str, "INFO", "least level of what is logged", choices=LEVELS),
        Setting(
            "log_requests", bool, False, "whether each request is logged, with its status, its time and its person"
        ),
        Setting(
            "synchronous", str, "FULL", "FULL survives a power cut; NORMAL and OFF are faster", choices=SYNCHRONOUS
        ),
        Setting("tmp_dir", str, "", "folder of uploads under way; by default tmp in the data folder"),
    ),
    "the first start": (
        Setting("admin_email", str, "admin@example.com", "address of the administrator made on the first start"),
        Setting("admin_password", str, "", "password of that administrator; generated and shown once by default", True),
        Setting("domain", str, "3d", "kind of studio that the first start prepares", choices=DOMAINS),
    ),
    "signing in": (
        Setting("secret_key", str, "", "key that signs tokens; made once and kept in the data folder by default", True),
        Setting("auth_strategy", str, STRATEGIES[0], "how passwords are checked", choices=STRATEGIES),
        Setting("access_token_days", float, 7, "days that an access token is valid"),
        Setting("refresh_token_days", float, 15, "days that a refresh token is valid"),
        Setting("min_password_length", int, 8, "least length of a password"),
        Setting(
            "login_tries_per_account", int, 100, "most failed logins to one account within an hour; 0 for no limit"
        ),
        Setting(
            "login_tries_per_address", int, 300, "most failed logins from one address within an hour; 0 for no limit"
        ),
        Setting("enforce_2fa", bool, False, "whether everybody must set up a second factor"),
        Setting("two_factor_exempt_users", list, [], "addresses that need no second factor, separated by ;"),
        Setting("protected_accounts", list, [], "addresses that cannot be disabled or re-roled, separated by ;"),
        Setting("user_limit", int, 1000, "most active persons, bots and guests not counted"),
        Setting("registration", bool, False, "whether strangers may make themselves an account (POST /auth/register)"),
        Setting("cors_allowed_origins", list, [], "origins whose pages may call the API, separated by ;"),
    ),
    "single sign-on": (
        Setting("saml_enabled", bool, False, "whether people sign in by SAML"),
        Setting("saml_idp_name", str, "", "name of the SAML provider, as the login page shows it"),
        Setting("saml_metadata_url", str, "", "address of the metadata of the SAML provider"),
        Setting(
            "saml_subject_attribute", str, "", "SAML attribute that says who a person is, instead of their address"
        ),
        Setting("saml_skip_2fa", bool, False, "whether who comes by SAML needs no second factor here"),
        Setting("oidc_enabled", bool, False, "whether people sign in by OpenID Connect"),
        Setting("oidc_idp_name", str, "", "name of the OpenID Connect provider, as the login page shows it"),
        Setting("oidc_discovery_url", str, "", "address of the provider's .well-known/openid-configuration"),
        Setting("oidc_client_id", str, "", "id that the provider knows this server by"),
        Setting("oidc_client_secret", str, "", "secret that goes with that id", True),
        Setting("oidc_scopes", str, "openid email profile", "scopes that are asked for, separated by spaces"),
        Setting("oidc_email_claim", str, "email", "claim that holds the address of a person"),
        Setting("oidc_given_name_claim", str, "given_name", "claim that holds the first name"),
        Setting("oidc_family_name_claim", str, "family_name", "claim that holds the last name"),
        Setting("oidc_require_email_verified", bool, True, "whether only addresses count that the provider verified"),
        Setting("oidc_skip_2fa", bool, False, "whether who comes by OpenID Connect needs no second factor here"),
        Setting("ldap_host", str, "127.0.0.1", "host of the directory, for the strategy auth_remote_ldap"),
        Setting("ldap_port", int, 389, "port of the directory"),
        Setting("ldap_ssl", bool, False, "whether the connection to the directory is TLS from the start"),
        Setting("ldap_base_dn", str, "", "where people are in the directory: uid=<desktop login>,<this>"),
        Setting("ldap_is_ad", bool, False, "whether it is an Active Directory that is asked by NTLM"),
        Setting("ldap_is_ad_simple", bool, False, "whether it is an Active Directory that is asked by a simple bind"),
        Setting("ldap_domain", str, "", "domain of the Active Directory"),
        Setting("ldap_fallback", bool, False, "whether people who are not of the directory use their password here"),
    ),
    "persons and pages": (
        Setting("default_timezone", str, "Europe/Paris", "time zone of new persons"),
        Setting("default_locale", str, "en_US", "language of new persons"),
        Setting("nb_records_per_page", int, 100, "rows on a page of a listing", least=1),
    ),
    "files": (
        Setting("max_content_length", int, 10 * GIGABYTE, "most bytes of an upload; 0 for no limit"),
        Setting("max_json_length", int, 64 * MEGABYTE, "most bytes of a JSON body"),
        Setting("max_image_pixels", int, 400_000_000, "most pixels of a picture"),
        Setting("picture_memory", int, 512, "most megabytes that all pictures take while they are decoded", least=16),
        Setting("client_cache_max_age", int, 604_800, "seconds that a browser may keep a picture"),
        Setting("remove_files", bool, False, "whether deleting a row also deletes its stored files"),
    ),
    "backups": (
        Setting("backup_every", float, 24, "hours between the backups that the server makes by itself; 0 for none"),
        Setting("backup_keep", int, 7, "backups that are kept of those that it makes, and of those asked for", least=1),
        Setting("backup_dir", str, "", "folder of the backups; by default backups in the data folder"),
    ),
    "movies": (
        Setting("ffmpeg", str, "", "path of ffmpeg; by default the one on the PATH, else that of imageio-ffmpeg"),
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
        Setting("job_memory", int, 4096, "most megabytes of address space for ffmpeg", least=256),
        Setting("inline_jobs", bool, False, "whether requests wait for the conversions and builds that they ask for"),
    ),
    "mail": (
        Setting("domain_name", str, "localhost:8080", "host of the links in mails"),
        Setting("domain_protocol", str, "http", "scheme of the links in mails", choices=("http", "https")),
        Setting("mail_enabled", bool, True, "whether mail is sent at all"),
        Setting("mail_server", str, "", "SMTP server; without one, mail goes into the outbox folder"),
        Setting("mail_port", int, 25, "port of the SMTP server"),
        Setting("mail_username", str, "", "account on the SMTP server"),
        Setting("mail_password", str, "", "password on the SMTP server", True),
        Setting("mail_use_tls", bool, False, "whether to start TLS on the SMTP connection"),
        Setting("mail_use_ssl", bool, False, "whether the SMTP connection is TLS from the start"),
        Setting("mail_default_sender", str, "no-reply@your-studio.com", "sender of mails"),
        Setting(
            "mail_check_deliverability", bool, False, "whether the domain of a new address is looked up in the DNS"
        ),
    ),
}
SETTINGS = tuple(setting for group in GROUPS.values() for setting in group)
NAMES = {setting.name: setting for setting in SETTINGS}


def load(environ: Mapping[str, str] = os.environ, **given: Any) -> SimpleNamespace:
    """All settings with their values: given ones, then the environment, then the defaults."""
    unknown = set(given) - set(NAMES)
    if unknown:
        raise SetupError(f"Unknown setting: {', '.join(sorted(unknown))}. Known: {', '.join(NAMES)}.")
    values = {}
    for setting in SETTINGS:
        value = given.get(setting.name)
        values[setting.name] = from_environment(setting, environ) if value is None else setting.read(value)
    values["data_dir"] = str(values["data_dir"] or user_data_dir(environ))
    return SimpleNamespace(**values)


def from_environment(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.variable) or None
    file = environ.get(f"{setting.variable}_FILE") if setting.secret else None
    if text is None and file:
        try:
            text = Path(file).read_text().strip()
        except OSError as error:
            raise SetupError(f"{setting.variable}_FILE: {file} cannot be read ({error.strerror}).") from None
    return setting.default if text is None else setting.read(text)


def user_data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the platform keeps the data of a user's programs."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "kitsulite"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "kitsulite"
    return Path(environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "kitsulite"


def kept_secret_key(data_dir: str | os.PathLike[str]) -> str:
    """The secret key of a data folder, made on first use and readable by its owner alone."""
    path = Path(data_dir) / "secret.key"
    if path.exists() and (key := path.read_text().strip()):
        return key
    key = secrets.token_urlsafe(48)
    partial = path.with_name(f"secret.{secrets.token_hex(4)}.partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    os.replace(partial, path)
    return key
