# SPDX-License-Identifier: BSD-3-Clause
"""What can go wrong in a comparison, in one line for the user?"""

from __future__ import annotations


class CompareError(ValueError):
    """A comparison that cannot be made; the message is one line and says why.

    >>> str(CompareError("no such file: data.npy"))
    'no such file: data.npy'
    """


def one_line(error: BaseException) -> str:
    r"""The kind and text of an exception on one line.

    >>> one_line(ValueError("first\n   second"))
    'ValueError: first second'
    """
    text = " ".join(str(error).split())
    kind = type(error).__name__
    return f"{kind}: {text}" if text else kind
