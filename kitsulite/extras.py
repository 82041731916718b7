"""The optional parts: the purpose of each, the module that shows it is installed, and its packages."""

#: extra -> (module, purpose, packages); their own names also work where kitsulite itself is not installed by pip
EXTRAS = {
    "zou": ("bcrypt", "passwords of accounts from Zou", "bcrypt"),
    "video": ("imageio_ffmpeg", "movies without a system-wide ffmpeg", "imageio-ffmpeg"),
    "vfx": ("OpenEXR", "thumbnails of OpenEXR pictures", "OpenEXR"),
    "otio": ("opentimelineio", "edit lists other than CMX 3600 and OTIO", "opentimelineio otio-cmx3600-adapter"),
    "fido": ("fido2", "security keys as second factor", "fido2"),
    "saml": ("minisaml", "sign-in by SAML", "minisaml requests"),
    "ldap": ("ldap3", "sign-in by LDAP", "ldap3 pycryptodome"),
    "oidc": ("authlib", "sign-in by OpenID Connect", "authlib requests"),
    "docs": ("swagger_ui", "trying routes on the API page", "swagger-ui-py"),
}


def how_to_install(extra):
    """The command that installs an optional part."""
    return f"pip install {EXTRAS[extra][2]}"
