# SPDX-License-Identifier: BSD-3-Clause
"""How do small updates add up without memory?  Up or down by chance, right on average."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.mixed_precision.wrapped import Wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Stochastic"]


class Stochastic(Wrapped):
    """The new weight t', in `dtype`, is rounded to a neighbour with the chance of its nearness.

    The mean of the rounded weight is t' (within the range), so that n updates of a fraction f of
    the spacing move it by n f spacings on average.  The random words are those of Philox for
    (seed, step, name): a run that is resumed goes on with the same ones.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import SGD
    >>> w = {"w": np.ones(1000, nf.bfloat16)}
    >>> optimizer, g = Stochastic(SGD(2.0**-10)), {"w": np.full(1000, -1.0, nf.bfloat16)}
    >>> optimizer.step(w, g)
    >>> float(np.mean(w["w"].astype(float))) - 1 > 2.0**-11  # an eighth of a spacing is 2^-10
    True

    Source: Gupta, Agrawal, Gopalakrishnan and Narayanan, "Deep learning with limited numerical
    precision" (2015).
    """

    def __init__(self, optimizer: Any, dtype: Any = None, *, seed: int = 0) -> None:
        super().__init__(optimizer, dtype)
        if not seed >= 0:
            raise ValueError(f"seed={seed!r}; allowed: 0 or more")
        self.seed = int(seed)

    def kept(self, name: str, weight: Array) -> list[Array]:  # noqa: ARG002 - others keep more
        """The parameter alone."""
        return [weight]

    def close(self, name: str, weight: Array, wide: Array) -> None:
        """The parameter, rounded by the words of this step."""
        key = np.random.SeedSequence([self.seed, self.steps, zlib.crc32(name.encode())])
        word = int(key.generate_state(1, np.uint64)[0])
        weight[...] = nf.quantize(wide, weight.dtype, rounding="stochastic", seed=word)

    def state_dict(self) -> dict[str, Any]:
        """The optimiser's state, and the seed."""
        return super().state_dict() | {"seed": self.seed}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on with the same words; errors as of the other wrappers."""
        super().load_state_dict(saved)
        self.seed = int(saved["seed"])
