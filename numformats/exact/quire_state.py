# SPDX-License-Identifier: BSD-3-Clause
"""What is the state of quires, and what does the core do with it?

Words: uint64 arrays of shape (..., n), the lowest word first, two's complement, the last word
sign-extended; only the top bit set is NaR (C's nf_quire.h draws it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _native, _rules
from numformats._array_formats import format_of
from numformats._frozen import Frozen
from numformats._native import address, environment, ffi, lib, raise_flags, row
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = [
    "Layout", "add", "bytes_of", "check_bytes", "codes_of", "codes_of_bytes", "layout_of",
    "quire_format", "round_into", "word_index", "words_of",
]  # fmt: skip

Array = np.ndarray[Any, Any]

# The longest layout of any format; the core's accumulator holds no more.
MOST_BITS = 98816
# Products of floats with 15 exponent bits end at 2**-65800 and at 2**131200.
_LOWEST, _HIGHEST = -65800, 131200


@dataclass(frozen=True)
class Layout(Frozen):
    """`bits` bits in two's complement, worth 2**lsb each step; ValueError if C cannot hold it."""

    bits: int
    lsb: int

    def __post_init__(self) -> None:
        """Check both numbers."""
        object.__setattr__(self, "bits", _rules.integer("bits", self.bits, 2, MOST_BITS + 64))
        object.__setattr__(self, "lsb", _rules.integer("lsb", self.lsb, _LOWEST, _HIGHEST))

    @property
    def words(self) -> int:
        """64-bit words of one quire."""
        return (self.bits + 63) // 64

    @property
    def bytes(self) -> int:
        """Bytes that the bits of one quire fill."""
        return -(-self.bits // 8)

    @property
    def nar(self) -> int:
        """The code of NaR."""
        return -(1 << (self.bits - 1))

    def holds(self, code: int) -> bool:
        """Is this the code of a number?"""
        return self.nar < code < -self.nar


def quire_format(fmt: Any) -> Format:
    """Return the Format of a scalar class, dtype, Format or text; NumPy's floats, too."""
    try:
        return as_format(fmt)
    except TypeError:
        return format_of(np.dtype(fmt), "a quire")


def layout_of(f: Format) -> Layout:
    """Return the layout of the format's quire."""
    c = lib.nf_quire_layout_of(row(f))
    return Layout(c.bits, c.lsb)


def words_of(codes: list[int], layout: Layout) -> Array:
    """Return the words of quires; codes that need more bits become NaR."""
    size = 8 * layout.words
    kept = (c if layout.holds(c) else layout.nar for c in codes)
    raw = b"".join(c.to_bytes(size, "little", signed=True) for c in kept)
    words = np.array(bytearray(raw), np.uint8).view("<u8").astype(np.uint64)
    return words.reshape(-1, layout.words)


def codes_of(words: Array) -> list[int]:
    """Return the signed integers that words are."""
    return _integers(np.ascontiguousarray(words, "<u8").tobytes(), 8 * words.shape[-1])


def _integers(raw: bytes, size: int) -> list[int]:
    """Return the signed integers of `size` bytes each, the lowest first."""
    return [
        int.from_bytes(raw[i : i + size], "little", signed=True) for i in range(0, len(raw), size)
    ]


def bytes_of(words: Array, layout: Layout) -> bytes:
    """Return the codes one after another, each in as many bytes as its bits fill."""
    raw = np.ascontiguousarray(words, "<u8").view(np.uint8)
    return raw.reshape(*words.shape[:-1], 8 * layout.words)[..., : layout.bytes].tobytes()


def check_bytes(data: bytes, layout: Layout, count: int) -> None:
    """Raise ValueError unless `data` is as long as the bytes of `count` quires."""
    if len(data) != layout.bytes * count:
        msg = f"{count} quires of {layout.bytes} bytes each, not {len(data)} bytes"
        raise ValueError(msg)


def codes_of_bytes(data: bytes, layout: Layout, count: int) -> list[int]:
    """Return the codes whose `bytes_of` are given; ValueError where they cannot be."""
    check_bytes(data, layout, count)
    codes = _integers(data, layout.bytes)
    wrong = [c for c in codes if c != layout.nar and not layout.holds(c)]
    if wrong:
        msg = f"{wrong[0]} is not the code of a quire of {layout.bits} bits"
        raise ValueError(msg)
    return codes


def _state(words: Array, layout: Layout) -> tuple[Any, Any, int]:
    """Layout, words and number of quires as C takes them; C trusts all three."""
    checked = layout.checked()
    fits = words.dtype == np.uint64 and words.ndim == 2 and words.shape[1] == checked.words
    if not fits or not words.flags.c_contiguous:
        msg = f"words of {words.dtype} and shape {words.shape} are no quires of {layout}"
        raise ValueError(msg)
    c = ffi.new("nf_quire_layout *", (checked.bits, checked.lsb))[0]
    return c, ffi.cast("uint64_t *", address(words)), len(words)


def _terms(a: Array) -> Any:
    """Describe a two-dimensional array, quires by terms, to C."""
    t = ffi.new("nf_terms_of *")
    t.format, t.data = row(format_of(a.dtype, "an operand"))[0], address(a)
    t.outer, t.inner = a.strides
    return t


def add(words: Array, layout: Layout, x: Array, y: Array | None, *, subtract: bool) -> None:
    """words[c] += (or -=) the exact sum of x[c, :] * y[c, :], in one step; y None: of x[c, :]."""
    formats = [format_of(a.dtype, "an operand") for a in (x, y) if a is not None]
    other = row(formats[1]) if len(formats) > 1 else ffi.NULL
    c, data, count = _state(words, layout)
    if not lib.nf_quire_holds(c, row(formats[0]), other):
        what = " times ".join(str(f.name or f) for f in formats)
        msg = f"{what} can be finer than this quire's last bit, 2**{layout.lsb}"
        raise TypeError(msg)
    second = ffi.NULL if y is None else _terms(y)
    if not lib.nf_quires_add(c, data, count, _terms(x), second, x.shape[1], subtract):
        msg = "no memory for a quire"
        raise MemoryError(msg)


def round_into(words: Array, layout: Layout, f: Format) -> Array:
    """Return the quires rounded once into a format: an array of its dtype."""
    out = np.empty(len(words), _native.scalar_class(f).dtype)
    env = environment(f)
    c, data, count = _state(words, layout)
    if not lib.nf_quires_round(c, data, count, row(f), address(out), out.itemsize, env):
        msg = "no memory for a quire"
        raise MemoryError(msg)
    raise_flags(env.flags, "the rounding of a quire")
    return out


def word_index(index: Any) -> tuple[Any, ...]:
    """An index of quires as one of their words."""
    key = index if isinstance(index, tuple) else (index,)
    return (*key, slice(None)) if any(k is Ellipsis for k in key) else (*key, ..., slice(None))
