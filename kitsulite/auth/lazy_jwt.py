"""PyJWT, loaded when the first token is made or read: it loads slowly, and no server needs it to start."""


def __getattr__(name):
    import jwt

    return getattr(jwt, name)
