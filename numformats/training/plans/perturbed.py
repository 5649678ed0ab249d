# SPDX-License-Identifier: BSD-3-Clause
"""How does a step follow random directions, of activations or of weights?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from numformats.plan.table import FLAGS
from numformats.training.plans.nodes import Affine

if TYPE_CHECKING:
    from numformats.training.plans.builder import Matrix
    from numformats.training.plans.job import Job

__all__ = ["activity", "weight"]


def activity(job: Job) -> None:
    """Perturb pre-activations at random: two sweeps over the layers.

    Sweep one finds, for each sample, how its loss moves along K random directions; sweep two draws
    the same signs again and updates layer by layer.  Between them only K numbers a sample and the
    last layer's residual are alive.
    """
    b, tangents, batch = job.b, job.tangents, job.b.batch
    s, layer, tape = job.load(), 0, []
    for node in job.nodes:
        if isinstance(node, Affine):
            first, last = layer == 0, node is job.affines[-1]
            y = node.stacked(b, s, batch if first and last else (1 + tangents) * batch)
            if not last:
                job.perturb(y, layer, new=first)
            layer += 1
        else:
            y = node.stacked(b, s)
        tape.append((node, s, y))
        s = y
    r = job.residual(s)
    d = None
    if len(job.affines) > 1:
        d = b.buffer("directions", tangents, batch, r.dtype)
        b.op("DIRECTION", a=r, b=s.part(rows=slice(batch, s.rows)), out=d)
        d = job.stepped("scaled directions", d, tangents)
    delta = job.stepped("residual, scaled", job.back_to_affine(tape, r))
    _update_by_signs(job, d, delta)


def _update_by_signs(job: Job, d: Matrix | None, last_delta: Matrix) -> None:
    """Sweep two: the next layer's values before the weights change, then the update."""
    b, s, layer = job.b, job.load(), 0
    for node in job.nodes:
        if node is job.affines[-1]:
            job.affines[-1].with_ones(b, s)
            job.affines[-1].update(b, s, last_delta)
            return
        y = node.stacked(b, s)
        if isinstance(node, Affine):
            assert d is not None
            delta = b.buffer(f"s {node.name}", b.batch, node.columns, d.dtype)
            native = FLAGS["NATIVE"] * (b.native and d.dtype.char in "fd")
            b.op("COMBINE", flag=FLAGS["BY_SAMPLE"] | native, stream=layer, a=d, out=delta)
            node.update(b, s, delta)
            layer += 1
        s = y


def weight(job: Job) -> None:
    """K random directions of all weights: how the batch's loss moves along each, then the update.

    Tangents of a layer's outputs are those of its inputs times the weights, plus its inputs times
    the signs.  These are drawn for one layer at a time, and drawn again for the update, or kept.
    """
    b, tangents, batch = job.b, job.tangents, job.b.batch
    s, signs = job.load(), {}
    for node in job.nodes:
        if not isinstance(node, Affine):
            s = node.stacked(b, s)
            continue
        first, layer = node is job.affines[0], job.affines.index(node)
        rows, columns = node.weight.rows, node.weight.columns
        v = b.buffer(f"signs {node.name}", tangents * rows, columns, node.weight.dtype)
        b.op("PERTURB", stream=layer, first=rows, out=v)
        y = node.stacked(b, s, (1 + tangents) * batch)
        x = node.widened(s.part(rows=slice(batch)))
        for k in range(tangents):
            t = y.part(rows=slice((1 + k) * batch, (2 + k) * batch))
            signs_of = v.part(rows=slice(k * rows, (k + 1) * rows))
            node.times(b, t, x, signs_of, None if first else t)
        signs[node.name] = v
        s = y
    r = job.residual(s)
    d = b.buffer("directions", tangents, batch, r.dtype)
    b.op("DIRECTION", a=r, b=s.part(rows=slice(batch, s.rows)), out=d)
    c = b.buffer("slopes", tangents, 1, r.dtype)
    b.op("SUM_ROWS", a=d, out=c)
    c = _projected(job, c) if job.mode.combine == "project" else c
    averaged = 1 if job.mode.combine == "project" else tangents
    c = b.scaled("steps", c, job.rate(c.dtype, batch * averaged))
    for layer, node in enumerate(job.affines):
        _step_along(job, node, layer, c, None if job.mode.replay else signs[node.name])


def _projected(job: Job, slopes: Matrix) -> Matrix:
    """The coefficients of the gradient's projection on the span of the tangents."""
    b, tangents = job.b, job.tangents
    gram = b.buffer("products of tangents", tangents, tangents, np.float64)
    for layer, node in enumerate(job.affines):
        b.op(
            "GRAM",
            stream=layer,
            first=node.weight.rows,
            last=node.weight.columns,
            a=gram if layer else None,
            out=gram,
        )
    found = b.buffer("coefficients", tangents, 1, slopes.dtype)
    b.op("SOLVE", a=gram, b=slopes, out=found)
    return found


def _step_along(job: Job, node: Affine, layer: int, c: Matrix, kept: Matrix | None) -> None:
    """Weights minus the sum of steps times signs, rounded once."""
    b, w, tangents = job.b, node.weight, job.tangents
    native = FLAGS["NATIVE"] * (b.native and {c.dtype.char, w.dtype.char} <= set("fd"))
    if kept is None:
        spread = replace(c, columns=w.rows, column=0)  # the same steps for every row
        b.op("COMBINE", flag=native, stream=layer, a=spread, addend=w, out=w)
        return
    n = w.rows * w.columns
    flat = replace(w, rows=n, columns=1, row=1)
    signs = replace(kept, rows=n, columns=tangents, row=1, column=n)
    b.product(flat, signs, c, flat, subtract=True)
