"""The context of a request or command: the caller, their role on the project in question, database and settings.

Domain code takes a `Context` and knows nothing of HTTP: the command line, jobs and tests create one without a request.
"""

import re
from typing import Any, NamedTuple

from kitsulite import hosts
from kitsulite.errors import Forbidden
from kitsulite.models.choices import MANAGERS, SUPERVISORS
from kitsulite.store.postponed import Postponed

Row = dict[str, Any]
#: a host name or address, with or without a port
HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)


class Membership(NamedTuple):
    """The membership of the caller in one project.

    `role` is the effective one: that of the team link, else the global role. The global role of a person outside the
    team gives no rights, but still hides what that role may not see.
    """

    project_id: str | None
    role: str | None
    in_team: bool = False
    #: whether they see only a single row of the project, to which rows of theirs refer
    is_glimpse: bool = False

    @property
    def is_member(self) -> bool:
        """A team member, or an admin."""
        return self.in_team or self.role == "admin"

    @property
    def is_manager(self) -> bool:
        """A manager of the team, or an admin."""
        return self.is_member and self.role in MANAGERS

    @property
    def is_supervisor(self) -> bool:
        """A manager or supervisor of the team, or an admin."""
        return self.is_member and self.role in SUPERVISORS


class Deletion(NamedTuple):
    """A project that is being deleted with its event log; its events, and the removal of its files, are kept."""

    project_id: str
    events: Postponed
    files: Postponed


class Context:
    """The caller, the database, the settings and the application.

    `person` is the caller's row as the API shows it (None for anonymous callers), `claims` those of the token. A
    context is about no project, or about the one of its `membership`: `on(membership)` returns another context. `row`
    is a row that the permission has read, for the function of the route.
    """

    def __init__(self, app: Any, person: Row | None = None, claims: Any = None, request: Any = None) -> None:
        self.app = app
        self.db = app.db
        self.settings = app.settings
        self.request = request
        self.row: Row | None = None
        #: events to write together, see `events.bus.gathering`
        self.gathered: list[tuple[str, Row, str | None]] | None = None
        #: the project that is being deleted with its event log
        self.deletion: Deletion | None = None
        self.set_caller(person, claims or {})

    def set_caller(self, person: Row | None, claims: Any) -> None:
        self.person, self.claims = person, claims
        self.membership = Membership(None, self.global_role)
        #: project id -> Membership, if it was needed before
        self.memberships: dict[str, Membership] = {}
        self._departments: set[str] | None = None
        self._roles: set[str | None] | None = None

    def on(self, membership: Membership, row: Row | None = None) -> "Context":
        """The context for a project; `row` is a row of it that was read to find out."""
        scoped = Context.__new__(Context)
        scoped.__dict__.update(self.__dict__)
        scoped.membership, scoped.row = membership, row
        return scoped

    @property
    def site(self) -> str:
        """The base URL of links: that of the settings, else the one that the caller uses.

        Since anyone could put any host name into a request, and have links to it mailed to others, a name counts
        only if it belongs to this machine, is in the setting `allowed_hosts`, or is used by an administrator.
        """
        host = self.request.header("Host") if self.request and self.app.names_itself else ""
        if HOST.fullmatch(host):
            if self.is_admin:
                self.app.trusted_hosts.add(host)
            name = hosts.name_of(host)
            allowed = map(hosts.name_of, self.settings.allowed_hosts)
            if host in self.app.trusted_hosts or name in allowed or hosts.is_own(name):
                return f"{self.settings.domain_protocol}://{host}"
        return f"{self.settings.domain_protocol}://{self.settings.domain_name}"

    @property
    def person_id(self) -> Any:
        return self.person["id"] if self.person else None

    @property
    def global_role(self) -> str | None:
        return self.person["role"] if self.person else None

    @property
    def role(self) -> str | None:
        """The effective role on the project of this context; without a project, the global one."""
        return self.membership.role

    @property
    def is_admin(self) -> bool:
        return self.global_role == "admin"

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGERS

    @property
    def departments(self) -> set[str]:
        """Ids of the caller's departments."""
        if self._departments is None:
            sql = "SELECT department_id FROM department_link WHERE person_id = ?"
            self._departments = set(self.db.column(sql, [self.person_id]))
        return self._departments

    @property
    def roles(self) -> set[str | None]:
        """The caller's roles: the global one, and those on projects; nobody is an admin of a project alone."""
        if self._roles is None:
            sql = "SELECT DISTINCT role FROM project_person_link WHERE person_id = ? AND role <> 'admin'"
            self._roles = {*self.db.column(sql, [self.person_id]), self.global_role}
        return self._roles

    def require(self, condition: Any, message: str | None = None) -> None:
        """Raise Forbidden unless the condition holds."""
        if not condition:
            raise Forbidden(message) if message else Forbidden()
