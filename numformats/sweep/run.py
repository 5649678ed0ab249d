# SPDX-License-Identifier: BSD-3-Clause
"""How do chunks reach the workers, and what they did the journal?

A few chunks per worker are under way at a time.  The scheduler gives those of a worker that died to
another, and a chunk is kept when its result is here: so nothing counts twice, whoever dies.
"""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Any

from numformats.analysis.problems import one_line
from numformats.sweep.cluster import connect, dask
from numformats.sweep.journal import Journal
from numformats.sweep.plan import Kept, build, choose
from numformats.sweep.problems import SweepError
from numformats.sweep.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numformats.sweep.plan import Plan

__all__ = ["run"]

UNDER_WAY = 4  # chunks per worker, so that none waits for the client


def run(  # noqa: PLR0913 - where, how often and what, all by keyword
    plan: Plan,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    chunks: tuple[int, int] | None = None,
    sample: float | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Result:
    """Do a plan, or some chunks of it, and return the Result.

    Work goes to a Dask scheduler at the address `scheduler`, else to `workers` processes of this
    machine (as many as there are processors).  `checkpoint` is a folder: the same plan goes
    on from there, after an interruption, kill -9 or with another choice of chunks.  `chunks` are
    the numbers (first, end), `sample` a fraction, evenly spread.  `told(done, of)` is called as
    work goes on.  A script that calls this needs `if __name__ == "__main__":`, as whenever Python
    starts processes.

    Raises SweepError, and KeyboardInterrupt after all that was done has been written.
    """
    chosen = choose(plan, chunks, sample)
    if workers is not None and workers < 1:
        raise SweepError(f"workers {workers}: must be at least 1")
    began = time.monotonic()
    with Journal(plan, checkpoint) as journal:
        missing = [number for number in chosen if number not in journal.done]
        resumed = len(chosen) - len(missing)
        if told is not None:
            told(resumed, len(chosen))
        if missing:
            with connect(scheduler, min(workers or os.cpu_count() or 1, len(missing))) as client:
                for count, (number, kept) in enumerate(_work(client, plan, missing), resumed + 1):
                    journal.add(number, kept)
                    if told is not None:
                        told(count, len(chosen))
    done = {number: journal.done[number] for number in chosen}
    return Result(plan, done, time.monotonic() - began, resumed, tuple(journal.notes))


def _chunk(task: Callable[[], Kept]) -> tuple[str, Kept]:
    """What a worker does: its build of numformats, and what is kept of the chunk."""
    began = time.perf_counter()
    kept = task()
    return build(), {**kept, "seconds": round(time.perf_counter() - began, 6)}


def _work(client: Any, plan: Plan, numbers: list[int]) -> Iterator[tuple[int, Kept]]:
    """The results of these chunks, in the order in which they come."""
    waiting, of_future = iter(numbers), {}
    run_name = secrets.token_hex(4)  # the scheduler must not answer from a run of another build

    def submit() -> Any:
        number = next(waiting, None)
        if number is None:
            return None
        key = f"numformats-{plan.identity[:8]}-{run_name}-{number}"
        future = client.submit(_chunk, plan.task(number), key=key, pure=False)
        of_future[future.key] = number
        return future

    width = UNDER_WAY * max(1, sum(client.nthreads().values()))
    started = [future for future in (submit() for _ in range(width)) if future is not None]
    under_way = dask().as_completed(started, loop=client.loop)
    for future in under_way:
        number = of_future.pop(future.key)
        try:
            made_by, kept = future.result()
        except Exception as error:
            raise SweepError(f"chunk {number} of {plan.title} failed: {one_line(error)}") from error
        if made_by != build():
            raise SweepError(
                f"a worker has another build of numformats ({made_by[:8]}) than this "
                f"({build()[:8]}): all machines need the same"
            )
        following = submit()
        if following is not None:
            under_way.add(following)
        yield number, kept
