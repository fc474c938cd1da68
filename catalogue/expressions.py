"""The small language in which the catalogue says when something is asked and what must hold.

Python's expression syntax, a fixed list of names, no attribute but `castes.<list>`, no call but the five below; nothing
is ever handed to Python's own `eval`. Values are in normal form: ISO dates, numbers, booleans, ids, lists of ids.

| written | means |
|---|---|
| `age(d, on)` | completed years at a date |
| `days(a, b)` | days from a to b |
| `len(x)` | characters of a text, items of a list |
| `any_in(list, list)` | they share an item |
| `has_document("photo")` | that paper has been handed in; undecided until it is, or until nothing more will come |
| `today`, `session_31_march` | the date handed in, and 31 March of its year, as ISO dates |
| `null` | no value; only `==` and `!=` may be asked of it |
| `castes.sc`, `castes.obc_delhi` | the notified names, compared after folding case, spaces and hyphens |

Truth has three values, after Kleene: `None` stands for "not yet decidable", because a field that matters has no value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Set
from datetime import date
from functools import lru_cache
from typing import Any

from catalogue.castes import folded, notified
from catalogue.errors import ExpressionError

Values = Mapping[str, Any]

FUNCTIONS = {"age": 2, "days": 2, "len": 1, "any_in": 2, "has_document": 1}
CONSTANTS = frozenset({"today", "session_31_march", "null", "true", "false"})


class _Unknown:
    def __repr__(self) -> str:
        return "unknown"


_UNKNOWN = _Unknown()
_LIMIT = 2_000


def evaluate(
    expr: str,
    values: Values,
    today: date,
    documents: Set[str] = frozenset(),
    *,
    complete: bool = False,
    names: Mapping[str, Collection[str]] | None = None,
) -> bool | None:
    """Whether `expr` holds: True, False, or None while a field that it needs has no value.

    A field missing from `values` is not answered yet. One that is there as None was left empty: `x == null` is then
    True, any other comparison stays undecided. With `complete` (nothing more will be asked or handed in) missing counts
    as empty, and a document that is not there as missing for good.
    `names` replaces the notified castes, for tests. Raises `ExpressionError`.
    """
    run = _Run(expr, values, today, documents, complete, names)
    result = run.value(_parsed(expr))
    if result is _UNKNOWN or result is None:
        return None
    if not isinstance(result, bool):
        raise ExpressionError(f"{expr!r} is not a question that is true or false")
    return result


def fields_of(expr: str) -> tuple[str, ...]:
    """Ids of the fields that `expr` reads, in its own order."""
    found: dict[str, None] = {}
    _visit(_parsed(expr), lambda name: found.setdefault(name), lambda _: None)
    return tuple(found)


def documents_of(expr: str) -> tuple[str, ...]:
    """Ids of the documents that `expr` asks for."""
    found: dict[str, None] = {}
    _visit(_parsed(expr), lambda _: None, lambda name: found.setdefault(name))
    return tuple(found)


def lists_of(expr: str) -> tuple[str, ...]:
    """Names of the lists of castes that `expr` looks into."""
    nodes = [node for node in ast.walk(_parsed(expr)) if isinstance(node, ast.Attribute)]
    return tuple(dict.fromkeys(node.attr for node in nodes))


def check(expr: str) -> None:
    """Raises `ExpressionError` unless `expr` is of the language."""
    _parsed(expr)


@lru_cache(maxsize=1024)
def _parsed(expr: str) -> ast.expr:
    if len(expr) > _LIMIT:
        raise ExpressionError(f"an expression of {len(expr)} characters is too long")
    try:
        tree = ast.parse(expr.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{expr!r} cannot be read: {error}") from None
    try:
        _visit(tree, lambda _: None, lambda _: None)
    except ExpressionError as error:
        raise ExpressionError(f"{expr!r}: {error}") from None
    return tree


def _visit(node: ast.expr, on_field: Callable[[str], object], on_document: Callable[[str], object]) -> None:
    """Walks the tree in reading order; raises on anything outside the language."""
    match node:
        case ast.BoolOp(values=parts):
            children = list(parts)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            children = [operand]
        case ast.Compare(left=left, ops=ops, comparators=right):
            for op in ops:
                if type(op) not in _COMPARISONS:
                    raise ExpressionError(f"{type(op).__name__} is not allowed")
            children = [left, *right]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            children = [body, test, orelse]
        case ast.List(elts=elements):
            children = list(elements)
        case ast.Call(func=ast.Name(id="has_document"), args=[ast.Constant(value=str() as name)], keywords=[]):
            on_document(name)
            children = []
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if len(arguments) != FUNCTIONS.get(name) or name == "has_document":
                raise ExpressionError(f"there is no {name} with {len(arguments)} such arguments")
            children = list(arguments)
        case ast.Attribute(value=ast.Name(id="castes")):
            children = []
        case ast.Name(id=name):
            if name not in CONSTANTS:
                on_field(name)
            children = []
        case ast.Constant(value=str() | int() | float()):
            children = []
        case _:
            raise ExpressionError(f"{type(node).__name__} is not allowed")
    for child in children:
        _visit(child, on_field, on_document)


@lru_cache(maxsize=4)
def _constants(today: date) -> Mapping[str, Any]:
    return {
        "today": today.isoformat(),
        "session_31_march": date(today.year, 3, 31).isoformat(),
        "null": None,
        "true": True,
        "false": False,
    }


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "null"


class _Run:
    """One evaluation. Inside it, `_UNKNOWN` is a value not given yet and None one left empty."""

    def __init__(
        self,
        expr: str,
        values: Values,
        today: date,
        documents: Set[str],
        complete: bool,
        names: Mapping[str, Collection[str]] | None,
    ) -> None:
        self.expr = expr
        self.values = values
        self.documents = documents
        self.missing: object = None if complete else _UNKNOWN
        self.names = names
        self.constants = _constants(today)

    def error(self, reason: str) -> ExpressionError:
        return ExpressionError(f"{self.expr!r}: {reason}")

    def value(self, node: ast.expr) -> Any:
        # The kinds that the catalogue is full of come first.
        match node:
            case ast.Name(id=name):
                return self.constants[name] if name in self.constants else self.values.get(name, self.missing)
            case ast.Constant(value=value):
                return value
            case ast.Compare(left=left, ops=ops, comparators=right):
                return self.chain(left, ops, right)
            case ast.BoolOp(op=op, values=parts):
                return self.joined(isinstance(op, ast.And), parts)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
            case ast.List(elts=elements):
                return [self.value(element) for element in elements]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.truth(operand)
                return _UNKNOWN if truth is _UNKNOWN else not truth
            case ast.UnaryOp(operand=operand):
                number = self.value(operand)
                return number if number is None or number is _UNKNOWN else -self.number(number)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self.truth(test)
                return _UNKNOWN if truth is _UNKNOWN else self.value(body if truth else orelse)
            case ast.Attribute(attr=attr):
                return self.list_of(attr)
        raise self.error(f"{type(node).__name__} is not allowed")

    def truth(self, node: ast.expr) -> Any:
        value = self.value(node)
        if value is None or value is _UNKNOWN:
            return _UNKNOWN
        if not isinstance(value, bool):
            raise self.error(f"{value!r} is neither true nor false")
        return value

    def joined(self, both: bool, parts: list[ast.expr]) -> Any:
        """Kleene's `and` and `or`: one decisive part decides, whatever the others are."""
        truths = [self.truth(part) for part in parts]
        if (not both) in [t for t in truths if t is not _UNKNOWN]:
            return not both
        return _UNKNOWN if _UNKNOWN in truths else both

    def chain(self, left: ast.expr, ops: list[ast.cmpop], right: list[ast.expr]) -> Any:
        if len(ops) == 1:
            return self.compare(left, ops[0], right[0])
        truths = []
        for op, node in zip(ops, right, strict=True):
            truths.append(self.compare(left, op, node))
            left = node
        if False in [t for t in truths if t is not _UNKNOWN]:
            return False
        return _UNKNOWN if _UNKNOWN in truths else True

    def compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        a, b = self.value(left), self.value(right)
        if a is _UNKNOWN or b is _UNKNOWN:
            return _UNKNOWN
        if (_is_null(left) or _is_null(right)) and isinstance(op, ast.Eq | ast.NotEq):
            return (a is b) == isinstance(op, ast.Eq)
        if a is None or b is None:
            return _UNKNOWN
        if isinstance(b, _Names):
            a = folded(str(a))
        try:
            return bool(_COMPARISONS[type(op)](a, b))
        except TypeError:
            raise self.error(f"{a!r} and {b!r} cannot be compared so") from None

    def call(self, name: str, nodes: list[ast.expr]) -> Any:
        if name == "has_document":
            there = isinstance(nodes[0], ast.Constant) and nodes[0].value in self.documents
            return there or (_UNKNOWN if self.missing is _UNKNOWN else False)
        arguments = [self.value(node) for node in nodes]
        if any(argument is None or argument is _UNKNOWN for argument in arguments):
            return _UNKNOWN
        if name == "len":
            if not isinstance(arguments[0], str | list | tuple):
                raise self.error(f"{arguments[0]!r} has no length")
            return len(arguments[0])
        if name == "any_in":
            if not all(isinstance(argument, list | tuple) for argument in arguments):
                raise self.error("any_in takes two lists")
            return any(item in arguments[1] for item in arguments[0])
        a, b = (self.day(argument) for argument in arguments)
        if name == "days":
            return (b - a).days
        return b.year - a.year - ((b.month, b.day) < (a.month, a.day))

    def day(self, value: Any) -> date:
        try:
            return date.fromisoformat(value[:10])
        except (TypeError, ValueError):
            raise self.error(f"{value!r} is not a date") from None

    def number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(f"{value!r} is not a number")
        return value

    def list_of(self, attr: str) -> _Names:
        lists = notified() if self.names is None else self.names
        if attr not in lists:
            raise self.error(f"there is no list castes.{attr}")
        return _Names(lists[attr])


class _Names(frozenset[str]):
    """Notified names, already folded."""


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
