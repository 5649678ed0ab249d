# SPDX-License-Identifier: BSD-3-Clause
"""Where do the workers come from: processes of this machine, or a Dask scheduler's?

This is all that knows how Dask starts and ends.  The processes of this machine end at once, by
Ctrl-C too, whatever they are at: what is lost is the chunks under way, which nobody has seen.
"""

from __future__ import annotations

import logging
import os
import signal
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from numformats.analysis.problems import one_line
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connect", "dask"]

PATIENCE = 10.0  # seconds for a scheduler to answer, and for a first worker to come


def dask() -> Any:
    """The module distributed, or SweepError that names the extra."""
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise SweepError(f"a sweep needs Dask: pip install 'numformats[sweep]' ({error})") from None
    return distributed


@contextmanager
def connect(scheduler: str | None, workers: int) -> Iterator[Any]:
    """A client of that scheduler, or of so many processes that end with the context."""
    distributed, logger = dask(), logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)  # a lost worker is no news: its chunk is done by another
    try:
        with (
            _remote(distributed, scheduler) if scheduler else _local(distributed, workers) as client
        ):
            yield client
    finally:
        logger.setLevel(before)


@contextmanager
def _remote(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise SweepError(f"no Dask scheduler answers at {address}: {one_line(error)}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise SweepError(
                f"the Dask scheduler at {address} has no worker: start one, `dask worker {address}`"
            ) from None
        yield client


@contextmanager
def _local(distributed: Any, workers: int) -> Iterator[Any]:
    with TemporaryDirectory(prefix="numformats-sweep-") as scratch:
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,
            local_directory=scratch,
            preload=["numformats.sweep.worker_start"],
        )
        try:
            with distributed.Client(cluster, set_as_default=False) as client:
                try:
                    yield client
                finally:
                    _kill(cluster)
        finally:
            with suppress(TimeoutError):
                cluster.close(timeout=2)


def _kill(cluster: Any) -> None:
    """End the processes at once: all that they have is here, and Dask would wait for them."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        with suppress(ProcessLookupError, TypeError):  # gone, or not there yet
            os.kill(nanny.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
