# SPDX-License-Identifier: BSD-3-Clause
"""What does a run of training hold between two steps, and what is one step?"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.batch_step import Parts, batch_step
from numformats.training.checkpoint import Checkpoint, save_checkpoint
from numformats.training.clipping import clip_by_norm
from numformats.training.history import History, Log
from numformats.training.layer import Pass
from numformats.training.loss_scaling import LossScaler
from numformats.training.order import batches
from numformats.training.planned_step import PlannedSteps
from numformats.training.samples import losses_of, predict
from numformats.training.watching import unwatched
from numformats.training.where_not_finite import first_not_finite, is_finite
from numformats.training.whole_update import whole_update

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.training.layer import Layer
    from numformats.training.plans.modes import Mode

    Samples = tuple[NDArray[Any], NDArray[Any]]

__all__ = ["Run"]


class Run:
    """Model, optimiser and data, and how far training is.

    epoch: how many are finished; done, loss_sum, right, seconds: of the epoch under way its
    batches, sum of losses, right answers and time; step: how many in all.
    """

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        model: Layer,
        loss: Callable[..., Any],
        optimizer: Any,
        samples: Samples,
        settings: dict[str, int],
        validation: Samples | None,
        loss_scale: float | LossScaler,
        clip_norm: float | None,
        parts: Parts,
        mode: Mode | None,
    ) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.x, self.y = samples
        self.seed, self.batch = settings["seed"], settings["batch"]
        self.validation, self.clip_norm, self.parts = validation, clip_norm, parts
        self.scaler = loss_scale if isinstance(loss_scale, LossScaler) else None
        self.fixed_scale = 1.0 if isinstance(loss_scale, LossScaler) else float(loss_scale)
        self.planned = None if mode is None else PlannedSteps(model, loss, optimizer, mode)
        self.steps_of_epoch = -(-len(self.x) // self.batch)
        self.history = History()
        self.step = self.epoch = 0
        self.path: str | os.PathLike[str] | None = None
        self.every: int | None = None
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self.done = self.right = 0
        self.loss_sum = self.seconds = self.lr = 0.0
        self.labels = False

    def rehearse(self) -> None:
        """Losses and gradients of one sample, for nothing: a missing rule is told before any step.

        What is computed once per process (has this format a zero?) draws from the words of
        stochastic rounding; done here, it does not make the first step of a process another one.
        """
        if self.planned is not None:
            self.planned.prepare(self.x[: self.batch])
            return
        with np.errstate(all="ignore"), unwatched():
            batch_step(self.model, self.loss, self.x[:1], self.y[:1], Pass())

    def train(self, epochs: int, log: Log, bar: Any) -> None:
        """Go on until so many epochs are finished; Ctrl-C leaves a checkpoint."""
        log.write("start", **self._settings(), epoch=self.epoch, step=self.step)
        try:
            while self.epoch < epochs:
                self._finish_epoch(bar, f"epoch {self.epoch + 1} of {epochs}")
                log.write("epoch", **self.history.last)
        except KeyboardInterrupt as stop:
            stop.add_note(f"training stopped after step {self.step}" + self._saved())
            raise

    def _saved(self) -> str:
        """Save, if a path was given; the words that tell it."""
        self.save()
        return "" if self.path is None else f"; {self.path} goes on from there with resume=True"

    def _finish_epoch(self, bar: Any, title: str) -> None:
        for numbers in batches(
            len(self.x), self.batch, seed=self.seed, epoch=self.epoch, done=self.done
        ):
            begun = time.perf_counter()
            loss = self._one_step(numbers)
            self.seconds += time.perf_counter() - begun
            bar.advance(description=f"{title}, loss {loss:.4g}")
            if self.every is not None and self.step % self.every == 0:
                self.save()
        record = self._record()
        with whole_update():
            self.history.records.append(record)
            self.epoch += 1
            self._begin_epoch()
        self.save()

    def _one_step(self, numbers: NDArray[Any]) -> float:
        """Losses and gradients of a batch, then the update; the mean loss."""
        word = int(np.random.Philox(key=[self.seed % 2**64, self.step]).random_raw())
        nf.seed(word)
        run = Pass(training=True, seed=self.seed, step=self.step, samples=numbers)
        x, y = self.x[numbers], self.y[numbers]
        if self.planned is not None:
            return self._planned_step(self.planned, x, y, run, word)
        scale = self.fixed_scale if self.scaler is None else self.scaler.scale
        step = batch_step(
            self.model,
            self.loss,
            x,
            y,
            run,
            scale=scale,
            parts=self.parts,
            cotangent_dtype=getattr(self.optimizer, "cotangent_dtype", None),
        )
        loss = float(step.loss)
        self._check("the loss", loss, x, run)
        if self.scaler is None:
            for name, gradient in step.gradients.items():
                self._check(f"the gradient of {name}", gradient, x, run)
        gradients = step.gradients
        if self.clip_norm is not None:
            gradients, _ = clip_by_norm(gradients, self.clip_norm * scale)
        right = None if step.outputs is None else right_answers(step.outputs, y)
        with whole_update():
            self.lr = self.optimizer.rate()
            self._update(gradients)
            self._count(loss, len(x), right)
        return loss

    def _planned_step(self, planned: PlannedSteps, x: Any, y: Any, run: Pass, word: int) -> float:
        """The step of a plan, which changes the parameters by itself; the mean loss."""
        try:
            with whole_update():
                self.lr = self.optimizer.rate()
                loss = planned.step(x, y, run, word)
                self._count(loss, len(x), None)
        except FloatingPointError:
            self._check("the loss", np.nan, x, run)
            raise
        return loss

    def _count(self, loss: float, rows: int, right: int | None) -> None:
        """One step more is made."""
        self.step += 1
        self.done += 1
        self.loss_sum += loss * rows
        self.right += right or 0
        self.labels = right is not None

    def _update(self, gradients: dict[str, Any]) -> None:
        """Change the parameters; a LossScaler skips the step where a gradient overflowed."""
        parameters = self.model.parameters()
        if self.scaler is None:
            self.optimizer.step(parameters, gradients, self.fixed_scale)
        else:
            self.scaler.step(self.optimizer, parameters, gradients)

    def _check(self, what: str, array: Any, x: Any, run: Pass) -> None:
        if not is_finite(array):
            where = first_not_finite(self.model, self.model.parameters(), x, run)
            raise FloatingPointError(
                f"{what} of step {self.step} (epoch {self.epoch + 1}, batch {self.done + 1}) "
                f"is NaN or infinite: {where}; the parameters are as before this step"
            )

    def _record(self) -> dict[str, Any]:
        """The figures of the epoch that ends."""
        record: dict[str, Any] = {
            "epoch": self.epoch + 1,
            "step": self.step,
            "loss": self.loss_sum / len(self.x),
        }
        if self.labels:
            record["accuracy"] = self.right / self.y.size
        if self.validation is not None:
            x, y = self.validation
            with unwatched():
                outputs = predict(self.model, x, self.batch)
            losses = losses_of(self.loss, outputs, y).astype(np.float64)
            record["validation_loss"] = math.fsum(losses) / len(y)
            right = right_answers(outputs, y)
            if right is not None:
                record["validation_accuracy"] = right / y.size
        record["lr"] = self.lr
        if self.scaler is not None:
            record |= {"loss_scale": self.scaler.scale, "skipped": self.scaler.skipped}
        record["seconds"] = round(self.seconds, 3)
        record["saturated"] = sum(map(saturated, self.model.parameters().values()))
        return record

    # ---- checkpoints -----------------------------------------------------------------------------

    def keep_in(self, path: str | os.PathLike[str] | None, every: int | None) -> None:
        """Where checkpoints go, and after how many steps beside each epoch."""
        self.path, self.every = path, every

    def _settings(self) -> dict[str, Any]:
        """What must be the same for the same bits."""
        return {
            "seed": self.seed,
            "batch": self.batch,
            "samples": len(self.x),
            "optimizer": type(self.optimizer).__name__,
            "loss_scale": self.fixed_scale if self.scaler is None else "LossScaler",
            "clip_norm": self.clip_norm,
            "gradients": None if self.planned is None else str(self.planned.mode),
        }

    def save(self) -> None:
        """Write the checkpoint, if a path was given."""
        if self.path is not None:
            save_checkpoint(
                self.path,
                self.model,
                self.optimizer,
                settings=self._settings(),
                records=self.history.records,
                scaler=None if self.scaler is None else self.scaler.state_dict(),
                **{name: getattr(self, name) for name in _POSITION},
            )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint; ValueError where it is of another run, and nothing changes."""
        theirs, ours = checkpoint.progress.get("settings", {}), self._settings()
        for name, value in ours.items():
            if theirs.get(name) != value:
                raise ValueError(
                    f"the checkpoint {self.path} has {name} {theirs.get(name)!r}, this run "
                    f"{value!r}: it would not continue to the same bits"
                )
        checkpoint.restore(self.model, self.optimizer)
        if self.scaler is not None:
            self.scaler.load_state_dict(checkpoint.progress["scaler"])
        self.history = History(checkpoint.progress["records"])
        for name in _POSITION:
            setattr(self, name, checkpoint.progress[name])


_POSITION = ("epoch", "step", "done", "loss_sum", "right", "labels", "seconds", "lr")


def right_answers(outputs: Any, y: NDArray[Any]) -> int | None:
    """How many largest outputs stand at their label; None where y holds no labels."""
    if y.dtype.kind not in "iu" or y.shape != outputs.shape[:-1]:
        return None
    return int((np.argmax(outputs, axis=-1) == y).sum())


def saturated(array: NDArray[Any]) -> int:
    """How many elements stand at an end of their format."""
    try:
        limits = nf.finfo(array.dtype)
    except TypeError:  # float32 and float64 do not saturate
        return 0
    # No abs: of the lowest number in two's complement it would overflow.
    return int(((array >= limits.maxpos) | (array <= limits.lowest)).sum())
