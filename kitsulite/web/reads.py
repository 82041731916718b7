"""Finds in the source of a route's function what it reads from the request, so that it is not declared again.

Calls within the module of the function are followed, and calls to which the whole query is passed.
"""

import ast
import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

#: method of `Request` -> JSON type of the parameter that it reads
READERS = {"flag": "boolean", "integer": "integer", "argument": "string"}
#: attribute of `Request` -> the kind of body that it reads
BODIES = {
    "file": "files",
    "files": "files",
    "uploads": "files",
    "form": "form",
    "id_list": "ids",
    "json_list": "list",
    "json_object": "object",
    "loose_json": "any",
    "strict_json": "any",
    "json": "any",
}
#: function of `reply` -> the content type of its answer
ANSWERS = {
    **dict.fromkeys(("stored", "file", "made"), "file"),
    **dict.fromkeys(("ndjson", "tagged_lines"), "application/x-ndjson"),
    "csv": "text/csv",
}
DEEPEST = 3
#: parsing in several threads at once fails in Python 3.11
PARSING = threading.Lock()


@dataclass
class Reads:
    #: query parameter -> its JSON type
    query: dict[str, str] = field(default_factory=dict)
    bodies: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)

    def update(self, other: "Reads") -> None:
        self.query.update(other.query)
        self.bodies |= other.bodies
        self.answers |= other.answers


@functools.cache
def of(function: Callable[..., Any]) -> Reads:
    """What a function that takes a context reads from the request."""
    return scan(inspect.unwrap(function), "", DEEPEST)


def scan(function: Any, query_name: str, depth: int) -> Reads:
    """What a function reads; `query_name` is its parameter for the whole query, if there is one."""
    reads = Reads()
    for node in nodes(function):
        if isinstance(node, ast.Attribute) and is_request(node.value) and node.attr in BODIES:
            reads.bodies.add(BODIES[node.attr])
        if isinstance(node, ast.Subscript) and is_query(node.value, query_name):
            note(reads, node.slice, "string")
        if isinstance(node, ast.Compare) and is_query(node.comparators[0], query_name):
            note(reads, node.left, "string")
        if isinstance(node, ast.Call):
            scan_call(reads, node, function, query_name, depth)
    return reads


def scan_call(reads: Reads, call: ast.Call, function: Any, query_name: str, depth: int) -> None:
    target = call.func
    if isinstance(target, ast.Attribute):
        if target.attr in READERS and is_request(target.value):
            note(reads, call.args[0], READERS[target.attr])
        elif target.attr == "get" and is_query(target.value, query_name):
            note(reads, call.args[0], "string")
        elif target.attr in ANSWERS and getattr(target.value, "id", "") == "reply":
            reads.answers.add(ANSWERS[target.attr])
    elif isinstance(target, ast.Name) and target.id == "flag":
        note(reads, call.args[0], "boolean")
    if depth:
        follow(reads, call, function, query_name, depth)


def follow(reads: Reads, call: ast.Call, function: Any, query_name: str, depth: int) -> None:
    """Add what a called function reads, if it is in the same module or takes the whole query."""
    called = resolved(call.func, function)
    if not inspect.isfunction(called):
        return
    names = list(inspect.signature(called).parameters)
    handed = [names[i] for i, value in enumerate(call.args[: len(names)]) if is_query(value, query_name)]
    if handed or called.__module__ == function.__module__:
        reads.update(scan(called, handed[0] if handed else "", depth - 1))


def resolved(target: ast.expr, function: Any) -> Any:
    """The called function, None if the call is not by a plain name."""
    if isinstance(target, ast.Name):
        return function.__globals__.get(target.id)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        owner = function.__globals__.get(target.value.id)
        return getattr(owner, target.attr, None) if inspect.ismodule(owner) else None
    return None


@functools.cache
def nodes(function: Any) -> tuple[ast.AST, ...]:
    """The syntax nodes of a function; none if its source is not available."""
    definition = definitions(function.__module__).get(function.__code__.co_firstlineno)
    return tuple(ast.walk(definition)) if definition else ()


@functools.cache
def definitions(module: str) -> dict[int, ast.FunctionDef]:
    """The functions of a module by their first line, including decorators."""
    try:
        source = inspect.getsource(sys.modules[module])
        with PARSING:
            tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return {}
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {min([node.lineno, *(part.lineno for part in node.decorator_list)]): node for node in functions}


def is_request(node: ast.expr) -> bool:
    """Whether an expression is the request: `ctx.request`, `request`."""
    return (isinstance(node, ast.Attribute) and node.attr == "request") or getattr(node, "id", "") == "request"


def is_query(node: ast.expr, name: str) -> bool:
    """Whether an expression is the query: `ctx.request.query`, or a variable with it."""
    if isinstance(node, ast.Attribute):
        return node.attr == "query" and is_request(node.value)
    return isinstance(node, ast.Name) and node.id in {name, "query"} - {""}


def note(reads: Reads, name: ast.expr, kind: str) -> None:
    """Add a parameter, named in the source by a literal or by a loop over a tuple of names."""
    for text in texts(name):
        reads.query.setdefault(text, kind)


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
