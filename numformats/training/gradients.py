# SPDX-License-Identifier: BSD-3-Clause
"""What are a batch's loss and gradients, however the batch is split and whoever computes its parts?

Each part gives its losses and its share of every gradient as an exact sum (`autodiff.Held`); these
are merged, and each element of a gradient is rounded once.  So the gradients are the same to the
bit for every split, order of samples, number of threads and of workers, as long as what a layer
makes of one sample does not depend on the others (exact products and sums see to that).
"""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff import Held, vjp
from numformats.exact import fmean
from numformats.training.layer import Pass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.training.layer import Layer

    Loss = Callable[..., Any]

__all__ = ["Share", "gradients", "shares"]


class Share(NamedTuple):
    """A part's losses, one for each sample, and its share of every gradient by name."""

    losses: list[Any]
    gradients: dict[str, Held]

    def merge(self, other: Share) -> Share:
        """Both parts as one, exactly."""
        for name, held in self.gradients.items():
            held.merge(other.gradients[name])
        return Share(self.losses + other.losses, self.gradients)


def gradients(  # noqa: PLR0913 - a batch, and how it is to be computed
    model: Layer,
    loss: Loss,
    x: Any,
    y: Any,
    run: Pass | None = None,
    batch_total: int | None = None,
    *,
    micro_batch: int | None = None,
    threads: int = 1,
    workers: Any = None,
    scale: float = 1.0,
    cotangent_dtype: Any = None,
) -> tuple[Any, dict[str, Any]]:
    """The mean loss of a batch, and its gradients by the names of `model.parameters()`.

    Parameters
    ----------
    model : Layer
    loss : function of (outputs, y, reduction="none") that gives one loss for each sample
    x, y : arrays whose first axis is the batch
    run : what layers know of the pass; by default Pass(training=True), samples numbered from 0
    batch_total : by how many samples losses are divided; by default those of x
    micro_batch : samples at a time: memory for activations is that of so many
    threads : that many micro-batches at once
    workers : a client of a Dask cluster, whose workers share the batch (docs: distribute training)
    scale : what each loss is multiplied by before it is pulled back
    cotangent_dtype : a wider format for what is pulled back, and for the gradients

    Raises ValueError for an empty batch, and for x, y and losses of different lengths.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import Linear, mean_squared_error
    >>> model = Linear(2, 1, dtype=nf.posit16, seed=0)
    >>> x, y = np.ones((4, 2), nf.posit16), np.ones((4, 1), nf.posit16)
    >>> whole, single = (gradients(model, mean_squared_error, x, y, micro_batch=m) for m in (4, 1))
    >>> whole[1]["weight"].tolist() == single[1]["weight"].tolist()
    True
    """
    run = Pass(training=True) if run is None else run
    x, y = model.enter(x), np.asarray(y)
    total = _check(x, y, batch_total, micro_batch, threads)
    if run.samples is None:
        run = replace(run, samples=np.arange(len(x)))
    asked = {"micro_batch": micro_batch, "threads": threads, "cotangent_dtype": cotangent_dtype}
    if workers is None:
        share = shares(model, loss, x, y, run, scale / total, **asked)
    else:
        from numformats.training.distributed import on_workers  # noqa: PLC0415 - needs Dask

        share = on_workers(workers, model, loss, x, y, run, scale / total, **asked)
    value = fmean(np.concatenate(share.losses))
    return value, {name: held.round() for name, held in share.gradients.items()}


def _check(x: Any, y: Any, total: Any, micro_batch: Any, threads: Any) -> int:
    """The number of samples that losses are divided by."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} samples, y has {len(y)}")
    if not len(x):
        raise ValueError("the batch is empty: it needs a sample at least")
    for name, value in (("micro_batch", micro_batch), ("threads", threads), ("batch_total", total)):
        if value is not None and not (isinstance(value, int | np.integer) and value > 0):
            raise ValueError(f"{name}={value!r}; allowed: 1, 2, ...")
    return len(x) if total is None else int(total)


def shares(  # noqa: PLR0913 - as gradients
    model: Layer,
    loss: Loss,
    x: Any,
    y: Any,
    run: Pass,
    cotangent: float,
    *,
    micro_batch: int | None = None,
    threads: int = 1,
    cotangent_dtype: Any = None,
) -> Share:
    """The share of these samples; cotangent: of each loss (1 / batch size, times a scale)."""
    size = len(x) if micro_batch is None else micro_batch
    starts = range(0, len(x), size)

    def share_of(part: Sequence[int]) -> Share:
        merged: Share | None = None
        for start in part:
            rows = slice(start, start + size)
            one = _share(
                model, loss, x[rows], y[rows], _rows(run, rows), cotangent, cotangent_dtype
            )
            merged = one if merged is None else merged.merge(one)
        assert merged is not None
        return merged

    count = min(threads, len(starts))
    if count == 1:
        return share_of(starts)
    with ThreadPoolExecutor(count) as pool:
        # What a thread warns of, and what it ignores, is as in the thread that asks.
        waiting = [
            pool.submit(contextvars.copy_context().run, share_of, starts[i::count])
            for i in range(count)
        ]
        first, *others = [w.result() for w in waiting]
    for other in others:
        first = first.merge(other)
    return first


def _rows(run: Pass, rows: slice) -> Pass:
    return run if run.samples is None else replace(run, samples=run.samples[rows])


def _share(  # noqa: PLR0913 - as gradients
    model: Layer, loss: Loss, x: Any, y: Any, run: Pass, cotangent: float, cotangent_dtype: Any
) -> Share:
    losses, pull = vjp(
        lambda parameters: loss(model.forward(parameters, x, run), y, reduction="none"),
        model.parameters(),
        cotangent_dtype=cotangent_dtype,
    )
    if np.shape(losses) != (len(x),):
        name = getattr(loss, "__name__", repr(loss))
        raise ValueError(
            f'{name} gives shape {np.shape(losses)} with reduction="none"; one loss for each of '
            f"{len(x)} samples is needed"
        )
    (held,) = pull.held(np.full(len(x), cotangent))
    return Share([losses], held)
