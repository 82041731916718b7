"""A complete Kitsu API server in one process and one data folder.

app = kitsulite.create_app(data_dir="studio")      # a WSGI callable
with kitsulite.Server() as server:                 # a running server, thrown away at the end
    print(server.url, server.admin_email, server.admin_password)

kitsulite.Server("studio", port=8080).start()      # in a folder that stays
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from kitsulite.application import Application
    from kitsulite.settings.given import Given
    from kitsulite.testing.server import Server as Server

__version__ = "0.1.0"
#: version of the API that is answered
ZOU_VERSION = "1.0.97"


def create_app(data_dir: "str | os.PathLike[str] | None" = None, **settings: "Unpack[Given]") -> "Application":
    """The Bottle application over a data folder, a WSGI callable with `close()`.

    Settings as in `kitsulite.settings`, by name. A folder that cannot be used is a SetupError. A new studio
    gets an administrator: `app.admin_email`, `app.admin_password`.
    """
    from kitsulite.application import Application

    app = Application(data_dir=data_dir, **settings)
    app.create_administrator()
    app.resume()
    return app


if not TYPE_CHECKING:

    def __getattr__(name):
        """Import the server only when it is asked for: `create_app` does not need it."""
        if name == "Server":
            from kitsulite.testing.server import Server

            return Server
        raise AttributeError(f"module 'kitsulite' has no attribute {name!r}")
