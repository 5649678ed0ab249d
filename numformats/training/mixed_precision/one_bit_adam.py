# SPDX-License-Identifier: BSD-3-Clause
"""How do workers train together when each sends one bit for a number?

After a warm-up of plain Adam the mean of squares, v, is frozen: what is left is momentum descent on
a fixed diagonal, whose momentum can be compressed with error feedback.  Of step t, for worker i:

    m_i = a m + (1 - a) g_i        sent: C(m_i + e_i)      e_i: what C left out
    m = C(mean of these + e)       sent back               e: the server's
    weight = weight - s m / (sqrt(v) k + epsilon)

with s and k as of Adam, k that of the last step of the warm-up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.compensation import ErrorFeedback
from numformats.training.counts import checked_count
from numformats.training.dtypes import own_format
from numformats.training.mixed_precision.sign_compression import bytes_of_signs, scaled_signs
from numformats.training.optimizer import fraction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from numformats.training.optimizer import Rate

    Array = NDArray[Any]
    Gradients = Mapping[str, Any]

__all__ = ["OneBitAdam"]

_FULL_BYTES = 4  # of a float32, as plain Adam sends numbers


class OneBitAdam:
    """Adam whose workers send a bit for each number once `warmup` steps are done.

    Parameters
    ----------
    lr, betas, epsilon : as of `Adam`
    warmup : int
        Steps of plain Adam on the mean of the workers' gradients, sent in float32.
    workers : int
        How many gradients a step takes.
    compress : function of a float64 array, optional
        What is sent of it, by default `scaled_signs`.

    The state is in float64, and the new weight is rounded once into its own dtype.  Each worker and
    the server has one `ErrorFeedback` per parameter: what was sent in all differs from what was to
    be sent by one residual.  A number that had no gradient during the warm-up, so that its v is 0,
    is neither sent nor changed from then on.  What is sent is of one size: where v is tiny for a
    few numbers, their steps are large for a while, and epsilon has to bound them.

    `bytes_sent` counts what one worker sends and gets, `bytes_of_adam` what plain Adam would.

    >>> import numpy as np
    >>> w = {"w": np.array([4.0, -2.0])}
    >>> optimizer = OneBitAdam(0.05, warmup=20, workers=2)
    >>> for _ in range(300):
    ...     g = [{"w": w["w"] - 1}, {"w": w["w"] + 1}]  # of two workers; 0 on the mean at 0
    ...     optimizer.step(w, g)
    >>> bool(np.abs(w["w"]).max() < 0.1), optimizer.bytes_sent < optimizer.bytes_of_adam
    (True, True)

    Source: Tang, Gan, Awan, Rajbhandari, Li, Lian, Liu, Zhang and He, "1-bit Adam:
    communication efficient large-scale training with Adam's convergence speed", arXiv 2102.02888.
    """

    def __init__(  # noqa: PLR0913 - as Adam, and how it sends
        self,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        *,
        warmup: int = 100,
        workers: int = 1,
        compress: Any = scaled_signs,
    ) -> None:
        if not callable(lr) and not lr > 0:
            raise ValueError(f"lr={lr!r}; allowed: a number above 0, or a schedule")
        if not epsilon > 0:
            raise ValueError(f"epsilon={epsilon!r}; allowed: a number above 0")
        self.lr, self.epsilon = lr, epsilon
        self.betas = (fraction("betas[0]", betas[0]), fraction("betas[1]", betas[1]))
        self.warmup = checked_count(warmup, "warmup")
        self.workers = checked_count(workers, "workers")
        self.compress = compress
        self.steps = 0
        self.bytes_sent = self.bytes_of_adam = 0
        self.mean: dict[str, NDArray[np.float64]] = {}
        self.square: dict[str, NDArray[np.float64]] = {}
        self.worker_errors: dict[str, list[ErrorFeedback]] = {}
        self.server_errors: dict[str, ErrorFeedback] = {}

    def rate(self) -> float:
        """The step size of the step to come."""
        return float(self.lr(self.steps) if callable(self.lr) else self.lr)

    @property
    def is_warm(self) -> bool:
        """Are the steps to come compressed?"""
        return self.steps >= self.warmup

    def step(
        self,
        parameters: Mapping[str, Array],
        gradients: Gradients | Sequence[Gradients],
        scale: float = 1.0,
    ) -> None:
        """Change the parameters in place, by the gradients of each worker.

        gradients: those of the only worker, by name, or a list, one for each worker.  scale: what
        the loss was multiplied by.  Raises ValueError and TypeError, before anything is changed,
        where names, shapes or the number of workers do not match, or a gradient is not finite.
        """
        given = [gradients] if isinstance(gradients, Mapping) else list(gradients)
        local = self._checked(parameters, given, scale)
        (a, b), t = self.betas, self.steps + 1
        k = 1 / math.sqrt(1 - b ** min(t, self.warmup))
        s = self.rate() / (1 - a**t)
        for name, w in parameters.items():
            g = [worker[name] for worker in local]
            m, v = (slots.setdefault(name, np.zeros(w.shape)) for slots in (self.mean, self.square))
            if self.is_warm:
                alive = v > 0
                m[alive] = self._agreed(name, [a * m[alive] + (1 - a) * x[alive] for x in g])
                self.bytes_sent += 2 * bytes_of_signs(int(alive.sum()))
            else:
                mean = sum(g) / len(g)
                m += (1 - a) * (mean - m)
                v += (1 - b) * (mean * mean - v)
                self.bytes_sent += 2 * _FULL_BYTES * w.size
            self.bytes_of_adam += 2 * _FULL_BYTES * w.size
            own = w.view(own_format(w.dtype))
            moved = own.astype(np.float64) - s * m / (np.sqrt(v) * k + self.epsilon)
            own[...] = moved.astype(own.dtype)
        self.steps += 1

    def _agreed(self, name: str, momenta: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """What the server sends back for the workers' momenta, of the numbers that are sent."""
        if name not in self.worker_errors:
            self.worker_errors[name] = [ErrorFeedback(self.compress) for _ in momenta]
            self.server_errors[name] = ErrorFeedback(self.compress)
        pairs = zip(self.worker_errors[name], momenta, strict=True)
        sent = [np.asarray(feedback(m), np.float64) for feedback, m in pairs]
        return np.asarray(self.server_errors[name](sum(sent) / len(sent)), np.float64)

    def _checked(
        self, parameters: Mapping[str, Array], gradients: list[Gradients], scale: float
    ) -> list[dict[str, NDArray[np.float64]]]:
        """The workers' gradients in float64, divided by the scale."""
        if len(gradients) != self.workers:
            raise ValueError(f"{len(gradients)} workers' gradients; needed: {self.workers}")
        found: list[dict[str, NDArray[np.float64]]] = []
        for i, worker in enumerate(gradients):
            if worker.keys() != parameters.keys():
                names = sorted(parameters.keys() ^ worker.keys())
                raise ValueError(f"parameters and gradients of worker {i} differ: {names}")
            arrays = {n: np.asarray(g).astype(np.float64) / scale for n, g in worker.items()}
            for name, w in parameters.items():
                if not isinstance(w, np.ndarray) or not w.flags.writeable:
                    raise TypeError(f"parameter {name!r} is no array that can be written")
                if not nf.finfo(own_format(w.dtype)).lossless_in_float64:
                    raise TypeError(f"parameter {name!r} is {w.dtype}: float64 does not hold it")
                if arrays[name].shape != w.shape:
                    shapes = f"{arrays[name].shape}, its parameter {w.shape}"
                    raise ValueError(f"gradient {name!r} of worker {i} has shape {shapes}")
                if not np.isfinite(arrays[name]).all():
                    raise ValueError(f"gradient {name!r} of worker {i} is not finite")
            found.append(arrays)
        return found

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that a later step depends on."""
        return {
            "kind": type(self).__name__,
            "steps": self.steps,
            "bytes": [self.bytes_sent, self.bytes_of_adam],
            "mean": {name: m.copy() for name, m in self.mean.items()},
            "square": {name: v.copy() for name, v in self.square.items()},
            "worker_errors": {
                name: [e.state_dict() for e in errors]
                for name, errors in self.worker_errors.items()
            },
            "server_errors": {name: e.state_dict() for name, e in self.server_errors.items()},
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; raises ValueError for that of another optimiser."""
        if saved.get("kind") != type(self).__name__:
            raise ValueError(
                f"the state is of {saved.get('kind')}, the optimiser is {type(self).__name__}"
            )
        counts = {len(errors) for errors in saved["worker_errors"].values()} - {self.workers}
        if counts:
            raise ValueError(f"the state is of {counts.pop()} workers; these are {self.workers}")
        workers = {
            name: [self._feedback(e) for e in errors]
            for name, errors in saved["worker_errors"].items()
        }
        servers = {name: self._feedback(e) for name, e in saved["server_errors"].items()}
        self.worker_errors, self.server_errors = workers, servers
        self.steps = int(saved["steps"])
        self.bytes_sent, self.bytes_of_adam = (int(n) for n in saved["bytes"])
        self.mean, self.square = (
            {name: np.array(a, np.float64) for name, a in saved[slot].items()}
            for slot in ("mean", "square")
        )

    def _feedback(self, state: Mapping[str, Any]) -> ErrorFeedback:
        made = ErrorFeedback(self.compress)
        made.load_state_dict(state)
        return made

    def __repr__(self) -> str:
        return f"OneBitAdam(lr={self.lr}, warmup={self.warmup}, steps={self.steps})"
