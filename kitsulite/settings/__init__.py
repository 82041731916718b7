"""Every setting, once: name, type, default, help.

The table gives the flags of the command line, the environment variables `KITSULITE_<NAME>` (secrets also
as `KITSULITE_<NAME>_FILE`), the keys of `kitsulite.toml` in the data folder, the keyword arguments of
`create_app` and `Server`, and the documentation (`kitsulite settings`). To add a setting, add a row to
`table.py` and its type to `given.py`.
"""

from kitsulite.settings.setting import Setting
from kitsulite.settings.sources import FILE, load, resolved, unknown_variables, user_data_dir
from kitsulite.settings.table import BY_NAME, GROUPS, SETTINGS

__all__ = [
    "BY_NAME",
    "FILE",
    "GROUPS",
    "SETTINGS",
    "Setting",
    "load",
    "resolved",
    "unknown_variables",
    "user_data_dir",
]
