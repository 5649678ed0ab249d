# SPDX-License-Identifier: BSD-3-Clause
"""Which bytes stand for a record?  One JSON text and no other: what is signed has one spelling.

Keys in order, no spaces, ASCII; integers, text, true, false, null, lists and dicts.  No floats,
whose digits are a matter of taste.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["decode", "encode"]


def encode(value: Any) -> bytes:
    r"""The canonical bytes of a value; TypeError for what they do not have.

    >>> encode({"b": [1, True, None], "a": "\u00e9"})
    b'{"a":"\\u00e9","b":[1,true,null]}'
    """
    _check(value, "record")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def decode(content: bytes) -> Any:
    """The value of canonical bytes; ValueError for every other spelling of it.

    >>> decode(b'{"a":1}')
    {'a': 1}
    >>> decode(b'{"a": 1}')
    Traceback (most recent call last):
    ...
    ValueError: this JSON is not in its canonical spelling
    """
    try:
        value = json.loads(content.decode("ascii"))
        again = encode(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"no canonical JSON: {error}") from None
    if again != content:
        raise ValueError("this JSON is not in its canonical spelling")
    return value


def _check(value: Any, place: str) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, list):
        for i, part in enumerate(value):
            _check(part, f"{place}[{i}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{place} has the key {key!r}; allowed: text")
            _check(part, f"{place}.{key}")
    else:
        raise TypeError(
            f"{place} is {value!r}; allowed: integers, text, true, false, null, lists and dicts"
        )
