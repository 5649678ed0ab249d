# SPDX-License-Identifier: BSD-3-Clause
"""Where does pint come from, and what is a quantity of it?"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

__all__ = ["exact_registry", "is_quantity", "pint"]


def pint() -> Any:
    """The package, or an ImportError that names the extra."""
    try:
        import pint as found  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ImportError(
            f"quantities with units need pint: pip install 'numformats[units]' ({error})"
        ) from None
    return found


@functools.cache
def exact_registry() -> Any:
    """The definitions of pint with Fractions for numbers, for factors of conversions."""
    return pint().UnitRegistry(non_int_type=Fraction)


def is_quantity(x: Any) -> bool:
    """Is it a quantity of whatever registry?

    >>> is_quantity(3.0), is_quantity(pint().UnitRegistry().Quantity(3.0, "m"))
    (False, True)
    """
    return hasattr(x, "_REGISTRY") and hasattr(x, "magnitude") and hasattr(x, "units")
