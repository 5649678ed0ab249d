# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained inside a format?  Layers, losses and optimisers on plain arrays.

Read in this order: layer, linear, sequential.
"""

from numformats.training.layer import Layer, Pass
from numformats.training.linear import Linear
from numformats.training.sequential import Sequential

__all__ = ["Layer", "Linear", "Pass", "Sequential"]
