"""Passes the validated fields of the body and the named parameters to the function."""

import functools
from collections.abc import Mapping
from typing import Any

import bottle

from kitsulite.context import Context
from kitsulite.errors import BadParameter
from kitsulite.web import fields
from kitsulite.web.plugins.plugin import Callback, Plugin
from kitsulite.web.request import Request


class Body(Plugin):
    name = "kitsulite-body"

    def around(self, callback: Callback, route: bottle.Route) -> Callback:
        args, body = route.config.get("args"), route.config.get("body")
        if args is None and body is None:
            return callback
        schema = functools.cache(lambda: fields.schema_of(body))

        def read(ctx: Context, **path: Any) -> Any:
            values = read_arguments(args, ctx.request) if args else {}
            if body is not None:
                values.update(fields.load(schema(), ctx.request.fields()))
            return callback(ctx, **path, **values)

        return read


def read_arguments(declared: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The named parameters in a request: query or form first, then JSON; raises BadParameter for an invalid one."""
    values = {}
    for name, field in declared.items():
        value = request.arguments(name) if isinstance(field, fields.List) else request.argument(name, fields.missing)
        if value is fields.missing and field.required:
            missing = [{"field": name, "message": "Field required"}]
            raise BadParameter(f"Missing required parameter: {name}", {"errors": missing})
        try:
            values[name] = field.deserialize(value)
        except fields.ValidationError as error:
            message = field.refusal.format(name=name, value=str(value)[:80])
            is_general = field.refusal == fields.Field.refusal
            wrong = {"errors": list(fields.flat(error.messages, name))} if is_general else None
            raise BadParameter(message, wrong) from None
    return values
