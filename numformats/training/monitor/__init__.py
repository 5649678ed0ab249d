# SPDX-License-Identifier: BSD-3-Clause
"""How far from the truth are a model's tensors while it is trained or used?

Read in this order: names, hooks, truths, passes, watcher; tensor_errors; table, pictures; monitor.
"""

from numformats.training.monitor.monitor import PrecisionMonitor
from numformats.training.monitor.tensor_errors import TensorErrors

__all__ = ["PrecisionMonitor", "TensorErrors"]
