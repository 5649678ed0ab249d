# SPDX-License-Identifier: BSD-3-Clause
"""How does forward mode give the gradient itself: by unit tangents, some at a time?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.plan.table import FLAGS
from numformats.training.plans.builder import Matrix
from numformats.training.plans.nodes import Affine, Elementwise, Node

if TYPE_CHECKING:
    from numformats.training.plans.job import Job

__all__ = ["exact"]


def exact(job: Job) -> None:
    """Unit tangents for each unit of each layer, K at a time, through the layers behind it.

    The layers behind stand once in the program, for a stack of their own: a CALL goes to its part
    that begins behind the unit's layer.
    """
    b, batch = job.b, job.b.batch
    head, *segments = job.segments()
    _check(segments)
    stacks = _stacks(job, segments)
    s = job.load()
    for node in head:
        s = node.stacked(b, s)
    calls = []
    for i, (affine, *rest) in enumerate(segments[:-1]):
        assert isinstance(affine, Affine)
        n, tangents = affine.columns, job.tangents
        y, tape = _through(job, rest, affine.stacked(b, s))
        delta = b.buffer(f"g {affine.name}", batch, n, job.delta or y.dtype)
        body = len(b.operations)
        stack = stacks[i]
        b.copy(stack.part(rows=slice(batch)), y)
        t = stack.part(rows=slice(batch, (1 + tangents) * batch))
        b.op("UNIT", first=batch, out=t)
        for node, x, r in tape:
            assert isinstance(node, Elementwise)
            node.times_derivative(b, x, r, t, t)
        calls.append((b.op("CALL"), i + 1))
        outputs = stacks[-1]
        b.op("DIRECTION", flag=FLAGS["AT_COUNTER"], a=_residual_of(job, outputs),
             b=outputs.part(rows=slice(batch, (1 + tangents) * batch)), out=delta.T)  # fmt: skip
        b.op("LOOP", flag=tangents, first=body, last=n)
        affine.update(b, s, job.stepped(f"s {affine.name}", delta))
        s = y
    _last_segment(job, segments[-1], s)
    b.op("RETURN")
    _suffixes(job, segments, stacks, calls)


def _check(segments: list[list[Node]]) -> None:
    """TypeError where something stands behind weights that unit tangents do not go through."""
    for node in (node for segment in segments for node in segment):
        if not isinstance(node, Affine | Elementwise):
            msg = (
                f"layer {node.name!r} has no plan in mode forward(exact=True): it is not"
                " elementwise; reverse() gives the same gradient"
            )
            raise TypeError(msg)


def _through(
    job: Job, nodes: list[Node], s: Matrix
) -> tuple[Matrix, list[tuple[Node, Matrix, Matrix]]]:
    """What activations make of a stack, and each with what came in and out."""
    tape = []
    for node in nodes:
        y = node.stacked(job.b, s)
        tape.append((node, s, y))
        s = y
    return s, tape


def _residual_of(job: Job, outputs: Matrix) -> Matrix:
    """Where the layers behind leave the derivative of the loss: over its values where they can."""
    values = outputs.part(rows=slice(job.b.batch))
    if job.delta is None or job.delta == outputs.dtype:
        return values
    name = "residual of the suffix"
    known = job.b.buffers.get(name)
    if known is None:
        return job.b.buffer(name, job.b.batch, outputs.columns, job.delta)
    return Matrix(known, known.rows, known.columns, known.columns)


def _last_segment(job: Job, segment: list[Node], s: Matrix) -> None:
    """The last layer's gradient needs no tangents."""
    b, (affine, *rest) = job.b, segment
    assert isinstance(affine, Affine)
    x, (y, tape) = s, _through(job, rest, affine.stacked(b, s))
    g = job.back_to_affine(tape, job.residual(y))
    affine.update(b, x, job.stepped(f"s {affine.name}", g))


def _stacks(job: Job, segments: list[list[Node]]) -> list[Matrix]:
    """What each segment gives, values and tangents, in two buffers in turn (of each format)."""
    rows = (1 + job.tangents) * job.b.batch
    affines = [segment[0] for segment in segments if isinstance(segment[0], Affine)]
    found = []
    for i, one in enumerate(affines):
        dtype = one.weight.dtype
        name = f"stack {'ab'[i % 2]} {dtype}"
        if name not in job.b.buffers:
            widest = max(other.columns for other in affines if other.weight.dtype == dtype)
            job.b.buffer(name, rows, widest, dtype, extra=job.b.extra)
        found.append(Matrix(job.b.buffers[name], rows, one.columns, one.columns + job.b.extra))
    return found


def _suffixes(
    job: Job, segments: list[list[Node]], stacks: list[Matrix], calls: list[tuple[Any, int]]
) -> None:
    """One copy of the layers, from stack to stack; each call enters at its own."""
    b, starts = job.b, {}
    for i in range(1, len(segments)):
        starts[i] = len(b.operations)
        affine, *rest = segments[i]
        assert isinstance(affine, Affine)
        affine.times(b, stacks[i], affine.with_ones(b, stacks[i - 1]), affine.weight)
        s = stacks[i]
        for node in rest:
            s = node.stacked(b, s)
        if s is not stacks[i]:
            b.copy(stacks[i], s)
    job.loss_of(stacks[-1].part(rows=slice(b.batch)), _residual_of(job, stacks[-1]))
    b.op("RETURN")
    for call, i in calls:
        call.first = starts[i]
