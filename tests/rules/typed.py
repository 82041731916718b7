"""Uses of what others call, for mypy, which `.ci/run` runs on this file: a comment that ignores no error is one."""

import kitsulite

kitsulite.Server(prot=1)  # type: ignore[call-arg]
kitsulite.create_app(port="8080")  # type: ignore[arg-type]
server: kitsulite.Server = kitsulite.Server("studio", port=8080)
text: str = server.url + server.admin_password
app = kitsulite.create_app(secret_key="x")
app.close()
