"""PyJWT, imported when the first token is created or read: it loads slowly, and the start does not need it."""


def __getattr__(name):
    import jwt

    return getattr(jwt, name)
