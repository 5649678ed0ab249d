# SPDX-License-Identifier: BSD-3-Clause
"""Which pandas dtype stands for a format, and which text names it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pandas.api.extensions import ExtensionDtype, register_extension_dtype

from numformats import arrays
from numformats.errors import FormatError
from numformats.pandas.convert import is_format
from numformats.parse import as_format, reads_as_format

if TYPE_CHECKING:
    from numformats._dtypes import Scalar
    from numformats.number_format import Format
    from numformats.pandas.array import FormatArray

__all__ = ["FormatDtype"]


@register_extension_dtype
class FormatDtype(ExtensionDtype):  # type: ignore[misc] # pandas has no types
    """The pandas dtype of a format: `FormatDtype("posit16")`, or just "posit16" in pandas' calls.

    Takes what stands for a format: its text, scalar class, NumPy dtype or `nf.Format`.  Equal
    exactly when the formats are, and to the format's name.  Raises FormatError for a text that
    names no format, TypeError for any other object.

    >>> import numpy as np, numformats as nf, numformats.pandas
    >>> t = numformats.pandas.FormatDtype(nf.Posit(24, es=1))
    >>> t, t.type is nf.Posit(24, es=1), t.numpy_dtype == np.dtype(t.type), t == "posit<24,es=1>"
    (posit<24,es=1>, True, True, True)

    Source: pandas, "Extending pandas: extension types".
    """

    _metadata = ("name",)
    na_value: ClassVar[float] = np.nan
    kind: ClassVar[str] = "f"
    _is_numeric: ClassVar[bool] = True
    _of_class: ClassVar[dict[type, FormatDtype]] = {}

    def __init__(self, fmt: Any) -> None:
        self.format: Format = fmt.format if isinstance(fmt, FormatDtype) else as_format(fmt)
        self.numpy_dtype: np.dtype[Any] = self.format.dtype
        self.code_dtype: np.dtype[Any] = arrays.code_dtype(self.format)
        # What stands for a missing value in the array: NaN, or under a mask the code 0.
        self.missing: Any = np.zeros(1, self.code_dtype).view(self.numpy_dtype)[0]
        if self.has_nan:
            self.missing = self.numpy_dtype.type("nan")

    @classmethod
    def of(cls, dtype: np.dtype[Any]) -> FormatDtype:
        """The one for a NumPy dtype, made once for each format; TypeError for other dtypes."""
        known = cls._of_class.get(dtype.type)
        return known or cls._of_class.setdefault(dtype.type, cls(dtype))

    @property
    def has_nan(self) -> bool:
        """Has the format a NaN or NaR to stand for missing values?"""
        return self.format.has_nan

    @property
    def type(self) -> type[Scalar]:
        """The scalar class of the format."""
        return self.format.type

    @property
    def name(self) -> str:
        """Name of the format, or its canonical text where it has none."""
        return self.format.name or str(self.format)

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return FormatDtype, (self.name,)

    def __eq__(self, other: object) -> bool:
        try:
            return bool(super().__eq__(other))
        except FormatError:  # a text that reads like a format and is none
            return False

    __hash__ = ExtensionDtype.__hash__

    @classmethod
    def construct_array_type(cls) -> Any:
        """Name the class of the arrays."""
        from numformats.pandas.array import FormatArray  # noqa: PLC0415 - it imports this module

        return FormatArray

    @classmethod
    def construct_from_string(cls, string: str) -> FormatDtype:
        """Make the dtype that a text names.

        pandas asks every registered dtype about every text, and takes TypeError for "not mine".
        A text of one of our families with wrong parameters raises FormatError, which says why.
        """
        if not isinstance(string, str):
            msg = f"'construct_from_string' expects a string, got {type(string)}"
            raise TypeError(msg)
        if not reads_as_format(string):
            msg = f"Cannot construct a '{cls.__name__}' from '{string}'"
            raise TypeError(msg)
        return cls(string)

    def __from_arrow__(self, array: Any) -> FormatArray:
        """Make a column of what pyarrow read."""
        from numformats.pandas import arrow  # noqa: PLC0415 - pyarrow is not required

        return arrow.to_column(array, self)

    def _get_common_dtype(self, dtypes: list[Any]) -> Any:
        """Promote as NumPy does; None (pandas then takes object) where NumPy has no common type."""
        plain = [getattr(d, "numpy_dtype", d) for d in dtypes]
        if not all(isinstance(d, np.dtype) and d.kind in "biufV" for d in plain):
            return None
        try:
            common = np.result_type(*plain)
        except TypeError:
            return None
        return FormatDtype.of(common) if is_format(common) else common
