# SPDX-License-Identifier: BSD-3-Clause
"""How is attention's cache kept in two bits?  Keys by channel, values by token."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numformats.quantization.error_free import product_of_scales, two_sum
from numformats.quantization.layout import Layout
from numformats.quantization.nearest import nearest_quotient
from numformats.quantization.packing import pack, unpack
from numformats.quantization.reals import Reals, as_reals
from numformats.quantization.rescale import Scaled, rounded_into

__all__ = ["Groups", "KVCache", "quantize_groups"]

_PACKED = {2, 4}


class Groups(NamedTuple):
    """Codes 0 to 2^bits - 1 of x = scale * code + offset, with a scale and an offset per group."""

    codes: Any
    scale: Any
    offset: Any
    bits: int
    layout: Layout
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Of packed codes, scales and offsets."""
        return int(self.codes.nbytes + self.scale.nbytes + self.offset.nbytes)

    def then(self, other: Groups) -> Groups:
        """These tokens and others after them, where no group reaches from one to the other."""
        codes, scale, offset = (
            _after(getattr(self, n), getattr(other, n)) for n in ("codes", "scale", "offset")
        )
        shape = (*self.shape[:-2], self.shape[-2] + other.shape[-2], self.shape[-1])
        return Groups(codes, scale, offset, self.bits, self.layout, shape)

    def dequantize(self, dtype: Any = np.float64) -> Any:
        """Scale * code + offset, rounded once into a dtype."""
        codes = self.codes
        if self.bits in _PACKED:
            codes = unpack(codes, self.shape[-1], self.bits).astype(np.int64) + 2 ** (self.bits - 1)
        codes = np.asarray(codes, np.float64).reshape(self.shape)
        scale, offset = (
            self.layout.spread(v.astype(np.float64), codes) for v in (self.scale, self.offset)
        )
        return rounded_into(Scaled([codes], product_of_scales(scale), offset), dtype)


def quantize_groups(x: Any, bits: int = 2, axis: int = -1, group: int = 32) -> Groups:
    """Codes rne((x - min) / scale) of runs of `group` elements along an axis.

    scale is (max - min) / (2^bits - 1).  The offset is the group's least value and no multiple of
    the scale: two bits are too few to spend one of four codes on a 0 that the group need not have.
    A constant group has scale 1.  Codes of 2 and 4 bits are packed.  Scales are kept in x's dtype
    where that is float16 or float32.  Raises TypeError and ValueError (NaN, infinities).

    >>> quantize_groups([8.0, 9.0, 11.0], group=3).dequantize()
    array([ 8.,  9., 11.])
    """
    if not 1 <= bits <= 8:
        raise ValueError(f"bits={bits!r}; allowed: 1 to 8")
    if not group >= 1:
        raise ValueError(f"group={group!r}; allowed: 1 or more")
    given = np.asarray(x)
    values = as_reals(given)
    layout, high = Layout((axis,), group), values.high
    kept = given.dtype if given.dtype in (np.float16, np.float32) else np.dtype(np.float64)
    least, most = layout.reduce(np.minimum, high), layout.reduce(np.maximum, high)
    steps = 2**bits - 1
    scale = (most / steps - least / steps).astype(kept)
    scale = np.maximum(scale, np.finfo(kept).smallest_subnormal)
    scale = np.where(most > least, scale, kept.type(1))
    difference, lost = two_sum(high, -layout.spread(least, high))
    spread = layout.spread(scale.astype(np.float64), high)
    codes = nearest_quotient(Reals(difference, lost), spread, 0, steps).astype(np.int64)
    codes = pack(codes - 2 ** (bits - 1), bits) if bits in _PACKED else codes.astype(np.uint8)
    return Groups(codes, scale, least.astype(kept), bits, layout, given.shape)


class KVCache:
    """Keys and values of the tokens so far; the most recent ones as they came, the others in codes.

    Parameters
    ----------
    bits : int
    group : int
        Tokens of one channel (keys), or channels of one token (values), that share a scale.
    residual : int
        A multiple of `group`.  Keys are quantised `residual` tokens at a time, so that their groups
        are whole; of values the last `residual` tokens are kept as they came.

    Arrays have shape (..., tokens, channels).

    >>> import numpy as np
    >>> cache = KVCache(residual=32)
    >>> k = np.random.default_rng(0).standard_normal((2, 100, 16)).astype(np.float32)
    >>> cache.append(k, k)
    >>> cache.keys().shape, len(cache), bool((cache.values()[:, -32:] == k[:, -32:]).all())
    ((2, 100, 16), 100, True)

    Source: Liu et al., "KIVI: a tuning-free asymmetric 2bit quantization for KV cache" (2024).
    """

    def __init__(self, bits: int = 2, group: int = 32, residual: int = 128) -> None:
        if residual < group or residual % group:
            raise ValueError(f"residual={residual}; allowed: multiples of group={group}")
        self.bits, self.group, self.residual = bits, group, residual
        self._keys: Groups | None = None
        self._values: Groups | None = None
        self._recent_keys: Any = None
        self._recent_values: Any = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, keys: Any, values: Any) -> None:
        """Add keys and values of one token or more; nothing is added where either is refused."""
        keys = self._checked("keys", keys, self._recent_keys)
        values = self._checked("values", values, self._recent_values)
        if keys.shape[:-1] != values.shape[:-1]:
            raise ValueError(f"keys have shape {keys.shape}, values {values.shape}")
        self._count += keys.shape[-2]
        keys, values = _after(self._recent_keys, keys), _after(self._recent_values, values)
        whole = keys.shape[-2] - keys.shape[-2] % self.residual
        old = max(values.shape[-2] - self.residual, 0)
        if whole:
            new = quantize_groups(keys[..., :whole, :], self.bits, -2, self.group)
            self._keys = new if self._keys is None else self._keys.then(new)
        if old:
            new = quantize_groups(values[..., :old, :], self.bits, -1, self.group)
            self._values = new if self._values is None else self._values.then(new)
        self._recent_keys, self._recent_values = keys[..., whole:, :], values[..., old:, :]

    def keys(self, dtype: Any = None) -> Any:
        """All keys, of the dtype that came, or another; codes are rounded once into it."""
        return self._all(self._keys, self._recent_keys, dtype)

    def values(self, dtype: Any = None) -> Any:
        """All values."""
        return self._all(self._values, self._recent_values, dtype)

    @property
    def nbytes(self) -> int:
        """Of all that the cache keeps."""
        kept = (self._keys, self._values, self._recent_keys, self._recent_values)
        return sum([int(part.nbytes) for part in kept if part is not None])

    def _all(self, groups: Groups | None, recent: Any, dtype: Any) -> Any:
        if recent is None:
            raise ValueError("the cache is empty: append keys and values first")
        dtype = recent.dtype if dtype is None else np.dtype(dtype)
        return _after(None if groups is None else groups.dequantize(dtype), recent.astype(dtype))

    def _checked(self, name: str, x: Any, recent: Any) -> Any:
        x = np.asarray(x)
        as_reals(x, name)
        if x.ndim < 2:
            raise ValueError(f"{name} have shape {x.shape}; allowed: (..., tokens, channels)")
        if recent is not None and not _same_but_tokens(x.shape, recent.shape):
            raise ValueError(f"{name} have shape {x.shape}; the cache has {recent.shape}")
        return x


def _after(old: Any, new: Any) -> Any:
    return new if old is None else np.concatenate([old, new], axis=-2)


def _same_but_tokens(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return (*a[:-2], a[-1]) == (*b[:-2], b[-1])
