# SPDX-License-Identifier: BSD-3-Clause
"""Where do tests find the package `proofs`, and a checkout to try the runner on?

The package is in the checkout, behind everything installed: the folder numformats/ beside it is not
the package that was built.
"""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))


@pytest.fixture
def copy(tmp_path):
    """A checkout that holds one line of C."""
    from proofs.toy_claims import FILE, TEXT

    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(TEXT)
    return tmp_path
