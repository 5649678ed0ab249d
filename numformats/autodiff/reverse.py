# SPDX-License-Identifier: BSD-3-Clause
"""How does every input move a result?  The reverse tape.

A traced array carries, beside its values, the tape number of every element (0: a constant).
Rearrangements, views, masks and assignments move numbers as NumPy moves values, so they need no
rule, no node and no special case for aliasing; broadcasting repeats a number, and summing what
arrives at one number undoes it.  Only arithmetic is written down.  What arrives at one number is
summed at once, exactly and with one rounding where the format allows.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from numformats.autodiff.rules import BILINEAR, ELEMENTWISE, LINEAR
from numformats.exact import fsum
from numformats.tracing.lowering import LOWERED
from numformats.tracing.value import Interpreter, Traced, _fail, _map, as_traced


class Reverse(Interpreter):
    def __init__(self, exact=True):
        super().__init__()
        self.starts, self.ends, self.entries, self.exact = [], 1, [], exact
        self.writes = []  # (blocks then, array, place, what stood there)

    def lift(self, plain):
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros(plain.shape, np.int64))

    def cast(self, x, dtype):
        value = x.parts[0].astype(dtype)
        return self.write(value, [(x.parts[1], x.shape, lambda g, d=x.parts[0].dtype: g.astype(d))])

    def writing(self, x, place):
        if self.entries:
            self.writes.append([len(self.entries), x.parts[0], place, np.copy(x.parts[0][place])])

    def _swap(self, write):
        _, part, place, other = write
        write[3] = np.copy(part[place])
        part[place] = other

    def input(self, plain):
        return self.write(plain if isinstance(plain, Traced) else np.array(plain), [])

    def write(self, value, pulls):
        """A new value on the tape; pulls: (numbers, shape, cotangent -> contributions) per operand."""
        start, size = self.ends, value.size
        kept = []
        for numbers, shape, pull in pulls:
            if numbers.any():
                kept.append((self._compress(numbers), shape, pull))
        if pulls and not kept:
            return self.lift(value)
        self.starts.append(start)
        self.entries.append((value.shape, kept))
        self.ends += size
        return self.of(value, np.arange(start, start + size).reshape(value.shape))

    def _compress(self, numbers):
        """A whole block in order is kept as its first number: an int, no array."""
        if numbers.size and numbers.flags.c_contiguous:
            first = int(numbers.flat[0])
            if (
                int(numbers.flat[-1]) - first == numbers.size - 1
                and (np.diff(numbers.reshape(-1)) == 1).all()
            ):
                return first
        return numbers.copy()

    def number(self, f, args, kwargs):
        faces = [_map(self.face, a, self) for a in args]
        mine = [i for i, a in enumerate(args) if isinstance(a, Traced) and a.run is self]
        value = f(*faces, **kwargs)
        if f not in ELEMENTWISE and f not in LINEAR and f not in BILINEAR:
            if f not in LOWERED:
                _fail(f"{f.__module__}.{f.__name__} has no derivative rule")
            return self.of(value, LOWERED[f](*args, **kwargs).parts[1])
        value = value if isinstance(value, (np.ndarray, Traced)) else np.asarray(value)
        # Kept operands: writes to traced arrays are undone on the way back; plain arrays are copied.
        saved = [
            np.array(a) if i not in mine and isinstance(a, np.ndarray) else a
            for i, a in enumerate(faces)
        ]
        pulls = []
        for i in mine:
            numbers = args[i].parts[1]
            if f in ELEMENTWISE:
                rule = ELEMENTWISE[f][i]
                if rule is not None:
                    pull = lambda g, rule=rule: rule(g, value, *saved)
                    if numbers.shape != value.shape:
                        numbers = np.broadcast_to(numbers, value.shape)
                    pulls.append((numbers, value.shape, pull))
            elif f in LINEAR:
                pulls.append(
                    (
                        numbers,
                        args[i].shape,
                        lambda g, i=i: LINEAR[f](g, args_shape[i], **_keyword(args, kwargs)),
                    )
                )
                args_shape = {i: args[i].shape}
            else:
                pulls.append((numbers, None, lambda g, i=i: BILINEAR[f][i](g, *saved)))
        return self.write(value, pulls)

    def pull(self, result, g):
        """The cotangent of every tape block, from that of the result."""
        arrived = [[] for _ in self.entries]
        self.begins = np.array(self.starts)
        self._send(arrived, self._compress(result.parts[1]), g)
        waiting = len(self.writes)
        for block in range(len(self.entries) - 1, -1, -1):
            shape, pulls = self.entries[block]
            while waiting and self.writes[waiting - 1][0] > block:
                waiting -= 1
                self._swap(self.writes[waiting])
            if not arrived[block]:
                arrived[block] = None
                continue
            g = arrived[block] = self._total(arrived[block], shape)
            for numbers, expected, pull in pulls:
                self._send(arrived, numbers, pull(g))
            if pulls:
                arrived[block] = None
        for write in self.writes[waiting:]:
            self._swap(write)  # the results stand again
        return arrived

    def _send(self, arrived, numbers, g):
        if isinstance(numbers, int):
            block = bisect_right(self.starts, numbers) - 1
            size = int(np.prod(self.entries[block][0]))
            if g.size == size:
                arrived[block].append((None, g.reshape(self.entries[block][0])))
                return
            numbers = np.arange(numbers, numbers + g.size)
        if numbers.shape != g.shape and numbers.size != g.size:
            numbers = np.broadcast_to(numbers, g.shape)
        flat, g = numbers.reshape(-1), g.reshape(-1)
        blocks = np.searchsorted(self.begins, flat, side="right") - 1
        low, high = int(blocks.min()), int(blocks.max())
        if low == high:  # mostly one block
            if low >= 0:
                arrived[low].append((flat - self.starts[low], g))
            return
        for block in np.unique(blocks):
            if block >= 0:
                at = np.flatnonzero(blocks == block)
                arrived[block].append((flat[at] - self.starts[block], g[at]))

    def _total(self, parts, shape):
        whole = [g for at, g in parts if at is None]
        pieces = [(at, g) for at, g in parts if at is not None]
        if pieces:
            at = np.concatenate([at for at, _ in pieces])
            g = pieces[0][1] if len(pieces) == 1 else np.concatenate([g for _, g in pieces])
            if self.exact and whole:  # all that arrives is summed at once
                every = np.arange(whole[0].size)
                at = np.concatenate([at, *[every] * len(whole)])
                g = np.concatenate([g, *[w.reshape(-1) for w in whole]])
                whole = []
            whole.append(self._scatter(at, g, shape))
        if len(whole) == 1:
            return whole[0]
        if self.exact:
            return fsum(np.stack(whole), axis=0)
        total = whole[0]
        for g in whole[1:]:
            total = total + g
        return total

    def _scatter(self, at, g, shape):
        """Contributions summed per element; elements with about as many share one padded sum."""
        size = int(np.prod(shape))
        if not self.exact and not isinstance(g, Traced):
            out = np.zeros(size, g.dtype)
            np.add.at(out, at, g)
            return out.reshape(shape)
        counts = np.bincount(at, minlength=size)
        order = np.argsort(at, kind="stable")
        first = np.cumsum(counts) - counts
        out = np.zeros_like(g, shape=size)
        padded = np.concatenate([g, np.zeros_like(g[:1])])
        widths = np.where(counts > 0, 1 << np.ceil(np.log2(np.maximum(counts, 1))).astype(int), 0)
        for width in np.unique(widths[widths > 0]):
            cells = np.flatnonzero(widths == width)
            steps = np.arange(width)
            inside = steps < counts[cells, None]
            source = np.where(
                inside, order[np.minimum(first[cells, None] + steps, len(at) - 1)], len(at)
            )
            rows = padded[source]
            out[cells] = (
                rows[:, 0] if width == 1 else (fsum if self.exact else np.sum)(rows, axis=1)
            )
        return out.reshape(shape)


def _keyword(args, kwargs):
    return ({"axis": args[1]} if len(args) > 1 else {}) | kwargs


def vjp(function, *primals, exact=True):
    """The value, and the function that pulls a cotangent back to the inputs."""
    run = Reverse(exact)
    boxes = [run.input(p) for p in primals]
    result = as_traced(run, function(*boxes))

    def pull(g):
        arrived = run.pull(result, g)
        return tuple(
            np.zeros_like(p)
            if arrived[i] is None or isinstance(arrived[i], list)
            else arrived[i].reshape(p.shape)
            for i, p in enumerate(primals)
        )

    return result.parts[0], pull


def grad(function, place=0, exact=True):
    def gradient(*args):
        value, pull = vjp(
            lambda x: function(*args[:place], x, *args[place + 1 :]), args[place], exact=exact
        )
        return pull(np.ones_like(value))[0]

    return gradient
