"""The settings as keyword arguments, for type checkers: the table with its types."""

from typing import TypedDict


class Given(TypedDict, total=False):
    """Settings given in code; `data_dir` is an argument of its own."""

    # where it runs
    host: str
    port: int
    threads: int
    trusted_proxy: str
    log_level: str
    log_requests: bool
    synchronous: str
    ui: str
    tmp_dir: str
    # the first start
    admin_email: str
    admin_password: str
    domain: str
    # signing in
    secret_key: str
    auth_strategy: str
    access_token_days: float
    refresh_token_days: float
    min_password_length: int
    login_tries_per_account: int
    login_tries_per_address: int
    enforce_2fa: bool
    two_factor_exempt_users: list[str]
    protected_accounts: list[str]
    user_limit: int
    registration: bool
    allowed_hosts: list[str]
    cors_allowed_origins: list[str]
    # single sign-on
    saml_enabled: bool
    saml_idp_name: str
    saml_metadata_url: str
    saml_subject_attribute: str
    saml_skip_2fa: bool
    oidc_enabled: bool
    oidc_idp_name: str
    oidc_discovery_url: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_scopes: str
    oidc_email_claim: str
    oidc_given_name_claim: str
    oidc_family_name_claim: str
    oidc_require_email_verified: bool
    oidc_skip_2fa: bool
    ldap_host: str
    ldap_port: int
    ldap_ssl: bool
    ldap_base_dn: str
    ldap_is_ad: bool
    ldap_is_ad_simple: bool
    ldap_domain: str
    ldap_fallback: bool
    # persons and pages
    default_timezone: str
    default_locale: str
    named_version: str
    nb_records_per_page: int
    # files
    max_content_length: int
    max_json_length: int
    max_image_pixels: int
    picture_memory: int
    client_cache_max_age: int
    remove_files: bool
    # backups
    backup_every: float
    backup_keep: int
    backup_dir: str
    # movies
    ffmpeg: str
    movie_highdef_bitrate: int
    movie_lowdef_bitrate: int
    movie_encoding_preset: str
    movie_vbv_bufsize_factor: float
    job_workers: int
    job_timeout: int
    job_memory: int
    inline_jobs: bool
    # mail
    domain_name: str
    domain_protocol: str
    mail_enabled: bool
    mail_server: str
    mail_port: int
    mail_username: str
    mail_password: str
    mail_use_tls: bool
    mail_use_ssl: bool
    mail_default_sender: str
    mail_check_deliverability: bool
