"""A complete Kitsu API server in one process and one data folder.

app = kitsulite.create_app(data_dir="studio")      # a WSGI application
with kitsulite.Server() as server:                 # a running server with a temporary studio
    print(server.url, server.admin_email, server.admin_password)

kitsulite.Server("studio", port=8080).start()      # with a studio in a folder
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from kitsulite.application import Application
    from kitsulite.settings.given import Given
    from kitsulite.testing.server import Server as Server

__version__ = "0.1.0"
#: version of Zou's API that is implemented
ZOU_VERSION = "1.0.97"


def create_app(data_dir: "str | os.PathLike[str] | None" = None, **settings: "Unpack[Given]") -> "Application":
    """The Bottle application over a data folder, a WSGI application with `close()`.

    Takes the settings of `kitsulite.settings` by name. Raises SetupError if the folder cannot be used. A new studio
    gets an administrator: `app.admin_email`, `app.admin_password`.
    """
    from kitsulite.application import Application

    app = Application(data_dir=data_dir, **settings)
    app.create_administrator()
    app.resume()
    return app


if not TYPE_CHECKING:

    def __getattr__(name):
        """Import the server on demand: `create_app` does not need it."""
        if name == "Server":
            from kitsulite.testing.server import Server

            return Server
        raise AttributeError(f"module 'kitsulite' has no attribute {name!r}")
