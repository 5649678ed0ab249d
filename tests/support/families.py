# SPDX-License-Identifier: BSD-3-Clause
"""Which formats stand for all families where not every named one is tried?"""

from __future__ import annotations

import pytest

import numformats as nf

FAMILIES = [nf.posit8, nf.posit32, nf.bposit64, nf.takum_linear16, nf.binary32, nf.float8_e4m3fnuz,
            nf.float8_e8m0fnu, nf.float6_e2m3fn, nf.mlu32, nf.q15, nf.tf32]  # fmt: skip
by_family = pytest.mark.parametrize("T", FAMILIES, ids=lambda T: T.__name__)
