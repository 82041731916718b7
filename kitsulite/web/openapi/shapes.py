"""JSON schemas of rows, columns and validated fields."""

from collections.abc import Mapping
from typing import Any

from kitsulite.events.names import KINDS
from kitsulite.models import TABLES
from kitsulite.models.base import Row, Table
from kitsulite.models.entities import Entity
from kitsulite.models.fields import Moment
from kitsulite.web import fields

Json = dict[str, Any]
UUID: Json = {"type": "string", "format": "uuid"}
ANYTHING: Json = {}
#: columns that are null for people who may not see them
MASKED = {"difficulty"}
ERROR: Json = {
    "type": "object",
    "description": "What a refusal says, for people.",
    "properties": {
        "error": {"type": "boolean"},
        "message": {"type": "string"},
        "msg": {"type": "string", "description": "the message, of what is wrong with a token"},
        "data": {"description": "what is wrong with which field", **ANYTHING},
    },
}
PAGE_KEYS = ("total", "nb_pages", "limit", "offset", "page")
MOMENT: Json = {
    "type": "string",
    "description": "a moment in UTC: YYYY-MM-DDTHH:MM:SS",
    "examples": ["2026-11-29T08:00:00"],
}


def schemas() -> Json:
    shapes: Json = {"Error": ERROR, **{kind.capitalize(): row_shape(Entity) for kind in KINDS}}
    for model in TABLES.values():
        if issubclass(model, Row):
            name = model.type_name()
            shapes[name] = row_shape(model)
            rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
            numbers = {key: {"type": "integer"} for key in PAGE_KEYS}
            shapes[f"{name}Page"] = {"type": "object", "required": ["data"], "properties": {"data": rows, **numbers}}
    return shapes


def row_shape(model: type[Table]) -> Json:
    """The shape of a row in answers."""
    properties: Json = {}
    for name in model.shown_columns():
        shape = column_shape(model.columns()[name])
        properties[model.shown_names.get(name, name)] = with_null(shape) if name in MASKED else shape
    # lists of ids, or on some routes of rows
    properties.update({name: {"type": "array", "items": ANYTHING} for name in model.relations})
    properties["type"] = {"type": "string"}
    return {"type": "object", "required": ["id"], "properties": properties}


def column_shape(column: Any) -> Json:
    shape = (MOMENT if isinstance(column, Moment) else typed(column)) | column_limits(column)
    if column.json_type == "array":
        shape["items"] = ANYTHING
    # objects and lists may contain the null of JSON
    return with_null(shape) if column.null or column.json_type in ("object", "array") else shape


def fields_shape(declared: Mapping[str, Any]) -> Json:
    """The shape of an object of validated fields."""
    required = [name for name, field in declared.items() if field.required]
    shape: Json = {"type": "object", "properties": {name: field_shape(field) for name, field in declared.items()}}
    return {**shape, "required": required} if required else shape


def field_shape(field: Any, nullable: bool = True) -> Json:
    """The shape of a validated field."""
    shape: Json = {"type": field.json_type, "format": field.json_format}
    if isinstance(field, fields.Moment):
        shape = {"type": "string", "description": "a date, or a moment in UTC"}
    elif isinstance(field, fields.Nested):
        shape = fields_shape(field.schema.declared_fields)
    elif isinstance(field, fields.List):
        shape["items"] = field_shape(field.item)
    elif field.json_type == "array":
        shape["items"] = ANYTHING
    if getattr(field, "choices", None):
        shape["enum"] = list(field.choices)
    shape.update(limits(field))
    if field.load_default is not fields.missing and isinstance(field.load_default, (str, int, float)):
        shape["default"] = field.load_default
    shape = {key: value for key, value in shape.items() if value is not None}
    return with_null(shape) if nullable and field.allow_none else shape


def limits(field: Any) -> Json:
    """The limits of lengths and values of a field, in JSON Schema."""
    lengths = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}.get(field.json_type, ())
    values = (getattr(field, "min", None), getattr(field, "max", None))
    bounds = {name: value for name, value in zip(lengths, values, strict=False) if value}
    for name, key in (("minimum", "ge"), ("exclusiveMinimum", "gt")):
        if getattr(field, key, None) is not None:
            bounds[name] = getattr(field, key)
    return bounds


def with_null(shape: Json) -> Json:
    """The shape of a value that may also be null."""
    if "type" not in shape:
        return shape
    nullable = {**shape, "type": [shape["type"], "null"]}
    return {**nullable, "enum": [*shape["enum"], None]} if "enum" in shape else nullable


def typed(field: Any) -> dict[str, Any]:
    """The JSON type of a field of a body or of a column."""
    shape: dict[str, Any] = {"type": field.json_type, "format": field.json_format}
    return {key: value for key, value in shape.items() if value}


def column_limits(column: Any) -> dict[str, Any]:
    """The limits of a column's values."""
    shape: dict[str, Any] = {}
    if getattr(column, "max_length", None):
        shape["maxLength"] = column.max_length
    if getattr(column, "codes", None) and column.json_type == "string":
        shape["enum"] = list(column.codes)
    if getattr(column, "table", None):
        shape["description"] = f"id of a row of {column.table}"
    return shape
