"""Uses of the public interface, for mypy: a comment that ignores no error is reported as an error."""

import kitsulite

kitsulite.Server(prot=1)  # type: ignore[call-arg]
kitsulite.create_app(port="8080")  # type: ignore[arg-type]
server: kitsulite.Server = kitsulite.Server("studio", port=8080)
text: str = server.url + server.admin_password
app = kitsulite.create_app(secret_key="x")
app.close()
