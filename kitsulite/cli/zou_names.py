"""The commands of Zou, and what to use here instead."""

#: command -> the command that does it here
CALLS = {
    "create-admin": "user create EMAIL --role admin",
    "change-password": "user reset-password EMAIL --password PASSWORD",
    "set-person-as-active": "user enable EMAIL",
    "disable-two-factor-authentication": "user disable-two-factor EMAIL",
    "create-bot": "token create NAME",
    "dump-database": "backup FILE.zip",
    "upgrade-db": "upgrade",
    "reset-search-index": "search rebuild",
    "renormalize-movie-preview-files": "jobs convert",
    "sync-full": "pull URL",
    "sync-full-files": "pull URL",
    "sync-last-events": "pull URL --since last",
    "sync-last-files": "pull URL --since last",
    "sync-push": "push URL",
    "get-current-config": "settings",
    "list-plugins": "get /data/plugins",
}
AT_START = "the first start of `kitsulite serve` does it"
ONE_FILE = "there is one database file, which each start upgrades"
#: command -> why it is not needed
NEEDLESS = {
    "init-db": AT_START,
    "init-data": f"{AT_START}, with --domain",
    "is-db-ready": "see `kitsulite doctor`",
    "migrate-db": ONE_FILE,
    "downgrade-db": ONE_FILE,
    "stamp-db": ONE_FILE,
    "reset-migrations": ONE_FILE,
    "clear-db": "stop the server and remove the data folder",
    "reset-db": "stop the server and remove the data folder",
    "clear-memory-cache": "no cache outlives a change",
    "clean-auth-tokens": "expired tokens are removed automatically",
    "clear-all-auth-tokens": "a new --secret-key ends all sessions",
    "reload-config": "settings are read at each start",
    "upload-files-to-cloud-storage": "files lie in the data folder",
    "download-storage-files": "files lie in the data folder",
    "reset-breakdown-data": "castings are counted when they change",
    "reset-movie-files-metadata": "sizes are read when a file is stored",
    "reset-picture-files-metadata": "sizes are read when a file is stored",
}
ABSENT = (
    *("remove-old-data", "clean-tasks-data", "search-asset", "generate-preview-extra", "normalize-annotation-times"),
    *("sync-with-ldap-server", "sync-changes", "sync-file-changes"),
    *("sync-verify", "sync-push-verify", "install-plugin", "uninstall-plugin", "create-plugin-skeleton"),
    *("create-plugin-package", "migrate-plugin-db", "shell-completion"),
)


def answers():
    """Zou's command -> the end of a sentence that says what to use here instead."""
    absent = dict.fromkeys(ABSENT, "not available here: see `kitsulite --help`")
    needless = {name: f"not needed here: {reason}" for name, reason in NEEDLESS.items()}
    return absent | needless | {name: f"`kitsulite {call}` here" for name, call in CALLS.items()}
