# SPDX-License-Identifier: BSD-3-Clause
"""Who watches this batch and this update?  As a rule nobody: one look at a context variable.

What a monitor wants to see is handed to it here, so that the steps do not know any monitor.  The
variable is of a context (PEP 567): another thread's steps are not seen, the threads that compute a
batch in parts are, for they run in copies of the context that asks.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from numformats.training.layer import Layer, Pass

__all__ = ["WATCH", "Batch", "Watch", "unwatched", "watched_batch", "watched_update"]


class Batch(NamedTuple):
    """A batch whose gradients are computed; cotangent: of each loss."""

    model: Layer
    loss: Callable[..., Any]
    x: Any
    y: Any
    run: Pass
    cotangent: float


class Watch(Protocol):
    """Somebody who watches the steps of a context."""

    is_live: bool
    """Does it draw on the terminal?"""

    def layer(self, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """What the layer's `forward` gives for (parameters, x, run)."""

    def batch(self, batch: Batch) -> AbstractContextManager[Callable[[Mapping[str, Any]], None]]:
        """The time in which a batch is computed; the function takes the gradients."""

    def update(
        self,
        optimizer: Any,
        parameters: Mapping[str, Any],
        gradients: Mapping[str, Any],
        scale: float,
    ) -> AbstractContextManager[None]:
        """The time in which an optimiser changes parameters."""


WATCH: ContextVar[Watch | None] = ContextVar("numformats.training.watch", default=None)


def _unseen(gradients: Mapping[str, Any]) -> None:
    """Nobody takes the gradients."""


_NO_BATCH: AbstractContextManager[Callable[[Mapping[str, Any]], None]] = nullcontext(_unseen)
_NO_UPDATE: AbstractContextManager[None] = nullcontext()


def watched_batch(  # noqa: PLR0913 - what a batch is
    model: Layer, loss: Callable[..., Any], x: Any, y: Any, run: Pass, cotangent: float
) -> AbstractContextManager[Callable[[Mapping[str, Any]], None]]:
    """The time in which a batch is computed, for who watches; the function takes the gradients."""
    watch = WATCH.get()
    if watch is None:
        return _NO_BATCH
    return watch.batch(Batch(model, loss, x, y, run, cotangent))


def watched_update(
    optimizer: Any, parameters: Mapping[str, Any], gradients: Mapping[str, Any], scale: float
) -> AbstractContextManager[None]:
    """The time in which an optimiser changes parameters, for who watches."""
    watch = WATCH.get()
    if watch is None:
        return _NO_UPDATE
    return watch.update(optimizer, parameters, gradients, scale)


@contextmanager
def unwatched() -> Iterator[None]:
    """A block that is no part of the training: rehearsals and validation."""
    token = WATCH.set(None)
    try:
        yield
    finally:
        WATCH.reset(token)
