# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained whose weights are integers, by updates that are integers?

Read in this order: updates, rules, moments, simulation; lattice, discrete_sgd, halving; packed;
label_noise.
"""

from __future__ import annotations

from numformats.training.discrete.discrete_sgd import DiscreteSGD
from numformats.training.discrete.halving import Halving
from numformats.training.discrete.label_noise import Interval, mean_interval, noisy_labels
from numformats.training.discrete.lattice import Lattice, codes, is_discrete
from numformats.training.discrete.moments import Moments
from numformats.training.discrete.packed import PackedInt4
from numformats.training.discrete.rules import (
    Multinomial,
    Poisson,
    Rule,
    Sign,
    StochasticRounding,
    Unbiased,
)
from numformats.training.discrete.simulation import Simulated, simulated
from numformats.training.discrete.updates import (
    clip_update,
    multinomial_update,
    poisson_update,
    sign_update,
    stochastic_rounding_update,
    unbiased_update,
)

__all__ = [
    "DiscreteSGD",
    "Halving",
    "Interval",
    "Lattice",
    "Moments",
    "Multinomial",
    "PackedInt4",
    "Poisson",
    "Rule",
    "Sign",
    "Simulated",
    "StochasticRounding",
    "Unbiased",
    "clip_update",
    "codes",
    "is_discrete",
    "mean_interval",
    "multinomial_update",
    "noisy_labels",
    "poisson_update",
    "sign_update",
    "simulated",
    "stochastic_rounding_update",
    "unbiased_update",
]
