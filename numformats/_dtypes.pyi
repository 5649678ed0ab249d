# SPDX-License-Identifier: BSD-3-Clause
# What does the NumPy side of the C code offer?  Types of the CPython extension.

from collections.abc import Sequence
from typing import Any, ClassVar, Self, SupportsIndex, TypeAlias

import numpy as np

from numformats.formats import Format

class FormatClass(type):
    @property
    def dtype(cls) -> np.dtype[Any]: ...

class FormatScalar(np.floating[Any]):
    format: ClassVar[Format]
    def __new__(cls, value: Any = ..., /) -> Self: ...
    @classmethod
    def from_bits(cls, code: SupportsIndex, /) -> Self: ...
    @property
    def bits(self) -> int: ...
    dtype: ClassVar[np.dtype[Any]]
    def as_integer_ratio(self) -> tuple[int, int]: ...
    def __float__(self) -> float: ...
    def __int__(self) -> int: ...
    def __bool__(self) -> bool: ...

class FixedScalar(np.number[Any]):
    format: ClassVar[Format]
    def __new__(cls, value: Any = ..., /) -> Self: ...
    @classmethod
    def from_bits(cls, code: SupportsIndex, /) -> Self: ...
    @property
    def bits(self) -> int: ...
    dtype: ClassVar[np.dtype[Any]]
    def as_integer_ratio(self) -> tuple[int, int]: ...
    def __float__(self) -> float: ...
    def __int__(self) -> int: ...
    def __bool__(self) -> bool: ...

Scalar: TypeAlias = FormatScalar | FixedScalar  # for type checkers: not in the module

fma: np.ufunc
fmm: np.ufunc
ieee_remainder: np.ufunc
rint_ties_away: np.ufunc
rsqrt: np.ufunc
exp2m1: np.ufunc
exp10: np.ufunc
exp10m1: np.ufunc
log2p1: np.ufunc
log10p1: np.ufunc
sinpi: np.ufunc
cospi: np.ufunc
tanpi: np.ufunc
arcsinpi: np.ufunc
arccospi: np.ufunc
arctanpi: np.ufunc
sigmoid: np.ufunc
softplus: np.ufunc
silu: np.ufunc
gelu: np.ufunc
erf: np.ufunc
erfc: np.ufunc
gamma: np.ufunc
lgamma: np.ufunc
sinc: np.ufunc
arctan2pi: np.ufunc
compound: np.ufunc
rootn: np.ufunc

def make(format_bytes: bytes, name: str | None, /) -> type[Scalar]: ...
def format_bytes(kind: object, /) -> bytes: ...
def named() -> list[tuple[str, type[Scalar]]]: ...
def seed(n: SupportsIndex, /) -> None: ...
def gemm() -> int: ...
def stream() -> tuple[int, int]: ...
def level() -> str: ...
def adopt(
    pairs: Sequence[tuple[np.dtype[Any], bytes]], /
) -> list[tuple[np.dtype[Any], np.dtype[Any]]]: ...
def set_threads(n: int, /) -> None: ...
