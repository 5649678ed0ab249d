# SPDX-License-Identifier: BSD-3-Clause
"""Does asking about a format whose rounding is stochastic leave the random words alone?"""

import numpy as np
import pytest

import numformats as nf

ASKS = {
    "repr": repr,
    "finfo": lambda dtype: nf.finfo(dtype).smallest_normal,
    "every limit": lambda dtype: [getattr(nf.finfo(dtype), name) for name in dir(nf.finfo(dtype))],
    "help": lambda dtype: dtype.type.__doc__,
    "show": lambda dtype: str(nf.show(np.ones((), dtype)[()])),
    "autodiff": lambda dtype: nf.autodiff.jvp(np.negative, (np.zeros(1, dtype),), (np.zeros(1),)),
}


@pytest.mark.parametrize("man", [1, 6, 11])
@pytest.mark.parametrize("ask", ASKS, ids=str)
def test_the_first_question_is_as_the_second(ask, man):
    # A format of its own each time: what is asked first may be remembered.
    exp = 4 + list(ASKS).index(ask)
    dtype = np.dtype(nf.Float(exp, man, rounding="stochastic"))
    x = np.full(1000, 1 / 3)
    drawn = []
    for _ in range(2):
        nf.seed(7)
        ASKS[ask](dtype)
        drawn.append(x.astype(dtype).tobytes())
    assert drawn[0] == drawn[1]
    if ask not in {"show", "autodiff"}:  # these compute
        nf.seed(7)
        assert drawn[0] == x.astype(dtype).tobytes()
