# SPDX-License-Identifier: BSD-3-Clause
"""How is a layer's output seen, and why does that cost nothing while nobody watches?

While a monitor is entered the layers of its model have a Hook as their `forward`; before and after
they have none, so that a pass runs the very code that it always runs.  A Hook hands the call on to
who watches in the context of the call; in other threads it is one look at a context variable.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from numformats.training.watching import WATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numformats.training.layer import Arrays, Layer, Pass

__all__ = ["Hook", "install", "remove"]

_lock = threading.Lock()


class Hook:
    """The `forward` of a layer that is watched."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.planted = vars(layer).get("forward")  # a forward of the object, not of its class
        self.users = 0  # monitors that need it

    @property
    def forward(self) -> Callable[..., Any]:
        """What the layer's forward is without the hook."""
        if self.planted is not None:
            return self.planted  # type: ignore[no-any-return]
        return type(self.layer).forward.__get__(self.layer)  # type: ignore[no-any-return]

    def __call__(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What the layer gives, seen by who watches."""
        watch = WATCH.get()
        if watch is None:
            return self.forward(parameters, x, run)
        return watch.layer(self.layer, self.forward, (parameters, x, run))


def install(layers: Iterable[Layer]) -> None:
    """Give each of these layers a hook, or count one more user of the one that it has."""
    with _lock:
        for layer in layers:
            hook = vars(layer).get("forward")
            if not isinstance(hook, Hook):
                hook = Hook(layer)
                layer.forward = hook  # type: ignore[method-assign]
            hook.users += 1


def remove(layers: Iterable[Layer]) -> None:
    """Undo `install`; a forward that was planted since then stays."""
    with _lock:
        for layer in layers:
            hook = vars(layer).get("forward")
            if not isinstance(hook, Hook):
                continue
            hook.users -= 1
            if hook.users == 0 and hook.planted is not None:
                layer.forward = hook.planted  # type: ignore[method-assign]
            elif hook.users == 0:
                del layer.forward
