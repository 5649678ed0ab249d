# SPDX-License-Identifier: BSD-3-Clause
"""How does a test call the command, and what is a problem told in one line?"""

from __future__ import annotations

import numpy as np

from numformats.cli import main


def run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def write(path, content):
    if isinstance(content, np.ndarray):
        np.save(path, content)
    else:
        path.write_bytes(content)
    return path


def expect_problem(answer, reason, expected=1):
    status, out, err = answer
    assert status == expected
    assert out == ""
    assert err.startswith("numformats: ")
    assert err.count("\n") == 1, err
    assert reason in err
