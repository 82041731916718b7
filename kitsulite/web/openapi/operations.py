"""What a route takes and answers: parameters, body and responses."""

import functools
import http
import re
from typing import Any

from kitsulite.events.names import KINDS
from kitsulite.web import reads
from kitsulite.web.openapi.names import group, owner_of, tag
from kitsulite.web.openapi.shapes import ANYTHING, UUID, Json, column_shape, field_shape, fields_shape
from kitsulite.web.route import DECLARED, Route

PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")
#: path parameters that are texts, though they are named like ids
TEXT_IDS = {"plugin_id", "shotgun_id"}
#: routes whose last word names a table, but whose answer is not its rows
UNLIKE = re.compile(
    r"/data/(?!entities|tasks|projects)[a-z]+/(entities/)?<entity_id>/preview-files"
    r"|/data/departments/(<department_id>/)?(hardware-items|software-licenses)(/<\w+>)?"
    r"|/data/projects/<project_id>/(task-types/<task_type_id>|budgets)/time-spents"
    r"|/data/projects/<project_id>/(day-offs|quotas/persons/<person_id>|entities/casting/\w+/<\w+>)"
    r"|/data/projects/<project_id>/task-types/<task_type_id>/softwares"
    r"|/data/(scenes|shots)/<\w+>/asset-instances|/data/entities/<entity_id>/tasks"
    # rows that may be missing
    r"|/data/(persons/<person_id>|user)/day-offs/<date>|/data/user/tasks/<task_id>/time-spents/<date>"
)
#: routes that answer a page, and those that answer a list although their path ends with a parameter
PAGED = re.compile(r"/data/(entities/<entity_id>|projects|projects/<project_id>)/news")
LISTED = re.compile(r"/data/(persons/<person_id>|user)/time-spents/<date>|/data/persons/day-offs/<year>")


def operation(route: Route, operation_id: str) -> Json:
    """The parameters, body and answers of a route."""
    summary, _, rest = route.doc.partition("\n")
    read = reads.of(route.callback)
    described: Json = {
        "operationId": operation_id,
        "summary": summary,
        "description": f"{rest.strip()}\n\nWho: {route.allow}.".strip(),
        "tags": [tag(route)],
        "x-group": group(route),
        "x-permission": str(route.allow),
        "parameters": parameters(route, read),
        "responses": responses(route, read),
    }
    body = request_body(route, read)
    if body:
        described["requestBody"] = body
    if route.allow.public:
        described["security"] = []
    return described


def parameters(route: Route, read: reads.Reads) -> list[Json]:
    by_name = {name: path_parameter(name) for name in PARAMETER.findall(route.rule)}
    for name, field in (route.args or {}).items():
        by_name.setdefault(name, query_parameter(name, field_shape(field, nullable=False), field.required))
    for name, kind in {**read.query, **listed(route)}.items():
        by_name.setdefault(name, query_parameter(name, {"type": kind}))
    return list(by_name.values())


def listed(route: Route) -> dict[str, str]:
    """The parameters of a generic listing: pages, and a filter for each column."""
    owner = owner_of(route)
    if owner is None or route.callback.__name__ != "list":
        return {}
    filters = {owner.model.shown_names.get(name, name): "string" for name in owner.model.shown_columns()}
    pages = {"page": "integer", "limit": "integer", "relations": "boolean", "fields": "string"}
    return {**filters, **dict.fromkeys(owner.list_parameters, "string"), **pages}


def path_parameter(name: str) -> Json:
    is_id = name.endswith("_id") and name not in TEXT_IDS
    return {"name": name, "in": "path", "required": True, "schema": UUID if is_id else {"type": "string"}}


def query_parameter(name: str, shape: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": shape}


def request_body(route: Route, read: reads.Reads) -> Json | None:
    """The body of a route, None if it has none."""
    if route.method == "GET":
        return None
    if "files" in read.bodies:
        form = {name: field_shape(field) for name, field in (route.body or {}).items()}
        shape = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, **form}}
        return {"required": True, "content": {"multipart/form-data": {"schema": shape}}}
    if "form" in read.bodies:
        shape = {"type": "object", "additionalProperties": {"type": "string"}}
        return {"content": {"application/x-www-form-urlencoded": {"schema": shape}}}
    json_shape = body_shape(route, read)
    if json_shape is None:
        return None
    return {"required": route.method != "DELETE", "content": {"application/json": {"schema": json_shape}}}


def body_shape(route: Route, read: reads.Reads) -> Json | None:
    owner = owner_of(route)
    if owner and route.method in ("POST", "PUT"):
        return row_body(owner, is_new=route.method == "POST")
    if route.body is not None:
        return fields_shape(route.body)
    for kind, shape in (
        ("ids", {"type": "array", "items": UUID}),
        ("list", {"type": "array", "items": {"type": "object"}}),
        ("object", {"type": "object"}),
        ("any", ANYTHING),
    ):
        if kind in read.bodies:
            return shape
    return None


def row_body(owner: Any, is_new: bool) -> Json:
    """The columns and relations in the body that creates or changes a row."""
    model = owner.model
    hidden = set(owner.ignored_on_create) if is_new else owner.protected
    names = [*model.shown_columns(), *owner.writable_secrets]
    properties = {name: column_shape(model.columns()[name]) for name in names if name not in hidden}
    properties.update({name: {"type": "array", "items": UUID} for name in model.relations if name not in hidden})
    return {"type": "object", "properties": properties}


def responses(route: Route, read: reads.Reads) -> Json:
    phrase = http.HTTPStatus(route.status).phrase
    answers: Json = {str(route.status): {"description": phrase}}
    if route.status != 204:
        answers[str(route.status)]["content"] = content(route, read)
    refusals = {"400"} if route.method != "GET" or route.args or read.query else set()
    refusals |= set() if route.allow.public else {"401", "403", "422"}
    refusals |= {"404"} if PARAMETER.search(route.rule) else set()
    refusals |= {"413"} if read.bodies or route.body is not None else set()
    answers.update({status: {"$ref": f"#/components/responses/{status}"} for status in sorted(refusals)})
    return answers


def content(route: Route, read: reads.Reads) -> Json:
    for kind in sorted(read.answers):
        if kind == "file":
            return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {kind: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": answer(route, read)}}


def answer(route: Route, read: reads.Reads) -> Json:
    """The JSON of an answer: rows if the last word of the path names a table."""
    owner = owner_of(route)
    words = route.rule.strip("/").split("/")
    is_one = words[-1].startswith("<")
    name = owner.model.type_name() if owner else row_names().get(words[-2] if is_one else words[-1])
    if name is None or (owner is None and (UNLIKE.fullmatch(route.rule) or words[0] not in ("data", "shared"))):
        return ANYTHING
    row: Json = {"$ref": f"#/components/schemas/{name}"}
    rows, page = {"type": "array", "items": row}, {"$ref": f"#/components/schemas/{name}Page"}
    if PAGED.fullmatch(route.rule):
        return page
    if (owner and route.callback.__name__ == "list") or "page" in read.query:
        return {"oneOf": [rows, page]}
    return rows if route.method == "GET" and (not is_one or LISTED.fullmatch(route.rule)) else row


@functools.cache
def row_names() -> dict[str, str]:
    """The last word in the path of rows -> the name of their schema."""
    resources = (getattr(function, "__self__", None) for _, _, function, _ in DECLARED)
    owners = {}
    for owner in resources:
        if owner is not None and hasattr(owner, "base"):
            owners[owner.base.rpartition("/")[2]] = owner.model.type_name()
    return {**owners, **{f"{kind}s": kind.capitalize() for kind in KINDS}}
