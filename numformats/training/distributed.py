# SPDX-License-Identifier: BSD-3-Clause
"""How do the workers of a Dask cluster share a batch?

Each takes some of its samples and returns its share of the gradients as exact sums, which are
merged here and rounded once: the number of workers and who is first do not show in a bit.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.gradients import Share, shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.training.layer import Layer, Pass

__all__ = ["client_of", "on_workers"]


def _dask() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise ImportError(
            f"training on workers needs Dask: pip install 'numformats[sweep]' ({error})"
        ) from None
    return distributed


@contextmanager
def client_of(workers: Any) -> Iterator[Any]:
    """A client for `workers`: itself if it is one, of a scheduler's address, or of new processes.

    workers: a `distributed.Client`, which stays open; an address such as "tcp://host:8786"; or how
    many processes of this machine to start, which end with the context.  Raises TypeError or
    ValueError for what is none of these, ImportError without Dask, which names the extra, and
    numformats.sweep's SweepError where no scheduler answers.
    """
    if workers is None or hasattr(workers, "submit"):
        yield workers
        return
    if isinstance(workers, bool) or not isinstance(workers, int | str):
        raise TypeError(
            f"workers={workers!r}; allowed: a client of Dask, the address of a scheduler, or a "
            "number of processes"
        )
    if isinstance(workers, int) and workers < 1:
        raise ValueError(f"workers={workers}; allowed: 1, 2, ...")
    _dask()
    from numformats.sweep.cluster import connect  # noqa: PLC0415 - needs Dask

    address = workers if isinstance(workers, str) else None
    with connect(address, 0 if address else int(workers)) as client:
        yield client


def on_workers(  # noqa: PLR0913 - a batch, and how it is to be computed
    client: Any,
    model: Layer,
    loss: Any,
    x: Any,
    y: Any,
    run: Pass,
    cotangent: float,
    **asked: Any,
) -> Share:
    """The share of these samples, computed in about equal parts by the workers of the client.

    Raises TypeError for a client that is none, RuntimeError without workers, and what a part
    raises.  A worker that dies is replaced by the others; Dask sends its part once more.
    """
    if not hasattr(client, "submit"):
        raise TypeError(f"workers={client!r} is no client of Dask")
    count = len(client.nthreads())
    if not count:
        raise RuntimeError("the Dask cluster has no worker: start one, `dask worker ADDRESS`")
    parts = [rows for rows in np.array_split(np.arange(len(x)), count) if len(rows)]
    waiting = [
        client.submit(
            shares,
            model,
            loss,
            x[rows],
            y[rows],
            replace(run, samples=None if run.samples is None else run.samples[rows]),
            cotangent,
            **asked,
            pure=False,
        )
        for rows in parts
    ]
    try:
        found: list[Share] = client.gather(waiting)
    finally:
        client.cancel(waiting)
    first, *others = (share.moved(int(rows[0])) for share, rows in zip(found, parts, strict=True))
    for other in others:
        first = first.merge(other)
    return first
