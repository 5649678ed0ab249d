# SPDX-License-Identifier: BSD-3-Clause
"""Who answers a call of NumPy on traced values?  Tables that the files above fill.

The value stands at the bottom and knows no function by name; what it hands on is answered here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

# A NumPy function: handler(run, f, args, kwargs).
HANDLERS: dict[Any, Callable[[Any, Any, tuple[Any, ...], dict[str, Any]], Any]] = {}
# Modules none of whose functions is traced, with the reason; they are not imported for that.
OTHERS: dict[str, str] = {}
# A method of ufuncs ("__call__" serves functions, too): method(f, args, kwargs); and "power", for
# the operator ** of arrays is not np.power.
METHODS: dict[str, Callable[..., Any]] = {}
# What NumPy's functions take for "not given".
NOT_GIVEN: Any = vars(np)["_NoValue"]
