"""Protection from web pages of other origins, whose requests carry the cookies of their viewers (CSRF)."""

import re
from urllib.parse import urlsplit

from kitsulite.errors import Forbidden

#: methods that change nothing
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
#: paths that change something by GET: signing out, mails, builds
CHANGING_READS = re.compile("/auth/logout|/actions/persons/[^/]+/invite|/data/playlists/[^/]+/build/mp4")
#: values of Sec-Fetch-Site for requests by the user, or by pages of this server
OWN_SITES = ("same-origin", "none")


def require_own_page(request, settings):
    """Refuse a change requested by a page of another origin, unless the settings allow it."""
    if request.method in SAFE_METHODS and not CHANGING_READS.fullmatch(request.path):
        return
    origin, site = request.header("Origin"), request.header("Sec-Fetch-Site")
    if origin in settings.cors_allowed_origins and origin:
        return
    if site in OWN_SITES or (not site and (not origin or is_ours(origin, request.environ, settings))):
        return
    raise Forbidden(
        f"A page of {origin or 'another origin'} may not change anything here: "
        "its origin is not among those of the setting cors_allowed_origins."
    )


def is_ours(origin, environ, settings):
    """Whether an origin is this server, by its name in the request, at the proxy or in the settings."""
    hosts = (environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST"), settings.domain_name)
    return urlsplit(origin).netloc in [host for host in hosts if host]
