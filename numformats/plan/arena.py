# SPDX-License-Identifier: BSD-3-Clause
"""Where do the arrays of a plan live?  In one block of memory, taken from the bottom up."""

from __future__ import annotations

import ctypes
import mmap
import weakref
from typing import Any, NamedTuple

import numpy as np

from numformats._native import ffi, lib

__all__ = ["DOMAIN", "Arena", "Mark", "stats"]

# tracemalloc's number for the bytes of arenas ("NF"), so that they are seen as NumPy's arrays are.
DOMAIN = 0x4E46

_alive: weakref.WeakSet[Arena] = weakref.WeakSet()


class Mark(NamedTuple):
    """A height of one arena, to which it can be taken back."""

    arena: Arena
    top: int


def _new_memory(size: int) -> mmap.mmap:
    try:
        return mmap.mmap(-1, size)
    except (OSError, OverflowError) as error:
        msg = f"no memory for an arena of {size} bytes"
        raise MemoryError(msg) from error


class Arena:
    """A block of memory of a fixed size; what is taken from it is given back by marks, all at once.

    size: bytes.  memory: a writable buffer to use in place of new memory, which starts at a
    multiple of 64 bytes.

    Raises ValueError for a size below 1 or memory of another size; MemoryError where there is no
    more.  tracemalloc counts what is in use, in its domain `numformats.plan.arena.DOMAIN`.

    >>> import numformats as nf
    >>> arena = nf.arena.Arena(1 << 16)
    >>> mark = arena.mark()
    >>> weights = arena.array((3, 4), nf.posit16)
    >>> arena.stats()["live"], arena.stats()["high_water"]
    (64, 64)
    >>> arena.release(mark)
    >>> arena.stats()["live"], arena.stats()["high_water"]
    (0, 64)
    """

    def __init__(self, size: int, *, memory: Any = None) -> None:
        if size < 1:
            msg = f"an arena of {size} bytes; allowed: 1 and more"
            raise ValueError(msg)
        self.memory = _new_memory(size) if memory is None else memory
        self._bytes = np.frombuffer(self.memory, np.uint8)
        address = self._bytes.ctypes.data
        if len(self._bytes) != size or not self._bytes.flags.writeable or address % 64:
            msg = (
                f"memory of {len(self._bytes)} bytes at {address:#x} for an arena of {size};"
                " allowed: writable, of that size, at a multiple of 64"
            )
            raise ValueError(msg)
        self.native = ffi.new("nf_arena *", {"base": ffi.cast("char *", address), "bytes": size})
        self._told = 0
        _alive.add(self)
        weakref.finalize(self, _untrack, address)

    def __len__(self) -> int:
        return len(self._bytes)

    def take(self, size: int) -> int:
        """The offset of so many bytes, a multiple of 64; MemoryError where so many are not free."""
        at = int(lib.nf_arena_take(self.native, size))
        if at < 0:
            msg = (
                f"an arena of {len(self)} bytes has {len(self) - self.native.top} free, not {size}"
            )
            raise MemoryError(msg)
        self._tell()
        return at

    def view(self, at: int, shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
        """The bytes from offset `at` on as an array, no copy; it keeps the arena alive."""
        kind: np.dtype[Any] = np.dtype(dtype)
        count = int(np.prod(shape, dtype=np.int64))
        return self._bytes[at : at + count * kind.itemsize].view(kind).reshape(shape)

    def array(self, shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
        """A new array in the arena; its elements are whatever was there."""
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        return self.view(self.take(size), shape, dtype)

    def mark(self) -> Mark:
        """The present height."""
        return Mark(self, int(self.native.top))

    def release(self, mark: Mark) -> None:
        """Give back all that was taken since the mark was made.

        Arrays that lie there must not be used again.  ValueError: a mark of another arena, or one
        above what is in use.
        """
        if mark.arena is not self or not lib.nf_arena_release(self.native, mark.top):
            msg = f"no mark of this arena at or below {self.native.top} bytes: {mark.top}"
            raise ValueError(msg)
        self._tell()

    def stats(self) -> dict[str, int]:
        """Bytes in use and the most that ever were; how often they were taken, and heap calls.

        n_alloc counts `take`; n_heap_alloc the calls of the heap by steps of plans in this arena.
        """
        a = self.native
        return {
            "high_water": int(a.high),
            "live": int(a.top),
            "n_alloc": int(a.taken),
            "n_heap_alloc": int(a.heap_calls),
        }

    def _tell(self) -> None:
        """Let tracemalloc know how much is in use."""
        if self.native.top != self._told:
            self._told = int(self.native.top)
            _track(self._bytes.ctypes.data, self._told)


def stats() -> dict[str, int]:
    """The sums of `Arena.stats()` over all arenas that are alive.

    >>> import numformats as nf
    >>> sorted(nf.arena.stats())
    ['high_water', 'live', 'n_alloc', 'n_heap_alloc']
    """
    total = dict.fromkeys(("high_water", "live", "n_alloc", "n_heap_alloc"), 0)
    for arena in list(_alive):
        for key, value in arena.stats().items():
            total[key] += value
    return total


def _track(address: int, size: int) -> None:
    track = ctypes.pythonapi.PyTraceMalloc_Track
    track.argtypes = [ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t]
    track(DOMAIN, address, size)


def _untrack(address: int) -> None:
    untrack = ctypes.pythonapi.PyTraceMalloc_Untrack
    untrack.argtypes = [ctypes.c_uint, ctypes.c_void_p]
    untrack(DOMAIN, address)
