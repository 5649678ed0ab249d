# SPDX-License-Identifier: BSD-3-Clause
"""Why is a version of a model not served?"""

from __future__ import annotations

__all__ = ["REASONS", "VersionRefusedError"]

REASONS = {
    "malformed": "the file of the record is truncated, or is no record",
    "signature": "the record was edited after it was signed, or its signature is another's",
    "key": "the record is signed by a key that is not trusted",
    "replayed": "an older record stands in the place of a newer one",
    "rolled back": "the store ends before a version that was already seen",
    "forked": "the record does not continue the chain that was already seen",
    "missing": "a record or its weights are not in the store",
    "weights": "the weights are not those that the record names",
    "model": "the weights are of another model",
    "certificate": "what the record certifies is not what the weights give",
}


class VersionRefusedError(ValueError):
    """A record or its weights failed a check; what was served before goes on being served.

    reason: a key of REASONS; version: the number of the version, None where it is not known.
    """

    def __init__(self, reason: str, version: int | None, text: str) -> None:
        if reason not in REASONS:
            raise ValueError(f"reason={reason!r}; allowed: {', '.join(REASONS)}")
        super().__init__(reason, version, text)
        self.reason, self.version, self.text = reason, version, text

    def __str__(self) -> str:
        name = "the record" if self.version is None else f"version {self.version}"
        return f"{name} is refused ({self.reason}): {self.text}"
