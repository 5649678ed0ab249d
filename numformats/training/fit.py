# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained?  In whole steps, on from a checkpoint if there is one."""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.training.batch_step import Parts
from numformats.training.checkpoint import load_checkpoint
from numformats.training.counts import checked_count
from numformats.training.distributed import client_of
from numformats.training.history import History, log_to
from numformats.training.run import Run
from numformats.training.samples import checked_samples
from numformats.training.watching import WATCH, unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import ArrayLike

    from numformats.training.layer import Layer
    from numformats.training.loss_scaling import LossScaler
    from numformats.training.plans.modes import Mode

    Path = str | os.PathLike[str]

__all__ = ["fit"]


def fit(  # noqa: PLR0913 - what a run of training is made of
    model: Layer,
    x: ArrayLike,
    y: ArrayLike,
    *,
    loss: Callable[..., Any],
    optimizer: Any,
    epochs: int,
    batch: int = 64,
    seed: int = 0,
    schedule: Callable[[int], float] | None = None,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    log: Path | None = None,
    progress: bool | None = None,
    checkpoint: Path | None = None,
    checkpoint_every: int | None = None,
    resume: bool = False,
    loss_scale: float | LossScaler = 1.0,
    clip_norm: float | None = None,
    gradients: Mode | None = None,
    micro_batch: int | None = None,
    threads: int | None = None,
    workers: Any = None,
) -> History:
    """Train a model: its parameters change in place, in their own formats.

    Parameters
    ----------
    model : Layer
    x, y : arrays, first axis the samples
        x is rounded once, as the model takes it (`Layer.enter`); y is what the loss wants.
    loss : function (outputs, targets, reduction="none") -> one loss per sample
    optimizer : Optimizer
    epochs, batch, seed : int
        Each epoch takes all samples in the order of (seed, epoch); the last batch may be short.
        nf.seed is set from (seed, step) before each step, for formats that round stochastically.
    schedule : function of the number of steps done that gives the lr; becomes `optimizer.lr`
    validation : (x, y), judged after each epoch
    log : path of a file that gets a line of JSON per epoch, after what stands in it
    progress : whether a bar is drawn; None: on a terminal, if rich is installed
    checkpoint, checkpoint_every, resume : path, int, bool
        The file is written after each epoch, after so many steps if said, and at Ctrl-C.  With
        resume a run goes on from it, if it is there, to the same bits as if it had never stopped.
    loss_scale : number that the losses are multiplied by, and the gradients divided by in the
        format of the optimiser's state: small cotangents then do not underflow.  A LossScaler
        finds it by itself, and skips steps whose gradients overflow
    clip_norm : the largest norm of all gradients together; see `clip_by_norm`
    gradients : a mode of planned steps, `forward(K=8)` or `reverse()`
        Memory that does not grow with depth, for models of layers that have a plan; the loss is
        `softmax_cross_entropy` or `mean_squared_error`, the optimiser plain SGD, and the arrays of
        the model become views on an arena.  None: each step is traced, any NumPy code will do.
    micro_batch, threads, workers : how a batch is computed, which changes no bit
        So many samples at a time, as activations take memory; so many threads (as
        `nf.set_num_threads` takes them); shared by the workers of a Dask cluster: a client, the
        address of a scheduler, or a number of processes.

    Returns
    -------
    History : the record of each epoch

    Raises
    ------
    TypeError, ValueError : before the first step, for arguments and data that do not fit
    FloatingPointError : a loss or a gradient is NaN, NaR or infinite; names the layer where that
        arose.  The parameters are as before that step.
    nf.DamagedFileError, OSError : of the checkpoint, and of the log
    KeyboardInterrupt : Ctrl-C, after the step that it met was done or dropped

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import SGD, Linear, mean_squared_error
    >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
    >>> model = Linear(1, 1, dtype=nf.posit16)
    >>> history = fit(model, x, 3 * x, loss=mean_squared_error, optimizer=SGD(0.5), epochs=20)
    >>> model([[1.0]]).astype(float).round(2).tolist()
    [[3.0]]
    """
    settings = {"seed": int(seed), "batch": checked_count(batch, "batch")}
    epochs = checked_count(epochs, "epochs", least=0)
    if checkpoint_every is not None:
        checked_count(checkpoint_every, "checkpoint_every")
    if checkpoint is None and (resume or checkpoint_every is not None):
        raise ValueError("resume and checkpoint_every need the path of a checkpoint")
    with unwatched():
        samples = checked_samples(model, x, y, loss)
        judged = None
        if validation is not None:
            judged = checked_samples(model, *validation, loss, what="validation ")
    if micro_batch is not None:
        checked_count(micro_batch, "micro_batch")
    if gradients is not None and not (
        clip_norm is None and micro_batch is None and workers is None and loss_scale == 1
    ):
        raise ValueError(
            f"gradients={gradients} is a planned step: it takes no clip_norm, micro_batch, "
            "workers or loss_scale"
        )
    watch = WATCH.get()
    if watch is not None:
        _check_watched(gradients, workers)
        progress = False if watch.is_live else progress
    if schedule is not None:
        optimizer.lr = schedule
    with _threads(threads), client_of(workers) as client:
        parts = Parts(micro_batch, 1 if threads is None else threads, client)
        run = Run(
            model,
            loss,
            optimizer,
            samples,
            settings,
            judged,
            loss_scale,
            clip_norm,
            parts,
            gradients,
        )
        run.rehearse()
        run.keep_in(checkpoint, checkpoint_every)
        if resume and checkpoint is not None and _exists(checkpoint):
            run.restore(load_checkpoint(checkpoint))
        with log_to(log) as lines, _bar(progress, epochs * run.steps_of_epoch) as bar:
            bar.advance(run.step)
            run.train(epochs, lines, bar)
    return run.history


def _check_watched(gradients: Mode | None, workers: Any) -> None:
    """Refuse what a monitor cannot see."""
    if gradients is not None:
        raise ValueError(
            f"gradients={gradients} is a planned step, which keeps no activations and gradients: "
            "a PrecisionMonitor watches traced steps, gradients=None"
        )
    if workers is not None:
        raise ValueError(
            f"workers={workers!r} compute in other processes, where a PrecisionMonitor does not "
            "see them: workers=None, or threads="
        )


def _exists(path: Path) -> bool:
    name = os.fspath(path)
    return os.path.exists(name if name.endswith(".npz") else name + ".npz")  # noqa: PTH110


@contextmanager
def _threads(number: int | None) -> Iterator[None]:
    """So many threads for the time of the block."""
    before = nf.get_num_threads()
    if number is not None:
        nf.set_num_threads(number)
    try:
        yield
    finally:
        if number is not None:
            nf.set_num_threads(before)


class _NoBar:
    """What a run tells of its progress when nobody looks."""

    def advance(self, amount: float = 1, *, description: str | None = None) -> None:
        """Nothing."""


def _bar(progress: bool | None, total: int) -> AbstractContextManager[Any]:
    if progress is None or progress:
        try:
            from numformats.progress import progress as bar  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            if progress:
                raise ModuleNotFoundError(
                    "a progress bar needs rich: pip install 'numformats[training]'"
                ) from error
        else:
            return bar("training", total)
    return nullcontext(_NoBar())
