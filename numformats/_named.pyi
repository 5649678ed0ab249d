# SPDX-License-Identifier: BSD-3-Clause
# Which named formats are there, for type checkers?  Written by docs/generate_tables.py.
# ruff: noqa: N801 - formats are called as NumPy's types are

from typing import ClassVar

import numpy as np

from numformats._dtypes import FixedScalar, FormatScalar

class posit8(FormatScalar):
    dtype: ClassVar[np.dtype[posit8]]

class posit16(FormatScalar):
    dtype: ClassVar[np.dtype[posit16]]

class posit32(FormatScalar):
    dtype: ClassVar[np.dtype[posit32]]

class posit64(FormatScalar):
    dtype: ClassVar[np.dtype[posit64]]

class bposit16(FormatScalar):
    dtype: ClassVar[np.dtype[bposit16]]

class bposit32(FormatScalar):
    dtype: ClassVar[np.dtype[bposit32]]

class bposit64(FormatScalar):
    dtype: ClassVar[np.dtype[bposit64]]

class bposit8q(FormatScalar):
    dtype: ClassVar[np.dtype[bposit8q]]

class bposit16q(FormatScalar):
    dtype: ClassVar[np.dtype[bposit16q]]

class bposit32q(FormatScalar):
    dtype: ClassVar[np.dtype[bposit32q]]

class bposit64q(FormatScalar):
    dtype: ClassVar[np.dtype[bposit64q]]

class takum_linear8(FormatScalar):
    dtype: ClassVar[np.dtype[takum_linear8]]

class takum_linear16(FormatScalar):
    dtype: ClassVar[np.dtype[takum_linear16]]

class takum_linear32(FormatScalar):
    dtype: ClassVar[np.dtype[takum_linear32]]

class takum_linear64(FormatScalar):
    dtype: ClassVar[np.dtype[takum_linear64]]

class binary16(FormatScalar):
    dtype: ClassVar[np.dtype[binary16]]

class binary32(FormatScalar):
    dtype: ClassVar[np.dtype[binary32]]

class binary64(FormatScalar):
    dtype: ClassVar[np.dtype[binary64]]

class bfloat16(FormatScalar):
    dtype: ClassVar[np.dtype[bfloat16]]

class tf32(FormatScalar):
    dtype: ClassVar[np.dtype[tf32]]

class float8_e3m4(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e3m4]]

class float8_e4m3(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e4m3]]

class float8_e4m3fn(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e4m3fn]]

class float8_e4m3fnuz(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e4m3fnuz]]

class float8_e4m3b11fnuz(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e4m3b11fnuz]]

class float8_e5m2(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e5m2]]

class float8_e5m2fnuz(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e5m2fnuz]]

class float8_e5m3fnu(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e5m3fnu]]

class float8_e8m0fnu(FormatScalar):
    dtype: ClassVar[np.dtype[float8_e8m0fnu]]

class float6_e2m3fn(FormatScalar):
    dtype: ClassVar[np.dtype[float6_e2m3fn]]

class float6_e3m2fn(FormatScalar):
    dtype: ClassVar[np.dtype[float6_e3m2fn]]

class float4_e2m1fn(FormatScalar):
    dtype: ClassVar[np.dtype[float4_e2m1fn]]

class mlu32(FormatScalar):
    dtype: ClassVar[np.dtype[mlu32]]

class q7(FixedScalar):
    dtype: ClassVar[np.dtype[q7]]

class q15(FixedScalar):
    dtype: ClassVar[np.dtype[q15]]

class q31(FixedScalar):
    dtype: ClassVar[np.dtype[q31]]
