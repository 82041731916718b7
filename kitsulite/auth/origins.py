"""Pages of other origins: their requests carry the cookies of whoever looks at them, and must change nothing."""

import re
from urllib.parse import urlsplit

from kitsulite.errors import Forbidden

#: methods that change nothing
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
#: paths that change something although they are asked for by GET: signing out, mails, builds
CHANGING_READS = re.compile("/auth/logout|/actions/persons/[^/]+/invite|/data/playlists/[^/]+/build/mp4")
#: what browsers say of a request that their user or a page of this server has caused
OWN_SITES = ("same-origin", "none")


def require_own_page(request, settings):
    """Refuse a change that a page of another origin asks for, unless the settings name it."""
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
    """Whether an origin is this server, under the name that the client, a proxy or the settings know it by."""
    hosts = (environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST"), settings.domain_name)
    return urlsplit(origin).netloc in [host for host in hosts if host]
