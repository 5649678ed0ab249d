# SPDX-License-Identifier: BSD-3-Clause
"""How is each function of NumPy called in a test of the tracer?  One table for all tests.

x, y, z are vectors of one length, y and z positive, z ascending; m, s are square matrices, s symmetric
and positive definite; w is a wide matrix, n a vector with NaN.  Some calls fail without a trace in
some formats (a negative result, no NaN): tests compare what does not.
"""

from __future__ import annotations

import numpy as np

import numformats as nf

la = np.linalg
X = np.array([0.5, -1.25, 2.0, 0.25, -0.75, 0.5])
Y = np.array([1.0, 0.5, 1.5, 3.0, 0.25, 2.0])
Z = np.array([0.125, 0.25, 0.75, 1.0, 2.5, 3.0])
M = np.array([[2.0, 1.0, 0.5], [4.0, -3.0, 1.0], [0.5, 2.5, 1.0]])
S = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 2.0]])
W = np.array([[1.0, -0.5, 2.0, 0.25], [3.0, 1.5, -1.0, 0.5], [0.25, 2.0, 1.0, -4.0]])
N = np.array([0.5, np.nan, 2.0, -1.0, np.nan, 3.0])
OPERANDS = {"x": X, "y": Y, "z": Z, "m": M, "s": S, "w": W, "n": N}


def in_place(f, of="x"):
    """The target of a function that writes, afterwards."""

    def call(o):
        target = getattr(o, of).copy()
        f(target, o)
        return target

    return call


CALLS = {
    # Rearrangements
    np.append: [lambda o: np.append(o.x, o.y), lambda o: np.append(o.m, o.s, 0)],
    np.array_split: [lambda o: np.array_split(o.x, 4)],
    np.atleast_1d: [lambda o: np.atleast_1d(o.x[0]), lambda o: np.atleast_1d(o.x[0], o.y)],
    np.atleast_2d: [lambda o: np.atleast_2d(o.x)],
    np.atleast_3d: [lambda o: np.atleast_3d(o.m)],
    np.block: [lambda o: np.block([[o.m, o.s], [o.s, o.m]])],
    np.broadcast_arrays: [lambda o: np.broadcast_arrays(o.x, o.y[:, None])],
    np.broadcast_to: [lambda o: np.broadcast_to(o.x, (2, 6))],
    np.choose: [lambda o: np.choose([0, 1, 1, 0, 1, 0], [o.x, o.y])],
    np.column_stack: [lambda o: np.column_stack((o.x, o.y))],
    np.compress: [lambda o: np.compress([True, False, True], o.x), lambda o: o.m.compress([1, 0, 1], 1)],
    np.concatenate: [lambda o: np.concatenate([o.x, o.y]), lambda o: np.concatenate([o.m, o.s], axis=1)],
    np.copy: [lambda o: np.copy(o.m), lambda o: np.copy(o.m.T, order="C")],
    np.delete: [lambda o: np.delete(o.x, [1, 3]), lambda o: np.delete(o.m, 1, axis=0)],
    np.diag: [lambda o: np.diag(o.x), lambda o: np.diag(o.m, 1), lambda o: np.diag(o.x[:2], -1)],
    np.diagflat: [lambda o: np.diagflat(o.m)],
    np.diagonal: [lambda o: np.diagonal(o.m, 1), lambda o: o.m.diagonal()],
    np.dsplit: [lambda o: np.dsplit(np.reshape(o.x, (1, 1, 6)), 3)],
    np.dstack: [lambda o: np.dstack([o.x, o.y])],
    np.expand_dims: [lambda o: np.expand_dims(o.x, 1)],
    np.extract: [lambda o: np.extract(o.x > 0, o.y)],
    np.fft.fftshift: [lambda o: np.fft.fftshift(o.x)],
    np.fft.ifftshift: [lambda o: np.fft.ifftshift(o.m)],
    np.flip: [lambda o: np.flip(o.m), lambda o: np.flip(o.m, 1)],
    np.fliplr: [lambda o: np.fliplr(o.m)],
    np.flipud: [lambda o: np.flipud(o.m)],
    np.hsplit: [lambda o: np.hsplit(o.m, 3)],
    np.hstack: [lambda o: np.hstack([o.x, o.y])],
    np.insert: [lambda o: np.insert(o.x, 1, o.y[:1]), lambda o: np.insert(o.x, [0, 2], [3.0, 4.0])],
    la.diagonal: [lambda o: la.diagonal(o.m)],
    la.matrix_transpose: [lambda o: la.matrix_transpose(o.w)],
    np.lib.stride_tricks.sliding_window_view: [lambda o: np.lib.stride_tricks.sliding_window_view(o.x, 3)],
    np.matrix_transpose: [lambda o: np.matrix_transpose(o.w), lambda o: o.w.mT],
    np.meshgrid: [lambda o: np.meshgrid(o.x, o.y[:2])],
    np.moveaxis: [lambda o: np.moveaxis(o.w, 0, 1)],
    np.pad: [lambda o: np.pad(o.x, 2), lambda o: np.pad(o.m, (1, 2), mode="edge"),
             lambda o: np.pad(o.m, ((1, 0), (0, 2)), constant_values=((1, 2), (3, 4))),
             lambda o: np.pad(o.x, 2, "reflect"), lambda o: np.pad(o.x, 2, mode="wrap"),
             lambda o: np.pad(o.x, 3, mode="symmetric")],
    np.ravel: [lambda o: np.ravel(o.m), lambda o: o.m.T.ravel(), lambda o: o.m.flatten("F")],
    np.repeat: [lambda o: np.repeat(o.x, 2), lambda o: o.m.repeat([1, 2, 0], axis=0)],
    np.reshape: [lambda o: np.reshape(o.x, (2, 3)), lambda o: o.x.reshape(3, -1)],
    np.resize: [lambda o: np.resize(o.x, (3, 5))],
    np.roll: [lambda o: np.roll(o.x, 2), lambda o: np.roll(o.m, 1, axis=1)],
    np.rollaxis: [lambda o: np.rollaxis(o.w, 1)],
    np.rot90: [lambda o: np.rot90(o.w)],
    np.split: [lambda o: np.split(o.x, 3)],
    np.squeeze: [lambda o: np.squeeze(o.x[None]), lambda o: o.x[:, None].squeeze(1)],
    np.stack: [lambda o: np.stack([o.x, o.y], axis=1)],
    np.swapaxes: [lambda o: np.swapaxes(o.w, 0, 1), lambda o: o.w.swapaxes(0, 1)],
    np.take: [lambda o: np.take(o.x, [[0, 1], [5, 2]]), lambda o: o.m.take([2, 0], axis=1)],
    np.take_along_axis: [lambda o: np.take_along_axis(o.m, np.argsort(o.m, 1), 1)],
    np.tile: [lambda o: np.tile(o.x, (2, 2))],
    np.transpose: [lambda o: np.transpose(o.w), lambda o: o.w.T, lambda o: o.w.transpose(1, 0)],
    np.tril: [lambda o: np.tril(o.m), lambda o: np.tril(o.w, -1)],
    np.triu: [lambda o: np.triu(o.m), lambda o: np.triu(o.w, 1)],
    np.unstack: [lambda o: np.unstack(o.m)],
    np.vsplit: [lambda o: np.vsplit(o.m, 3)],
    np.vstack: [lambda o: np.vstack([o.x, o.y])],
    np.where: [lambda o: np.where(o.x > 0, o.x, o.y), lambda o: np.where(o.x > 0, o.x, 0.5),
               lambda o: np.where(o.x > 0, 1, o.x)],
    # Selections
    np.amax: [lambda o: np.amax(o.m, 0)],
    np.amin: [lambda o: np.amin(o.m)],
    np.intersect1d: [lambda o: np.intersect1d(o.x, o.y)],
    np.max: [lambda o: np.max(o.x), lambda o: o.m.max(axis=1, keepdims=True), lambda o: np.max(o.w, axis=(0, 1)),
             lambda o: np.max(o.x, initial=0, where=o.x < 1), lambda o: np.maximum.reduce(o.m, axis=None)],
    np.min: [lambda o: np.min(o.x), lambda o: o.m.min(0), lambda o: np.minimum.reduce(o.m)],
    np.partition: [lambda o: np.partition(o.x, 2), in_place(lambda a, _: a.partition(3))],
    np.setdiff1d: [lambda o: np.setdiff1d(o.x, o.y)],
    np.setxor1d: [lambda o: np.setxor1d(o.x, o.y)],
    np.sort: [lambda o: np.sort(o.x), lambda o: np.sort(o.m, axis=0), lambda o: np.sort(o.m, axis=None),
              in_place(lambda a, _: a.sort()), in_place(lambda a, _: a.sort(0), "m")],
    np.trim_zeros: [lambda o: np.trim_zeros(np.pad(o.x, 2))],
    np.union1d: [lambda o: np.union1d(o.x, o.y)],
    np.unique: [lambda o: np.unique(o.x), lambda o: np.unique(o.x, return_index=True, return_counts=True),
                lambda o: np.unique(o.m, axis=0)],
    np.unique_all: [lambda o: np.unique_all(o.x)],
    np.unique_counts: [lambda o: np.unique_counts(o.x)],
    np.unique_inverse: [lambda o: np.unique_inverse(o.x)],
    np.unique_values: [lambda o: np.sort(np.unique_values(o.x))],
    # Constructions
    np.array: [lambda o: np.array(o.x, like=o.x)],
    np.asanyarray: [lambda o: np.asanyarray(o.x, like=o.x)],
    np.asarray: [lambda o: np.asarray([1.0, 2.0], like=o.x)],
    np.ascontiguousarray: [lambda o: np.ascontiguousarray(o.m, like=o.m)],
    np.asfortranarray: [lambda o: np.asfortranarray(o.m, like=o.m)],
    np.astype: [lambda o: np.astype(o.x, np.float32), lambda o: o.x.astype(np.float64), lambda o: o.y.astype(int)],
    np.empty_like: [lambda o: np.empty_like(o.x).astype(bool) & False],
    np.full: [lambda o: np.full((2, 2), 0.5, like=o.x)],
    np.full_like: [lambda o: np.full_like(o.x, 0.1), lambda o: np.full_like(o.m, o.x[0]),
                   lambda o: np.full_like(o.x, 3, shape=(2,)), lambda o: np.full_like(o.x, 2, dtype=int)],
    np.ones: [lambda o: np.ones(3, dtype=o.x.dtype, like=o.x)],
    np.ones_like: [lambda o: np.ones_like(o.m) / 3, lambda o: np.ones_like(o.m, dtype=bool)],
    np.require: [lambda o: np.require(o.m, like=o.m)],
    np.zeros: [lambda o: np.zeros((2, 3), like=o.x)],
    np.zeros_like: [lambda o: np.zeros_like(o.m) + o.m, lambda o: np.zeros_like(o.m, shape=(2,))],
    # Assignments
    np.copyto: [in_place(lambda a, o: np.copyto(a, o.y)), in_place(lambda a, o: np.copyto(a, o.y, where=o.x > 0))],
    np.fill_diagonal: [in_place(lambda a, o: np.fill_diagonal(a, o.x[0]), "m")],
    np.place: [in_place(lambda a, o: np.place(a, a > 0, o.y[:2]))],
    np.put: [in_place(lambda a, o: np.put(a, [0, -1, 2], o.y[:2])), in_place(lambda a, o: a.put([9], o.y[0], mode="wrap"))],
    np.put_along_axis: [in_place(lambda a, o: np.put_along_axis(a, np.argmax(a, 1)[:, None], o.y[0], 1), "m")],
    np.putmask: [in_place(lambda a, o: np.putmask(a, a > 0, o.y)), in_place(lambda a, o: np.putmask(a, a > 0, o.y[:4]))],
    # Composites
    np.angle: [lambda o: np.angle(o.x)],
    np.apply_along_axis: [lambda o: np.apply_along_axis(np.sum, 0, o.w), lambda o: np.apply_along_axis(np.sort, 1, o.w)],
    np.apply_over_axes: [lambda o: np.apply_over_axes(np.sum, o.w, [0, 1])],
    np.around: [lambda o: np.around(o.x)],
    np.average: [lambda o: np.average(o.x), lambda o: np.average(o.x, weights=o.y),
                 lambda o: np.average(o.m, axis=1, weights=o.y[:3])],
    np.clip: [lambda o: np.clip(o.x, -0.5, 0.5), lambda o: o.x.clip(0), lambda o: np.clip(o.x, None, 0.25),
              lambda o: np.clip(o.x, min=-1, max=o.y)],
    np._core.umath.clip: [lambda o: np._core.umath.clip(o.x, o.y[:1] * 0, o.y[:1])],
    np.convolve: [lambda o: np.convolve(o.x, o.y[:3]), lambda o: np.convolve(o.x, o.y[:4], "same"),
                  lambda o: np.convolve(o.x, o.y[:3], "valid"), lambda o: np.convolve(o.x[:2], o.y)],
    np.corrcoef: [lambda o: np.corrcoef(o.w), lambda o: np.corrcoef(o.x, o.y)],
    np.correlate: [lambda o: np.correlate(o.x, o.y), lambda o: np.correlate(o.x, o.y[:3], "full"),
                   lambda o: np.correlate(o.x[:3], o.y, "same"), lambda o: np.correlate(o.x[:2], o.y, "full")],
    np.cov: [lambda o: np.cov(o.w), lambda o: np.cov(o.x, o.y, ddof=0), lambda o: np.cov(o.w, rowvar=False)],
    np.cross: [lambda o: np.cross(o.m, o.s), lambda o: np.cross(o.x[:3], o.y[:3])],
    np.cumprod: [lambda o: np.cumprod(o.y), lambda o: o.m.cumprod(axis=1)],
    np.cumulative_prod: [lambda o: np.cumulative_prod(o.x), lambda o: np.cumulative_prod(o.m, axis=0, include_initial=True)],
    np.cumulative_sum: [lambda o: np.cumulative_sum(o.x), lambda o: np.cumulative_sum(o.m, axis=1, include_initial=True)],
    np.diff: [lambda o: np.diff(o.x), lambda o: np.diff(o.m, 2, axis=0), lambda o: np.diff(o.x, prepend=0, append=o.y[:2])],
    np.dot: [lambda o: np.dot(o.x, o.y), lambda o: np.dot(o.m, o.w), lambda o: o.m.dot(o.x[:3]), lambda o: np.dot(o.x, 2)],
    np.ediff1d: [lambda o: np.ediff1d(o.x), lambda o: np.ediff1d(o.x, to_begin=o.y[:1], to_end=o.y[:2])],
    np.einsum: [lambda o: np.einsum("ij,jk->ik", o.m, o.s), lambda o: np.einsum("ii", o.m),
                lambda o: np.einsum("i,i->i", o.x, o.y), lambda o: np.einsum("...j,jk->...k", o.m, o.w),
                lambda o: np.einsum("ij,kj,k", o.m, o.s, o.x[:3])],
    np.fix: [lambda o: np.fix(o.x)],
    np.geomspace: [lambda o: np.geomspace(o.y[0], o.y[3], 5)],
    np.gradient: [lambda o: np.gradient(o.x), lambda o: np.gradient(o.w), lambda o: np.gradient(o.x, o.z),
                  lambda o: np.gradient(o.x, 0.5, edge_order=2), lambda o: np.gradient(o.w, axis=1, edge_order=2),
                  lambda o: np.gradient(o.x, o.z, edge_order=2)],
    np.imag: [lambda o: np.imag(o.x), lambda o: o.x.imag],
    np.inner: [lambda o: np.inner(o.x, o.y), lambda o: np.inner(o.m, o.s)],
    np.interp: [lambda o: np.interp(o.y, o.z, o.x), lambda o: np.interp(o.x, [0.0, 1.0], [1.0, 3.0], left=-1.0),
                lambda o: np.interp(x=o.x, xp=o.z, fp=o.y)],
    np.kron: [lambda o: np.kron(o.x, o.y), lambda o: np.kron(o.m, o.x[:2])],
    la.cholesky: [lambda o: la.cholesky(o.s)],
    la.cond: [lambda o: la.cond(o.s, 1), lambda o: la.cond(o.s, np.inf)],
    la.cross: [lambda o: la.cross(o.m, o.s)],
    la.det: [lambda o: la.det(o.m), lambda o: la.det(np.stack([o.m, o.s]))],
    la.inv: [lambda o: la.inv(o.m)],
    la.matmul: [lambda o: la.matmul(o.m, o.w)],
    la.matrix_norm: [lambda o: la.matrix_norm(o.m), lambda o: la.matrix_norm(o.m, ord=1)],
    la.matrix_power: [lambda o: la.matrix_power(o.m, 3), lambda o: la.matrix_power(o.m, 4), lambda o: la.matrix_power(o.m, 0)],
    la.multi_dot: [lambda o: la.multi_dot([o.m, o.s, o.x[:3]])],
    la.norm: [lambda o: la.norm(o.x), lambda o: la.norm(o.m), lambda o: la.norm(o.m, axis=1), lambda o: la.norm(o.x, 1),
              lambda o: la.norm(o.x, np.inf), lambda o: la.norm(o.m, 1), lambda o: la.norm(o.m, np.inf),
              lambda o: la.norm(o.x, 3), lambda o: la.norm(o.m, "fro", keepdims=True), lambda o: la.norm(o.x, 0)],
    la.outer: [lambda o: la.outer(o.x, o.y)],
    la.qr: [lambda o: la.qr(o.m), lambda o: la.qr(o.w.T), lambda o: la.qr(o.w.T, "complete")],
    la.slogdet: [lambda o: la.slogdet(o.m)],
    la.solve: [lambda o: la.solve(o.m, o.x[:3]), lambda o: la.solve(o.m, o.w), lambda o: la.solve(np.stack([o.m, o.s]), o.w[None])],
    la.tensordot: [lambda o: la.tensordot(o.m, o.s)],
    la.trace: [lambda o: la.trace(o.m)],
    la.vecdot: [lambda o: la.vecdot(o.m, o.s)],
    la.vector_norm: [lambda o: la.vector_norm(o.m), lambda o: la.vector_norm(o.m, axis=0, ord=1)],
    np.linspace: [lambda o: np.linspace(o.y[1], o.y[2], 5), lambda o: np.linspace(o.x, o.y, 3, endpoint=False),
                  lambda o: np.linspace(0, o.y[3], 4, axis=-1)],
    np.logspace: [lambda o: np.logspace(o.y[1], o.y[2], 3)],
    np.mean: [lambda o: np.mean(o.x), lambda o: o.m.mean(0), lambda o: o.m.mean(axis=(0, 1), keepdims=True),
              lambda o: np.mean(o.x, where=o.x > 0)],
    np.median: [lambda o: np.median(o.x), lambda o: np.median(o.m, axis=0), lambda o: np.median(o.w, axis=1, keepdims=True),
                lambda o: np.median(o.n)],
    np.nan_to_num: [lambda o: np.nan_to_num(o.n), lambda o: np.nan_to_num(o.n, nan=1.5)],
    np.nancumprod: [lambda o: np.nancumprod(o.n)],
    np.nancumsum: [lambda o: np.nancumsum(o.n)],
    np.nanmax: [lambda o: np.nanmax(o.n), lambda o: np.nanmax(np.reshape(o.n, (3, 2)), axis=0)],
    np.nanmean: [lambda o: np.nanmean(o.n)],
    np.nanmedian: [lambda o: np.nanmedian(o.n), lambda o: np.nanmedian(np.reshape(o.n, (2, 3)), axis=1)],
    np.nanmin: [lambda o: np.nanmin(o.n), lambda o: np.nanmin(np.reshape(o.n, (3, 2)), axis=1)],
    np.nanpercentile: [lambda o: np.nanpercentile(o.n, 40)],
    np.nanprod: [lambda o: np.nanprod(o.n)],
    np.nanquantile: [lambda o: np.nanquantile(o.n, [0.25, 0.5])],
    np.nanstd: [lambda o: np.nanstd(o.n)],
    np.nansum: [lambda o: np.nansum(o.n)],
    np.nanvar: [lambda o: np.nanvar(o.n, ddof=1)],
    np.outer: [lambda o: np.outer(o.x, o.y)],
    np.percentile: [lambda o: np.percentile(o.x, 30), lambda o: np.percentile(o.m, [25, 75], axis=0)],
    np.piecewise: [lambda o: np.piecewise(o.x, [o.x < 0, o.x > 1], [lambda v: -v, 3, np.square])],
    np.poly: [lambda o: np.poly(o.x[:3])],
    np.polyadd: [lambda o: np.polyadd(o.x, o.y[:2])],
    np.polyder: [lambda o: np.polyder(o.x), lambda o: np.polyder(o.x, 2)],
    np.polydiv: [lambda o: np.polydiv(o.x, o.y[:2]), lambda o: np.polydiv(o.x[:1], o.y[:2])],
    np.polyfit: [lambda o: np.polyfit(o.z, o.x, 2), lambda o: np.polyfit(o.z, o.x, 1, w=o.y)],
    np.polyint: [lambda o: np.polyint(o.x), lambda o: np.polyint(o.x, 2, [1.0, 2.0])],
    np.polymul: [lambda o: np.polymul(o.x, o.y)],
    np.polysub: [lambda o: np.polysub(o.x[:2], o.y)],
    np.polyval: [lambda o: np.polyval(o.x, o.y), lambda o: np.polyval([1.0, 2.0, 3.0], o.x)],
    np.prod: [lambda o: np.prod(o.x), lambda o: o.m.prod(axis=0), lambda o: np.prod(o.x, initial=2, keepdims=True),
              lambda o: np.multiply.reduce(o.m), lambda o: np.prod(o.m, axis=(0, 1))],
    np.ptp: [lambda o: np.ptp(o.x), lambda o: np.ptp(o.m, axis=0)],
    np.quantile: [lambda o: np.quantile(o.x, 0.3), lambda o: np.quantile(o.m, [0.25, 0.5], axis=1, keepdims=True),
                  *(lambda o, how=how: np.quantile(o.x, 0.3, method=how) for how in ("lower", "higher", "nearest", "midpoint"))],
    np.real: [lambda o: np.real(o.x), lambda o: o.x.real],
    np.real_if_close: [lambda o: np.real_if_close(o.x)],
    np.round: [lambda o: np.round(o.x), lambda o: o.x.round(1), lambda o: round(o.x[1], 1)],
    np.select: [lambda o: np.select([o.x > 1, o.x > 0], [o.y, o.x]), lambda o: np.select([o.x > 1], [o.y], o.z)],
    np.sinc: [lambda o: np.sinc(o.x)],
    np.std: [lambda o: np.std(o.x), lambda o: o.m.std(axis=1, ddof=1)],
    np.tensordot: [lambda o: np.tensordot(o.m, o.s, 1), lambda o: np.tensordot(o.m, o.w, ([0], [0]))],
    np.trace: [lambda o: np.trace(o.m), lambda o: o.w.trace(1)],
    np.trapezoid: [lambda o: np.trapezoid(o.x), lambda o: np.trapezoid(o.x, o.z), lambda o: np.trapezoid(o.m, dx=0.5, axis=0)],
    np.unwrap: [lambda o: np.unwrap(o.z * 3), lambda o: np.unwrap(o.x * 4, period=2)],
    np.vander: [lambda o: np.vander(o.x, 3), lambda o: np.vander(o.x[:3], increasing=True)],
    np.var: [lambda o: np.var(o.x), lambda o: np.var(o.m, axis=0, ddof=1, keepdims=True)],
    np.vdot: [lambda o: np.vdot(o.m, o.s)],
    np.vecdot: [lambda o: np.vecdot(o.m, o.s), lambda o: np.vecdot(o.m, o.s, axis=0)],
    np.matvec: [lambda o: np.matvec(o.m, o.x[:3])],
    np.vecmat: [lambda o: np.vecmat(o.x[:3], o.w)],
    # Arithmetic that is no plain ufunc of one or two operands
    np.sum: [lambda o: np.sum(o.x), lambda o: o.m.sum(axis=1), lambda o: np.sum(o.m, (0, 1), keepdims=True),
             lambda o: np.sum(o.x, where=o.x > 0, initial=1), lambda o: np.sum(o.x, dtype=np.float64),
             lambda o: np.add.reduce(o.m), lambda o: np.add.reduceat(o.x, [0, 2, 1, 5])],
    np.cumsum: [lambda o: np.cumsum(o.x), lambda o: o.m.cumsum(1), lambda o: np.add.accumulate(o.m), lambda o: np.cumsum(o.m)],
    np.matmul: [lambda o: o.m @ o.w, lambda o: o.x @ o.y, lambda o: np.matmul(o.m, o.x[:3]), lambda o: np.stack([o.m, o.s]) @ o.m],
    np.power: [lambda o: o.y ** 2, lambda o: o.y**0.5, lambda o: o.y**-1, lambda o: o.y**o.x, lambda o: 2**o.x,
               lambda o: o.y[0] ** o.x[0], lambda o: np.power(o.x, 3)],
    np.frexp: [lambda o: np.frexp(o.x)],
    np.ldexp: [lambda o: np.ldexp(o.x, [1, -2, 3, 0, 5, -1])],
    np.subtract: [lambda o: np.subtract.reduce(o.x), lambda o: np.subtract.accumulate(o.x), lambda o: np.subtract.outer(o.x, o.y),
                  in_place(lambda a, o: np.subtract.at(a, [0, 1, 0, 0], o.y[:4])), in_place(lambda a, o: a.__isub__(o.y))],
    np.add: [in_place(lambda a, o: np.add.at(a, [0, 0, 1], o.y[:3])), lambda o: np.add(o.x, o.y, out=np.zeros_like(o.x)),
             lambda o: np.add(o.x, o.y, out=np.zeros_like(o.x), where=o.x > 0), lambda o: np.add(o.x, o.y, dtype=np.float64)],
    nf.arange: [lambda o: nf.arange(o.y[0], o.y[3], o.y[4])],
    nf.complex_multiply: [lambda o: nf.complex_multiply(o.x, o.y, o.z, o.x)],
    nf.compound: [lambda o: nf.compound(o.y, 3)],
    nf.det2: [lambda o: nf.det2(o.x, o.y, o.z, o.x)],
    nf.fdot: [lambda o: nf.fdot(o.x, o.y), lambda o: nf.fdot(o.m, o.w)],
    nf.fmean: [lambda o: nf.fmean(o.x), lambda o: nf.fmean(o.m, axis=0)],
    nf.fstd: [lambda o: nf.fstd(o.x, ddof=1)],
    nf.fsum: [lambda o: nf.fsum(o.x), lambda o: nf.fsum(o.m, 1, keepdims=True), lambda o: nf.fsum(o.x, accumulate="pairwise")],
    nf.fvar: [lambda o: nf.fvar(o.m, axis=1)],
    nf.horner_exact: [lambda o: nf.horner_exact(o.x[:3], o.y)],
    nf.linspace: [lambda o: nf.linspace(o.y[1], o.y[2], 5)],
    nf.matmul: [lambda o: nf.matmul(o.m, o.w), lambda o: nf.matmul(o.m, o.s, accumulate="sequential")],
    nf.norm2: [lambda o: nf.norm2(o.x), lambda o: nf.norm2(o.m, axis=1)],
    nf.posit_arctan2: [lambda o: nf.posit_arctan2(o.x, o.y)],
    nf.posit_arctan2pi: [lambda o: nf.posit_arctan2pi(o.x, o.y)],
    nf.quantize: [lambda o: nf.quantize(o.x, nf.posit8)],
    nf.rootn: [lambda o: nf.rootn(o.y, 3)],
    nf.vecdot: [lambda o: nf.vecdot(o.m, o.s), lambda o: nf.vecdot(o.m, o.s, axis=0)],
    nf.linalg.cholesky: [lambda o: nf.linalg.cholesky(o.s)],
    nf.linalg.cond: [lambda o: nf.linalg.cond(o.s, 1)],
    nf.linalg.det: [lambda o: nf.linalg.det(o.m)],
    nf.linalg.inv: [lambda o: nf.linalg.inv(o.m)],
    nf.linalg.lstsq: [lambda o: nf.linalg.lstsq(o.w.T, o.x[:4]), lambda o: nf.linalg.lstsq(o.w.T, o.w.T)],
    nf.linalg.lu: [lambda o: nf.linalg.lu(o.m)],
    nf.linalg.norm: [lambda o: nf.linalg.norm(o.x), lambda o: nf.linalg.norm(o.m, 1)],
    nf.linalg.qr: [lambda o: nf.linalg.qr(o.m), lambda o: nf.linalg.qr(o.w.T)],
    nf.linalg.solve: [lambda o: nf.linalg.solve(o.m, o.x[:3])],
}  # fmt: skip


def of_ufunc(f):
    """One call of an elementwise ufunc that the table does not name."""
    return {1: lambda o: f(o.y), 2: lambda o: f(o.x, o.y), 3: lambda o: f(o.x, o.y, o.z)}[f.nin]


def calls_of(f):
    """The calls of a function: those of the table, and of a ufunc the plain one."""
    made = list(CALLS.get(f, []))
    if (
        isinstance(f, np.ufunc)
        and f not in {np.ldexp, nf.compound, nf.rootn}
        and f.signature is None
        and f.nin < 4
    ):
        made += [of_ufunc(f)]
        if f.nin == 1:
            made += [lambda o: f(o.y / 4), lambda o: f(-o.z / 4)]
    return made
