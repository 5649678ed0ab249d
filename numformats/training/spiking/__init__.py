# SPDX-License-Identifier: BSD-3-Clause
"""How do synapses learn from the times of spikes, in fixed point with every rounding defined?

Read in this order: rounding, decay, stdp, three_factor, double.
"""

from numformats.training.spiking.decay import Decay
from numformats.training.spiking.double import DoubleSTDP, DoubleThreeFactorSTDP
from numformats.training.spiking.stdp import STDP
from numformats.training.spiking.three_factor import ThreeFactorSTDP

__all__ = ["STDP", "Decay", "DoubleSTDP", "DoubleThreeFactorSTDP", "ThreeFactorSTDP"]
