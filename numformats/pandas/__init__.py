# SPDX-License-Identifier: BSD-3-Clause
"""How does a pandas column hold numbers of a format?  Import this, then name the format as a dtype.

>>> import pandas as pd
>>> import numformats.pandas
>>> s = pd.Series([1, 2.5, None], dtype="posit16")
>>> s * 2
0    2.0
1    5.0
2    NaN
dtype: posit16
>>> pd.Series([1, 2], dtype="posit<24,es=1>").sum()
posit<24,es=1>(3.0)

Arithmetic is NumPy's: each result is the exact one, rounded once.  So are the sums, products,
means, variances, standard deviations and quantiles of columns and of groups.  NaN and NaR are
missing values; formats without a NaN keep theirs in a mask.  numformats itself never imports this.
"""

from __future__ import annotations

try:
    import pandas  # noqa: ICN001, F401 - only asked whether it is there
except ImportError as error:
    msg = "numformats.pandas needs pandas: pip install 'numformats[pandas]'"
    raise ImportError(msg) from error

from numformats.pandas.array import FormatArray
from numformats.pandas.dtype import FormatDtype

try:
    import pyarrow  # noqa: F401, ICN001 - only asked whether it is there
except ImportError:  # pandas then reads and writes no parquet either
    pass
else:
    from numformats.pandas import arrow  # noqa: F401 - registers the Arrow type

__all__ = ["FormatArray", "FormatDtype"]
