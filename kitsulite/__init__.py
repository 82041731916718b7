"""A complete Kitsu API server in one process and one data folder.

app = kitsulite.create_app(data_dir="studio")      # a WSGI callable
with kitsulite.Server() as server:                 # a running server, thrown away at the end
    print(server.url, server.admin_email, server.admin_password)
"""

__version__ = "0.1.0"
#: version of the API that is answered
ZOU_VERSION = "1.0.67"


def create_app(data_dir=None, secret_key=None, **settings):
    """A WSGI callable over a data folder, with `close()`; settings as in `kitsulite.settings`."""
    from kitsulite.application import Application

    app = Application(data_dir=data_dir, secret_key=secret_key, **settings)
    app.resume()
    return app


def __getattr__(name):
    if name == "Server":
        from kitsulite.server import Server

        return Server
    raise AttributeError(f"module 'kitsulite' has no attribute {name!r}")
