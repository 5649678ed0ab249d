# SPDX-License-Identifier: BSD-3-Clause
"""Do selection, assignment, views, overlap and odd layouts work?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from numpy_features import A, array, check, each_format


@each_format
def test_selection_and_assembly(fmt: Any) -> None:
    a, b = array(A, fmt), np.array(A)
    mask = b > 0
    check(a[mask], b[mask], fmt)
    check(a[[0, 0, 3]], b[[0, 0, 3]], fmt)
    check(a[::-2], b[::-2], fmt)
    check(np.take(a, [1, 2]), b[[1, 2]], fmt)
    check(np.where(mask, a, -a), np.where(mask, b, -b), fmt)
    check(np.select([mask], [a], 0), np.select([mask], [b], 0), fmt)
    check(np.choose([0, 1, 0], [a[:3], a[3:]]), np.choose([0, 1, 0], [b[:3], b[3:]]), fmt)
    check(np.piecewise(a, [mask], [lambda x: x + 1, 0]), np.where(mask, b + 1, 0), fmt)
    check(np.pad(a, 1), np.pad(b, 1), fmt)
    check(np.concatenate([a, a]), np.concatenate([b, b]), fmt)
    check(np.stack([a, a]), np.stack([b, b]), fmt)
    check(np.hstack([a, a]), np.hstack([b, b]), fmt)
    check(np.block([[a], [a]]), np.block([[b], [b]]), fmt)
    check(np.roll(a, 2), np.roll(b, 2), fmt)
    check(np.repeat(a, 2), np.repeat(b, 2), fmt)
    check(np.tile(a, 2), np.tile(b, 2), fmt)
    check(np.flip(a), np.flip(b), fmt)
    windows = np.lib.stride_tricks.sliding_window_view
    check(windows(a, 2), windows(b, 2), fmt)
    check(np.broadcast_to(a, (2, 6)), np.broadcast_to(b, (2, 6)), fmt)
    check(np.append(a, fmt(2)), np.append(b, 2), fmt)
    check(np.insert(a, 1, 2), np.insert(b, 1, 2), fmt)
    check(np.delete(a, 1), np.delete(b, 1), fmt)
    check(np.compress(mask, a), b[mask], fmt)
    check(np.extract(mask, a), b[mask], fmt)
    check(np.rot90(a.reshape(2, 3)), np.rot90(b.reshape(2, 3)), fmt)


@each_format
def test_assignment(fmt: Any) -> None:
    a, b = array(A, fmt), np.array(A)
    a[0], b[0] = 7, 7
    a[1:3], b[1:3] = [8, 9], [8, 9]
    a[[4, 5]], b[[4, 5]] = fmt(1), 1
    a[b == 4], b[b == 4] = 0.5, 0.5
    check(a, b, fmt)
    a.flat[2] = 3
    np.put(a, [0], [1])
    np.copyto(a[3:4], 2)
    np.place(a, [False] * 5 + [True], [6])
    a[4] = 5
    check(a, [1, 8, 3, 2, 5, 6], fmt)
    check(np.array([x for x in a.flat]), [1, 8, 3, 2, 5, 6], fmt)  # noqa: C416
    for x in np.nditer(a, op_flags=["readwrite"]):
        x[...] = x + 1
    check(a, [2, 9, 4, 3, 6, 7], fmt)
    a.fill(2)
    check(a, [2] * 6, fmt)


@each_format
def test_layouts(fmt: Any) -> None:
    b = np.arange(24.0).reshape(4, 6) % 7
    a = b.astype(fmt)
    check(a[::2, ::3] + a[1::2, 1::3], b[::2, ::3] + b[1::2, 1::3], fmt)
    check(a.T * 2, b.T * 2, fmt)
    check(np.asfortranarray(a) + a, b + b, fmt)
    size = fmt.dtype.itemsize
    raw = np.zeros(24 * size + 1, np.uint8)
    unaligned = raw[1:].view(fmt).reshape(4, 6)
    unaligned[...] = a
    check(unaligned + unaligned, b + b, fmt)
    check(-unaligned, -b, fmt)
    check(unaligned @ a.T[:, :2], b @ b.T[:, :2], fmt)
    check(np.sort(unaligned, axis=0)[::-1], np.sort(b, axis=0)[::-1], fmt)
    check(a[()] + 0, b, fmt)
    zero_d = np.array(1.5, dtype=fmt)
    check(zero_d + zero_d, 3, fmt)
    empty = np.zeros((0, 3), fmt)
    check(empty + empty, np.zeros((0, 3)), fmt)
    check(empty.T @ empty, np.zeros((3, 3)), fmt)


@each_format
def test_overlapping_in_place(fmt: Any) -> None:
    a, b = np.arange(20.0).astype(fmt), np.arange(20.0)
    a[1:] += a[:-1]
    b[1:] += b[:-1]
    check(a, b, fmt)
    a[:-1] = a[1:] - a[:-1]
    b[:-1] = b[1:] - b[:-1]
    check(a, b, fmt)
    np.negative(a[::-1], out=a)
    check(a, -b[::-1], fmt)
    m = np.arange(9.0).reshape(3, 3).astype(fmt)
    np.matmul(m, m, out=m)
    check(m, np.arange(9.0).reshape(3, 3) @ np.arange(9.0).reshape(3, 3), fmt)


@each_format
def test_read_only_arrays(fmt: Any) -> None:
    a = array(A, fmt)
    a.flags.writeable = False
    check(a + a, np.add(A, A), fmt)
    with pytest.raises(ValueError, match="read-only"):
        a[0] = 1


@each_format
def test_views(fmt: Any) -> None:
    a = array(A, fmt)
    codes = a.view(f"u{a.dtype.itemsize}")
    check(codes.view(fmt), A, fmt)
    assert codes.tolist() == [x.bits for x in a]
    assert a.byteswap().byteswap().tobytes() == a.tobytes()
