"""The table of settings, by subject: name, type, default, help."""

from kitsulite.settings import checks
from kitsulite.settings.setting import GIGABYTE, MEGABYTE, Setting

DOMAINS = ("2d", "3d", "vfx", "games")
STRATEGIES = ("auth_local_classic", "auth_local_no_password", "auth_remote_ldap")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SYNCHRONOUS = ("FULL", "NORMAL", "OFF")
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
HIGHEST_PORT = 65_535
CENTURY = 36_525

#: subject -> its settings
GROUPS = {
    "where it runs": (
        Setting(
            "data_dir",
            str,
            "",
            "folder of the database and files; by default kitsulite in your user data",
            check=checks.folder,
        ),
        Setting("host", str, "127.0.0.1", "address to listen on; 0.0.0.0 for the whole network", check=checks.host),
        Setting("port", int, 8080, "port to listen on; 0 picks a free one", most=HIGHEST_PORT),
        Setting("threads", int, 64, "most threads that answer requests; each event client occupies one", least=1),
        Setting(
            "trusted_proxy",
            str,
            "",
            "reverse proxy whose X-Real-IP header is trusted, besides those on this machine",
            check=checks.ip_address,
        ),
        Setting("log_level", str, "INFO", "lowest level that is logged", choices=LEVELS),
        Setting("log_requests", bool, False, "whether to log each request with its status, duration and person"),
        Setting(
            "synchronous", str, "FULL", "FULL survives a power cut; NORMAL and OFF are faster", choices=SYNCHRONOUS
        ),
        Setting("ui", str, "", "Kitsu's released web interface to serve at /: a folder, .zip or .tgz"),
        Setting(
            "tmp_dir", str, "", "folder for uploads in progress; by default tmp in the data folder", check=checks.folder
        ),
    ),
    "the first start": (
        Setting(
            "admin_email",
            str,
            "admin@example.com",
            "email address of the administrator created on the first start",
            check=checks.address,
        ),
        Setting("admin_password", str, "", "password of that administrator; by default generated and shown once", True),
        Setting("domain", str, "3d", "kind of studio to prepare on the first start", choices=DOMAINS),
    ),
    "signing in": (
        Setting(
            "secret_key", str, "", "key that signs tokens; by default created once and kept in the data folder", True
        ),
        Setting("auth_strategy", str, STRATEGIES[0], "how passwords are checked", choices=STRATEGIES),
        Setting("access_token_days", float, 7, "days an access token stays valid", most=CENTURY),
        Setting("refresh_token_days", float, 15, "days a refresh token stays valid", most=CENTURY),
        Setting("min_password_length", int, 8, "minimum length of passwords"),
        Setting("login_tries_per_account", int, 100, "failed logins to one account allowed per hour; 0 for no limit"),
        Setting("login_tries_per_address", int, 300, "failed logins from one address allowed per hour; 0 for no limit"),
        Setting("enforce_2fa", bool, False, "whether everyone must set up a second factor"),
        Setting(
            "two_factor_exempt_users",
            list,
            [],
            "email addresses exempt from the second factor, separated by ;",
            check=checks.addresses,
        ),
        Setting(
            "protected_accounts",
            list,
            [],
            "email addresses of accounts that nobody else may disable, take over or give another role, separated by ;",
            check=checks.addresses,
        ),
        Setting("user_limit", int, 1000, "maximum number of active persons, not counting bots and guests"),
        Setting("registration", bool, False, "whether anyone may create their own account (POST /auth/register)"),
        Setting(
            "allowed_hosts",
            list,
            [],
            "host names the server answers to, separated by ; (on loopback also its own)",
        ),
        Setting(
            "cors_allowed_origins",
            list,
            [],
            "origins whose pages may call the API, separated by ;",
            check=checks.origins,
        ),
    ),
    "single sign-on": (
        Setting("saml_enabled", bool, False, "whether people can sign in with SAML"),
        Setting("saml_idp_name", str, "", "name of the SAML provider, as the login page shows it"),
        Setting("saml_metadata_url", str, "", "address of the SAML provider's metadata", check=checks.web_address),
        Setting(
            "saml_subject_attribute", str, "", "SAML attribute that identifies a person, instead of their email address"
        ),
        Setting("saml_skip_2fa", bool, False, "whether people who sign in with SAML need no second factor here"),
        Setting("oidc_enabled", bool, False, "whether people can sign in with OpenID Connect"),
        Setting("oidc_idp_name", str, "", "name of the OpenID Connect provider, as the login page shows it"),
        Setting(
            "oidc_discovery_url",
            str,
            "",
            "address of the provider's .well-known/openid-configuration",
            check=checks.web_address,
        ),
        Setting("oidc_client_id", str, "", "id of this server at the provider"),
        Setting("oidc_client_secret", str, "", "secret that goes with that id", True),
        Setting("oidc_scopes", str, "openid email profile", "scopes to request, separated by spaces"),
        Setting("oidc_email_claim", str, "email", "claim with the email address of a person"),
        Setting("oidc_given_name_claim", str, "given_name", "claim with the first name"),
        Setting("oidc_family_name_claim", str, "family_name", "claim with the last name"),
        Setting(
            "oidc_require_email_verified",
            bool,
            True,
            "whether to accept only email addresses that the provider has verified",
        ),
        Setting(
            "oidc_skip_2fa", bool, False, "whether people who sign in with OpenID Connect need no second factor here"
        ),
        Setting(
            "ldap_host",
            str,
            "127.0.0.1",
            "host of the LDAP directory, for the strategy auth_remote_ldap",
            check=checks.host,
        ),
        Setting("ldap_port", int, 389, "port of the directory", most=HIGHEST_PORT),
        Setting("ldap_ssl", bool, False, "whether to connect to the directory over TLS"),
        Setting("ldap_base_dn", str, "", "base DN of the people in the directory: uid=<desktop login>,<base DN>"),
        Setting("ldap_is_ad", bool, False, "whether the directory is an Active Directory that authenticates with NTLM"),
        Setting(
            "ldap_is_ad_simple",
            bool,
            False,
            "whether the directory is an Active Directory that authenticates with a simple bind",
        ),
        Setting("ldap_domain", str, "", "domain of the Active Directory"),
        Setting(
            "ldap_fallback", bool, False, "whether people missing from the directory sign in with their password here"
        ),
    ),
    "persons and pages": (
        Setting("default_timezone", str, "Europe/Paris", "time zone of new persons", check=checks.time_zone),
        Setting("default_locale", str, "en_US", "language of new persons", check=checks.locale),
        Setting("named_version", str, "", "version of Zou reported to clients that insist on an older one"),
        Setting("nb_records_per_page", int, 100, "rows on a page of a listing", least=1),
    ),
    "files": (
        Setting("max_content_length", int, 10 * GIGABYTE, "largest upload, like 10GB; 0 for no limit", unit=1),
        Setting(
            "max_json_length",
            int,
            64 * MEGABYTE,
            "largest JSON of an import; other bodies may have 8MB, without a token 64KB",
            unit=1,
        ),
        Setting("max_image_pixels", int, 400_000_000, "maximum number of pixels of a picture"),
        Setting(
            "picture_memory",
            int,
            512,
            "maximum memory for all pictures that are being decoded",
            least=16,
            unit=MEGABYTE,
        ),
        Setting("client_cache_max_age", int, 604_800, "seconds a browser may cache a picture"),
        Setting("remove_files", bool, False, "whether deleting a row also deletes its stored files"),
    ),
    "backups": (
        Setting("backup_every", float, 24, "hours between automatic backups; 0 for none"),
        Setting("backup_keep", int, 7, "how many automatic backups to keep, and how many requested ones", least=1),
        Setting(
            "backup_dir", str, "", "folder of the backups; by default backups in the data folder", check=checks.folder
        ),
    ),
    "movies": (
        Setting(
            "ffmpeg",
            str,
            "",
            "path of ffmpeg; by default the one on the PATH, else that of imageio-ffmpeg",
            check=checks.program,
        ),
        Setting("movie_highdef_bitrate", int, 28, "maximum bit rate of converted movies, in Mbit/s", least=1),
        Setting("movie_lowdef_bitrate", int, 6, "bit rate of low-definition movies, in Mbit/s", least=1),
        Setting(
            "movie_encoding_preset", str, "superfast", "preset of x264; slower ones make smaller files", choices=PRESETS
        ),
        Setting(
            "movie_vbv_bufsize_factor",
            float,
            2,
            "seconds of a movie that players buffer; 0 to let the bit rate peak freely",
        ),
        Setting("job_workers", int, 0, "how many conversions and builds run at once; 0 for one per two cores"),
        Setting("job_timeout", int, 3600, "maximum seconds for a conversion or build", least=1),
        Setting("job_memory", int, 4096, "maximum address space of ffmpeg", least=256, unit=MEGABYTE),
        Setting("inline_jobs", bool, False, "whether requests wait for the conversions and builds they start"),
    ),
    "mail": (
        Setting(
            "domain_name",
            str,
            "localhost:8080",
            "host of the links in mails; by default that of the request",
            check=checks.host_and_port,
        ),
        Setting("domain_protocol", str, "http", "scheme of the links in mails", choices=("http", "https")),
        Setting("mail_enabled", bool, True, "whether to send mail at all"),
        Setting(
            "mail_server", str, "", "SMTP server; without one, mail goes into the outbox folder", check=checks.host
        ),
        Setting("mail_port", int, 25, "port of the SMTP server", most=HIGHEST_PORT),
        Setting("mail_username", str, "", "account on the SMTP server"),
        Setting("mail_password", str, "", "password on the SMTP server", True),
        Setting("mail_use_tls", bool, False, "whether to start TLS on the SMTP connection"),
        Setting("mail_use_ssl", bool, False, "whether the SMTP connection uses TLS from the start"),
        Setting("mail_default_sender", str, "no-reply@your-studio.com", "sender of mails", check=checks.address),
        Setting(
            "mail_check_deliverability", bool, False, "whether to look up the domain of new email addresses in the DNS"
        ),
    ),
}
SETTINGS = tuple(setting for group in GROUPS.values() for setting in group)
BY_NAME = {setting.name: setting for setting in SETTINGS}
