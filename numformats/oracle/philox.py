# SPDX-License-Identifier: BSD-3-Clause
"""Which 64-bit word does stochastic rounding draw?"""

from __future__ import annotations

__all__ = ["philox4x64"]

_MASK = (1 << 64) - 1
_MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_KEY_STEPS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_ROUNDS = 10
_WORDS = 4


def philox4x64(seed: int, stream: int, index: int) -> int:
    """Word number ``index`` of the Philox4x64-10 stream whose key is (seed, stream).

    Word i is output i % 4 of the block whose 256-bit counter is i // 4 + 1: NumPy counts before it
    draws, so this is ``np.random.Philox(key=[seed, stream]).random_raw(i + 1)[i]``.
    Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

    >>> hex(philox4x64(0, 0, 0))
    '0x2f4ba6408e4d89b'
    """
    block, word = divmod(index, _WORDS)
    block += 1
    c = [block >> (64 * i) & _MASK for i in range(_WORDS)]
    key = [seed & _MASK, stream & _MASK]
    for _ in range(_ROUNDS):
        p0, p1 = _MULTIPLIERS[0] * c[0], _MULTIPLIERS[1] * c[2]
        c = [p1 >> 64 ^ c[1] ^ key[0], p1 & _MASK, p0 >> 64 ^ c[3] ^ key[1], p0 & _MASK]
        key = [(k + step) & _MASK for k, step in zip(key, _KEY_STEPS, strict=True)]
    return c[word]
