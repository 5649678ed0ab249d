# SPDX-License-Identifier: BSD-3-Clause
"""How do frozen dataclasses come out of a pickle?  Through their constructor, which checks them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

__all__ = ["Frozen"]


class Frozen:
    """Base of frozen dataclasses that C relies on: nothing restores one around its checks.

    >>> import copy, numformats as nf
    >>> make, arguments = nf.posit8.format.__reduce__()
    >>> make(*arguments) == copy.copy(nf.posit8.format) == nf.posit8.format
    True
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        values = tuple(getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]
        return type(self), values

    def checked(self) -> Self:
        """An equal one whose constructor has checked it now, for C, whoever changed this one."""
        make, values = self.__reduce__()
        made: Self = make(*values)
        return made

    def __setstate__(self, state: object) -> None:
        """Refuse a state, which only a pickle made by hand has."""
        name = type(self).__name__
        msg = f"a pickle sets the state of a {name}; it is made from parameters, which are checked"
        raise TypeError(msg)
