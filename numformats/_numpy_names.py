# SPDX-License-Identifier: BSD-3-Clause
"""Where do NumPy's tables learn of the formats?  np.isdtype, np.dtype("posit16"), np.finfo, np.ma.

NumPy has no registry for these, only private tables that were made for its own types.  A NumPy
that has other tables, or none, leaves the formats unknown there as they were before: nothing else
depends on them.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numformats._dtypes import Scalar

__all__ = ["register"]

# ml_dtypes enters these in the same table when it is imported.  A name must not change its meaning
# with the order of imports: they stay its names, installed or not.
_CLAIMED = ("bfloat16", "float8_", "float6_", "float4_")
_LOST = (ImportError, AttributeError, KeyError, TypeError)


def register(cls: type[Scalar], name: str, lowest: Scalar, highest: Scalar) -> None:
    """Enter the class of a format in NumPy's tables, as far as this NumPy has them.

    lowest and highest are its least and greatest values, infinities included.
    """
    with contextlib.suppress(*_LOST):  # first: np.ma, when imported, asks for what follows
        _for_masked(cls, lowest, highest)
    for enter in (_for_isdtype, _by_name, _for_finfo):
        with contextlib.suppress(*_LOST):
            enter(cls, name)


def _for_isdtype(cls: type[Scalar], name: str) -> None:
    """np.isdtype asks which types there are, and which of them are "real floating".

    Fixed point is counted there too: it is the only kind for real numbers that are not integers,
    and what is in no kind is not "numeric" either.
    """
    tables = _module("numpy._core._type_aliases")
    known, floats = tables.allTypes, tables.sctypes["float"]
    key = "numformats." + name  # no name of NumPy's own
    if key not in known:  # another thread may have been here with the same class
        known[key] = cls
        floats.append(cls)


def _by_name(cls: type[Scalar], name: str) -> None:
    """np.dtype(name); a text with brackets is not for NumPy, which reads commas as a structure."""
    names = np.sctypeDict
    if name.isidentifier() and not name.startswith(_CLAIMED):
        names.setdefault(name, cls)


# What nf.finfo calls by NumPy's names.
_LIMITS = (
    *("bits", "eps", "epsneg", "iexp", "machep", "max", "maxexp", "min", "minexp", "negep"),
    *("nexp", "nmant", "precision", "resolution", "smallest_normal", "smallest_subnormal", "tiny"),
)


def _limit(name: str) -> property:
    def value(info: Any) -> Any:
        from numformats.format_info import finfo  # noqa: PLC0415 - it needs the formats, still being made

        return getattr(finfo(info.dtype), name)

    return property(value, doc=f"As nf.finfo(T).{name}.")


@functools.cache
def _limits_class() -> type:
    """Make NumPy's class of limits with the values of nf.finfo, found when they are asked for.

    NumPy's own takes the width of the storage for `bits`, and knows no fixed point.
    """

    def text(info: Any) -> str:
        with np.errstate(all="ignore"):  # it negates the least value, which may have no negative
            return np.finfo.__str__(info)

    return type("finfo", (np.finfo,), {"__str__": text, **{n: _limit(n) for n in _LIMITS}})


def _for_finfo(cls: type[Scalar], _name: str) -> None:
    """np.finfo looks first among those that it has made."""
    made: dict[Any, Any] = np.finfo._finfo_cache  # type: ignore[attr-defined]  # noqa: SLF001
    info: Any = object.__new__(_limits_class())
    info.dtype = cls.dtype
    made[cls] = made[cls.dtype] = info


def _for_masked(cls: type[Scalar], lowest: Scalar, highest: Scalar) -> None:
    """np.ma puts these in the place of masked elements when it looks for a maximum or minimum.

    np.ma makes its tables when it is imported, from np.sctypeDict: it must know no format yet.
    """
    core = _module("numpy.ma.core")
    core.max_filler[cls] = lowest
    core.min_filler[cls] = highest


def _module(name: str) -> Any:
    return importlib.import_module(name)
