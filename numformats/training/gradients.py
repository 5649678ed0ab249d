# SPDX-License-Identifier: BSD-3-Clause
"""What are a batch's loss and gradients, however the batch is split and whoever computes its parts?

Each part gives its losses and its share of every gradient as an exact sum (`autodiff.Held`); these
are merged, and each element of a gradient is rounded once.  So the gradients are the same to the
bit for every split, order of samples, number of threads and of workers, as long as what a layer
makes of one sample does not depend on the others (exact products and sums see to that).
"""

from __future__ import annotations

import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff import Held, vjp
from numformats.exact import fmean
from numformats.tracing import Traced
from numformats.training.counts import checked_count
from numformats.training.layer import Pass
from numformats.training.samples import losses_of
from numformats.training.watching import watched_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.training.layer import Layer

    Loss = Callable[..., Any]

__all__ = ["Part", "Share", "batch_share", "gradients", "shares"]


class Part(NamedTuple):
    """Of some samples that follow each other: the number of the first, losses, and outputs."""

    first: int
    losses: Any
    outputs: Any


class Share(NamedTuple):
    """Some samples' losses and outputs, and their share of every gradient by name."""

    parts: list[Part]
    gradients: dict[str, Held]

    def merge(self, other: Share) -> Share:
        """Both shares as one, exactly."""
        for name, held in self.gradients.items():
            held.merge(other.gradients[name])
        return Share(self.parts + other.parts, self.gradients)

    def moved(self, by: int) -> Share:
        """The same share of samples whose numbers are greater by so much."""
        return Share([p._replace(first=p.first + by) for p in self.parts], self.gradients)

    @property
    def losses(self) -> Any:
        """One for each sample, in order."""
        return np.concatenate([p.losses for p in sorted(self.parts, key=_first)])

    @property
    def outputs(self) -> Any:
        """Of each sample, in order."""
        return np.concatenate([p.outputs for p in sorted(self.parts, key=_first)])

    def rounded(self) -> dict[str, Any]:
        """The gradients, each element rounded once."""
        return {name: held.round() for name, held in self.gradients.items()}


def _first(part: Part) -> int:
    return part.first


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

    Raises ValueError for an empty batch, and for x, y and losses of different lengths, TypeError
    for parameters that are integers: it names their layer.

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
    total = _check(x, y, batch_total)
    if run.samples is None:
        run = replace(run, samples=np.arange(len(x)))
    with watched_batch(model, loss, x, y, run, scale / total) as seen:
        share = batch_share(
            model,
            loss,
            x,
            y,
            run,
            scale / total,
            micro_batch=micro_batch,
            threads=threads,
            workers=workers,
            cotangent_dtype=cotangent_dtype,
        )
        found = share.rounded()
        seen(found)
    return fmean(share.losses), found


def _check(x: Any, y: Any, total: Any) -> int:
    """The number of samples that losses are divided by."""
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} samples, y has {len(y)}")
    if not len(x):
        raise ValueError("the batch is empty: it needs a sample at least")
    return len(x) if total is None else checked_count(total, "batch_total")


def batch_share(  # noqa: PLR0913 - as gradients
    model: Layer,
    loss: Loss,
    x: Any,
    y: Any,
    run: Pass,
    cotangent: float,
    *,
    workers: Any = None,
    **split: Any,
) -> Share:
    """The share of a batch, computed here or by the workers of a Dask client; see `shares`."""
    if workers is None:
        return shares(model, loss, x, y, run, cotangent, **split)
    from numformats.training.distributed import on_workers  # noqa: PLC0415 - needs Dask

    return on_workers(workers, model, loss, x, y, run, cotangent, **split)


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
    threads = checked_count(threads, "threads")
    size = len(x) if micro_batch is None else checked_count(micro_batch, "micro_batch")
    starts = range(0, len(x), size)

    stop = threading.Event()

    def share_of(part: Sequence[int]) -> Share:
        merged: Share | None = None
        for start in part:
            if stop.is_set():
                raise RuntimeError("another thread has failed")
            rows = slice(start, start + size)
            here = run if run.samples is None else replace(run, samples=run.samples[rows])
            one = _share(model, loss, x[rows], y[rows], here, cotangent, cotangent_dtype)
            one = one.moved(start)
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
        try:
            first, *others = [w.result() for w in waiting]
        except BaseException:  # Ctrl-C too: the others end after the micro-batch that they are at
            stop.set()
            raise
    for other in others:
        first = first.merge(other)
    return first


def _share(  # noqa: PLR0913 - as gradients
    model: Layer, loss: Loss, x: Any, y: Any, run: Pass, cotangent: float, cotangent_dtype: Any
) -> Share:
    model.check_trainable(run)
    kept: list[Any] = []

    def losses_of_parameters(parameters: dict[str, Any]) -> Any:
        outputs = model.forward(parameters, x, run)
        kept.append(outputs)
        return losses_of(loss, outputs, y)

    losses, pull = vjp(losses_of_parameters, model.parameters(), cotangent_dtype=cotangent_dtype)
    (held,) = pull.held(np.full(len(x), cotangent))
    outputs = kept[0].parts[0] if isinstance(kept[0], Traced) else kept[0]
    return Share([Part(0, losses, outputs)], held)
