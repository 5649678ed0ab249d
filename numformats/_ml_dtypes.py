# SPDX-License-Identifier: BSD-3-Clause
"""When do arrays of ml_dtypes become arrays of number formats, and back?  As soon as both exist.

NumPy asks nobody when a cast is missing, and remembers that it is.  So the casts must be there
before anyone tries one: at the end of the import of whichever package comes second.  ml_dtypes is
never imported from here.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes, _native
from numformats.number_format import Format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["start"]

NAME = "ml_dtypes"
# One bit is no format here: fixed point begins at two.
_INTEGERS = {
    f"{'' if is_signed else 'u'}int{bits}": Format("fixed", bits, is_signed=is_signed)
    for bits in (2, 4)
    for is_signed in (True, False)
}


def _shared(module: ModuleType) -> Iterator[tuple[np.dtype[Any], bytes]]:
    """The dtypes of the module whose codes are those of a format, with the format's bytes."""
    formats = {name: T.format for name, T in _native.NAMED.items()} | _INTEGERS
    for name, f in formats.items():
        scalar = getattr(module, name, None)
        if isinstance(scalar, type) and issubclass(scalar, np.generic):
            yield np.dtype(scalar), bytes(_native.ffi.buffer(_native.row(f)))


def adopt(module: ModuleType) -> None:
    """Let the module's dtypes meet every format; what cannot be had is a RuntimeWarning.

    Nothing is raised, because this runs inside of somebody's import of ml_dtypes.
    """
    try:
        missing = _dtypes.adopt(list(_shared(module)))
    except Exception as error:  # noqa: BLE001 - whatever it is, ml_dtypes itself is sound
        _warn(f"not all casts between number formats and {NAME} could be made ({error})")
        return
    if missing:
        pairs = ", ".join(f"{a} -> {b}" for a, b in missing)
        _warn(f"NumPy has no casts {pairs}: they were tried before numformats knew {NAME}")


def _warn(what: str) -> None:
    message = f"{what}; nf.from_bits and nf.to_bits with .view convert exactly without casts"
    warnings.warn(message, RuntimeWarning, stacklevel=3)


class _Watch:
    """A finder that finds nothing by itself: it waits for ml_dtypes, adopts it and goes."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the other finders say; for ml_dtypes, with a loader that adopts it afterwards."""
        if name != NAME:
            return None
        for finder in [f for f in sys.meta_path if f is not self]:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find is not None else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Adopting(spec.loader, self)  # type: ignore[assignment]
                return spec
        return None

    def leave(self) -> None:
        """No more waiting."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)


class _Adopting:
    """A loader that stands before another one until the module has run; a failure changes nothing.

    The other one may be shared by many modules, or be a class: it is not touched.
    """

    def __init__(self, loader: Any, watch: _Watch) -> None:
        self._loader, self._watch = loader, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, put the other loader back where this one was seen, and adopt."""
        self._loader.exec_module(module)
        for holder, name in ((module.__spec__, "loader"), (module, "__loader__")):
            if getattr(holder, name, None) is self:
                setattr(holder, name, self._loader)
        self._watch.leave()
        adopt(module)


def start() -> None:
    """Adopt ml_dtypes now if it is there, else when it is imported."""
    watch = _Watch()
    sys.meta_path.insert(0, watch)
    if sys.modules.get(NAME) is None:
        return
    try:
        module = importlib.import_module(NAME)  # waits for a thread that is still importing it
    except ImportError:
        return  # it failed there: the watch waits for another try
    watch.leave()
    adopt(module)
