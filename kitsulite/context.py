"""One request: who asks, with which role, on which database.

Domain code takes a `Context` and nothing else of the web: the command line, jobs and
tests make one without a request.
"""

from kitsulite.errors import Forbidden


class Context:
    """The caller and the means at hand.

    `person` is the caller's row as the API shows it (None for nobody), `claims` those of
    the token, `project_role` the role on the project that was examined last.
    """

    def __init__(self, app, person=None, claims=None, request=None):
        self.app = app
        self.db = app.db
        self.settings = app.settings
        self.request = request
        self.project_role = None
        self.set_caller(person, claims or {})

    def set_caller(self, person, claims):
        self.person, self.claims = person, claims
        self._departments = None

    @property
    def person_id(self):
        return self.person["id"] if self.person else None

    @property
    def global_role(self):
        return self.person["role"] if self.person else None

    @property
    def role(self):
        """The effective role: that on the project examined last, else the global one."""
        return self.project_role or self.global_role

    @property
    def is_admin(self):
        return self.global_role == "admin"

    @property
    def is_manager(self):
        return self.role in ("admin", "manager")

    @property
    def departments(self):
        """Ids of the caller's departments."""
        if self._departments is None:
            sql = "SELECT department_id FROM department_link WHERE person_id = ?"
            self._departments = set(self.db.column(sql, [self.person_id]))
        return self._departments

    def require(self, condition, message=None):
        """Forbidden unless the condition holds."""
        if not condition:
            raise Forbidden(message) if message else Forbidden()
