"""What the function of a route reads of its request, found in its own source: nothing is written twice.

Calls within the function's module are followed, and calls that pass the whole query on.
"""

import ast
import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

#: method of a request -> JSON type of the parameter that it reads
READERS = {"flag": "boolean", "integer": "integer", "argument": "string"}
#: attribute of a request -> the kind of body that it is
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
#: functions of `reply` -> the kind of content that they answer
ANSWERS = {
    **dict.fromkeys(("stored", "file", "made"), "file"),
    **dict.fromkeys(("ndjson", "tagged_lines"), "application/x-ndjson"),
    "csv": "text/csv",
}
DEEPEST = 3
#: parsers of several threads upset each other in Python 3.11
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
    """What a function that gets a context reads of the request."""
    return scan(inspect.unwrap(function), "", DEEPEST)


def scan(function: Any, query_name: str, depth: int) -> Reads:
    """What a function reads; `query_name` is its parameter that holds the whole query, if one does."""
    found = Reads()
    for node in nodes(function):
        if isinstance(node, ast.Attribute) and is_request(node.value) and node.attr in BODIES:
            found.bodies.add(BODIES[node.attr])
        if isinstance(node, ast.Subscript) and is_query(node.value, query_name):
            note(found, node.slice, "string")
        if isinstance(node, ast.Compare) and is_query(node.comparators[0], query_name):
            note(found, node.left, "string")
        if isinstance(node, ast.Call):
            scan_call(found, node, function, query_name, depth)
    return found


def scan_call(found: Reads, call: ast.Call, function: Any, query_name: str, depth: int) -> None:
    target = call.func
    if isinstance(target, ast.Attribute):
        if target.attr in READERS and is_request(target.value):
            note(found, call.args[0], READERS[target.attr])
        elif target.attr == "get" and is_query(target.value, query_name):
            note(found, call.args[0], "string")
        elif target.attr in ANSWERS and getattr(target.value, "id", "") == "reply":
            found.answers.add(ANSWERS[target.attr])
    elif isinstance(target, ast.Name) and target.id == "flag":
        note(found, call.args[0], "boolean")
    if depth:
        follow(found, call, function, query_name, depth)


def follow(found: Reads, call: ast.Call, function: Any, query_name: str, depth: int) -> None:
    """Add what a called function reads: one of the same module, or one that is handed the query."""
    called = resolved(call.func, function)
    if not inspect.isfunction(called):
        return
    names = list(inspect.signature(called).parameters)
    handed = [names[i] for i, value in enumerate(call.args[: len(names)]) if is_query(value, query_name)]
    if handed or called.__module__ == function.__module__:
        found.update(scan(called, handed[0] if handed else "", depth - 1))


def resolved(target: ast.expr, function: Any) -> Any:
    """The object that the name of a called function stands for, None if it is no plain one."""
    if isinstance(target, ast.Name):
        return function.__globals__.get(target.id)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        owner = function.__globals__.get(target.value.id)
        return getattr(owner, target.attr, None) if inspect.ismodule(owner) else None
    return None


@functools.cache
def nodes(function: Any) -> tuple[ast.AST, ...]:
    """All parts of the source of a function; none where the source is not at hand."""
    found = definitions(function.__module__).get(function.__code__.co_firstlineno)
    return tuple(ast.walk(found)) if found else ()


@functools.cache
def definitions(module: str) -> dict[int, ast.FunctionDef]:
    """The functions of a module by the line on which each begins, decorators included."""
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
    """Whether an expression is the query: `ctx.request.query`, or a variable that holds it."""
    if isinstance(node, ast.Attribute):
        return node.attr == "query" and is_request(node.value)
    return isinstance(node, ast.Name) and node.id in {name, "query"} - {""}


def note(found: Reads, name: ast.expr, kind: str) -> None:
    """Add a parameter whose name stands in the source, or in a loop over a tuple of names."""
    for text in texts(name):
        found.query.setdefault(text, kind)


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
