# SPDX-License-Identifier: BSD-3-Clause
"""How is a model exchanged while others answer by it?  One reference, which is set at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from numformats.training.versions.served import Served

if TYPE_CHECKING:
    from numformats.training.layer import Layer

__all__ = ["Rotation"]


class Rotation:
    """The model that is served now: readers take `current`, and keep what they took.

    Reading waits for nobody: `current` is one load of a reference, which CPython does at once.  A
    reader that takes it once per request answers the whole request by one version; the old model
    goes when its last reader has let it go.  Versions only grow.

    >>> from numformats.training import Linear
    >>> rotation = Rotation(Linear(2, 1))
    >>> old = rotation.current
    >>> rotation.swap(Linear(2, 1))
    Served(version 2, Linear 2 -> 1)
    >>> old.version, rotation.current.version
    (1, 2)
    """

    def __init__(self, model: Served | Layer) -> None:
        self._lock = threading.Lock()  # of writers only
        self._current = model if isinstance(model, Served) else Served(model, 1)

    @property
    def current(self) -> Served:
        """The model that is served now."""
        return self._current

    def swap(self, new: Served | Layer) -> Served:
        """Serve another model from now on, and give it; a Layer is copied, as the next version.

        Raises ValueError for a version that is not newer: then the old one stays.
        """
        served = new if isinstance(new, Served) else None
        while True:
            seen = self._current
            ready = served or Served(new, seen.version + 1)  # type: ignore[arg-type]
            with self._lock:
                if ready.version > self._current.version:
                    self._current = ready
                    return ready
            if served is not None:
                raise ValueError(
                    f"version {ready.version} is not newer than {self._current.version}, "
                    "which is served: to roll back, publish a new version with the old weights"
                )

    def __repr__(self) -> str:
        return f"Rotation({self._current!r})"
