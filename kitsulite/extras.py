"""The optional parts: what each is for, the module that shows it is there, and the packages that bring it."""

#: extra -> (module, what it is for, packages); named by themselves, so that one file needs no more to install them
EXTRAS = {
    "zou": ("bcrypt", "passwords of accounts that come from Zou", "bcrypt"),
    "video": ("imageio_ffmpeg", "movies without an ffmpeg of the system", "imageio-ffmpeg"),
    "vfx": ("OpenEXR", "thumbnails of OpenEXR pictures", "OpenEXR"),
    "otio": ("opentimelineio", "edit lists other than CMX 3600 and OTIO", "opentimelineio otio-cmx3600-adapter"),
    "fido": ("fido2", "security keys as second factor", "fido2"),
    "saml": ("minisaml", "sign-in by SAML", "minisaml requests"),
    "ldap": ("ldap3", "sign-in by LDAP", "ldap3 pycryptodome"),
    "oidc": ("authlib", "sign-in by OpenID Connect", "authlib requests"),
    "docs": ("swagger_ui", "trying the API on its page", "swagger-ui-py"),
}


def how_to_install(extra):
    """What is typed to get an optional part."""
    return f"pip install {EXTRAS[extra][2]}"
