"""Routes, each declared once: path, permission, body, and the function behind it.

    @post("/data/projects/<project_id>/shots", allow=manager_of("project_id"), status=201,
          body={"name": Str(required=True, min=1), "nb_frames": Int()})
    def create_shot(ctx, project_id, name, nb_frames):
        \"\"\"Create a shot in a project.\"\"\"

The function gets the context, the parameters of the path and the fields of the body. What
it returns is the answer: a value to be written as JSON, a `Reply`, or None for 204.

`allow`        the permission, required
`body`         fields of a validated body (JSON, else form and query together)
`args`         named parameters (query or form first, then JSON)
`allow_first`  whether the permission is checked before the body
`transaction`  whether the whole call is one transaction; by default every write is
"""

import inspect

from kitsulite.errors import BadParameter
from kitsulite.web import fields

#: all routes, in order of declaration
ROUTES = []


class Route:
    def __init__(self, method, rule, function, allow, status=200, body=None, args=None, **options):
        self.method, self.rule, self.function, self.allow, self.status = method, rule, function, allow, status
        self.body, self.args = body, args
        self.allow_first = options.pop("allow_first", False)
        self.transaction = options.pop("transaction", method != "GET")
        self.doc = inspect.getdoc(options.pop("about", None) or function) or ""
        #: where the route is declared, below `kitsulite.api`: `tasks.creation`
        self.module = function.__module__.removeprefix("kitsulite.api.")
        self.tag = options.pop("tag", None) or self.module.partition(".")[0]
        if options:
            raise TypeError(f"unknown options of a route: {', '.join(options)}")
        self._schema = fields.schema_of(body) if body is not None else None

    def __repr__(self):
        return f"{self.method} {self.rule}"

    def inputs(self, request):
        """The validated fields and arguments of a request, by name."""
        values = read_arguments(self.args, request) if self.args else {}
        if self._schema:
            values.update(fields.load(self._schema, request.fields()))
        return values

    def call(self, ctx, path):
        """Permission, input, function: what the function returned."""
        if self.allow_first:
            self.allow(ctx, path)
        values = self.inputs(ctx.request)
        if not self.allow_first:
            self.allow(ctx, path)
        return self.function(ctx, **path, **values)


def read_arguments(declared, request):
    values = {}
    for name, field in declared.items():
        value = request.arguments(name) if isinstance(field, fields.List) else request.argument(name, fields.missing)
        if value is fields.missing and field.required:
            raise BadParameter(f"Missing required parameter: {name}")
        try:
            values[name] = field.deserialize(value)
        except fields.ValidationError:
            raise BadParameter(field.refusal.format(name=name, value=str(value)[:80])) from None
    return values


def declare(method, rule, allow, **options):
    def register(function):
        ROUTES.append(Route(method, rule, function, allow, **options))
        return function

    return register


def get(rule, allow, **options):
    return declare("GET", rule, allow, **options)


def post(rule, allow, **options):
    return declare("POST", rule, allow, **options)


def put(rule, allow, **options):
    return declare("PUT", rule, allow, **options)


def delete(rule, allow, status=204, **options):
    return declare("DELETE", rule, allow, status=status, **options)
