# SPDX-License-Identifier: BSD-3-Clause
"""How does one round a function's local variables each time they are written?  By its source text.

Every assignment to a plain name, or into an element of one, hands its value to a hook first; the
rest of the function is as it was.  A function without source text, as a lambda, has no variables.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

__all__ = ["rewrite", "variables"]

_HOOK = "_numformats_store"


def _tree(function: object) -> ast.FunctionDef | None:
    """The definition of a plain function; None where there is no text of it."""
    if not inspect.isfunction(function):
        return None
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    here = body[0] if body else None
    if isinstance(here, ast.FunctionDef) and here.name == function.__name__:
        return None if here.decorator_list or "__class__" in function.__code__.co_freevars else here
    return None


def variables(function: object) -> list[str]:
    """The names that the function assigns to, its parameters left out, in order.

    >>> import numformats.linalg.measures as measures
    >>> variables(measures.finite), variables(lambda r: r * r)
    (['bad', 'at', 'msg'], [])
    """
    tree = _tree(function)
    if tree is None:
        return []
    parameters = {a.arg for a in ast.walk(tree.args) if isinstance(a, ast.arg)}
    seen = _Writes()
    for statement in tree.body:
        seen.visit(statement)
    return [name for name in dict.fromkeys(seen.names) if name not in parameters]


class _Writes(ast.NodeTransformer):
    """Notes the names that are written to, and puts the hook before each such write."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node  # its variables are its own

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.AST]:
        names = [name for target in node.targets for name in self._bound(target)]
        return self._after(node, names)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.AST]:
        return self._after(node, list(self._bound(node.target)))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.AST]:
        return self._after(node, list(self._bound(node.target)) if node.value else [])

    def _bound(self, target: ast.expr) -> list[str]:
        """The names of a target: x, x[i], or several of them."""
        if isinstance(target, ast.Name):
            return [target.id]
        if isinstance(target, ast.Subscript):
            return self._bound(target.value)
        if isinstance(target, ast.Tuple | ast.List):
            return [name for item in target.elts for name in self._bound(item)]
        return self._bound(target.value) if isinstance(target, ast.Starred) else []

    def _after(self, node: ast.stmt, names: list[str]) -> ast.AST | list[ast.AST]:
        """The statement, and after it the names that it wrote, each stored anew."""
        self.names += names
        stores = [ast.parse(f"{name} = {_HOOK}({name!r}, {name})").body[0] for name in names]
        for store in stores:
            ast.copy_location(store, node)
        return [node, *stores]


def rewrite(
    function: types.FunctionType, store: Callable[[str, Any], Any]
) -> Callable[..., object]:
    """A copy of the function that writes `store(name, value)` where it wrote the value.

    The function must be one that has `variables`.
    """
    tree = _tree(function)
    assert tree is not None, "a function with variables has a text"
    writes = _Writes()
    tree.body = [new for old in tree.body for new in _listed(writes.visit(old))]
    free = function.__code__.co_freevars
    outer = ast.parse(f"def outer({', '.join((*free, _HOOK))}):\n    return {tree.name}")
    definition = outer.body[0]
    assert isinstance(definition, ast.FunctionDef)
    tree.args.defaults, tree.args.kw_defaults = [], [None for _ in tree.args.kwonlyargs]
    definition.body.insert(0, tree)
    for node in ast.walk(tree):  # annotations may name what is not there
        if isinstance(node, ast.arg):
            node.annotation = None
    tree.returns = None
    names: dict[str, Any] = {}
    ast.fix_missing_locations(outer)
    code = compile(outer, function.__code__.co_filename, "exec")
    exec(code, function.__globals__, names)  # noqa: S102 - it is the user's own function
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    made = names["outer"](*cells, store)
    made.__defaults__, made.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return made  # type: ignore[no-any-return] # a function like the one given


def _listed(nodes: ast.AST | list[ast.AST]) -> list[Any]:
    return nodes if isinstance(nodes, list) else [nodes]
