# SPDX-License-Identifier: BSD-3-Clause
"""What is said of a version, and how is it signed?

The file of a record has two lines: its canonical JSON, and the signature in hexadecimal.  Signed
is the first line behind the prefix DOMAIN, so that a signature of this key for another purpose is
none of a record.  `parent` is the SHA-256 of the first line of the version before.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numformats.training.versions.canonical import decode, encode
from numformats.training.versions.refused import VersionRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numformats.training.versions.keys import SigningKey, VerifyingKey

__all__ = ["DOMAIN", "NO_PARENT", "Record"]

DOMAIN = b"numformats/version-record/1\0"
NO_PARENT = "0" * 64
MOST_BYTES = 1 << 26  # no record is longer: nobody fills the memory of a reader

_TYPES: dict[str, type] = {
    "v": int,
    "alg": str,
    "key": str,
    "version": int,
    "format": str,
    "shapes": dict,
    "sha256": str,
    "parent": str,
    "created": str,
    "certificate": dict,
}
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """A record as it was signed: its bytes, the signature, and what they say by name.

    fields: v (1), alg ("Ed25519"), key (the id of the signer), version, format, shapes, sha256 (of
    the file of the weights), parent, created, certificate.
    """

    content: bytes
    signature: bytes
    fields: Mapping[str, Any]

    @classmethod
    def signed(cls, fields: Mapping[str, Any], key: SigningKey) -> Record:
        """The record of these fields, to which v, alg and key are added, signed by the key."""
        whole = {**fields, "v": 1, "alg": "Ed25519", "key": key.public.id}
        content = encode(whole)
        return cls.parse(content + b"\n" + key.sign(DOMAIN + content).hex().encode() + b"\n")

    @classmethod
    def parse(cls, text: bytes, version: int | None = None) -> Record:
        """The record of a file's bytes, not yet verified.

        Raises VersionRefusedError, which names the number of the version that was asked for.
        """
        parts = text.split(b"\n")
        if len(parts) != 3 or parts[2] or len(text) > MOST_BYTES:
            why = f"{len(text)} bytes are not two whole lines"
            raise VersionRefusedError("malformed", version, why)
        content, line, _ = parts
        if not re.fullmatch(rb"[0-9a-f]{128}", line):
            why = "its second line is not the 128 digits of a signature"
            raise VersionRefusedError("malformed", version, why)
        try:
            fields = _checked(decode(content))
        except ValueError as error:
            raise VersionRefusedError("malformed", version, str(error)) from None
        return cls(content, bytes.fromhex(line.decode()), fields)

    def check_signature(self, keys: Mapping[str, VerifyingKey]) -> None:
        """Raise VersionRefusedError unless one of these keys, by id, signed the record."""
        key = keys.get(self.fields["key"])
        if key is None:
            raise VersionRefusedError(
                "key",
                self.version,
                f"it names the key {self.fields['key']!r}; trusted: {', '.join(keys)}",
            )
        if not key.signed(DOMAIN + self.content, self.signature):
            raise VersionRefusedError(
                "signature", self.version, f"{key} did not sign these bytes: they were edited"
            )

    @property
    def version(self) -> int:
        """The number of the version: 1, 2, ..."""
        return int(self.fields["version"])

    @property
    def weights(self) -> str:
        """The SHA-256 of the file of the weights."""
        return str(self.fields["sha256"])

    @property
    def digest(self) -> str:
        """The SHA-256 of the signed bytes, which the next version names as its parent."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def file(self) -> bytes:
        """The bytes of the file."""
        return self.content + b"\n" + self.signature.hex().encode() + b"\n"

    def __hash__(self) -> int:
        return hash((self.content, self.signature))

    def __repr__(self) -> str:
        f = self.fields
        return (
            f"Record(version {self.version}, {f['format']}, weights {self.weights[:12]}, "
            f"created {f['created']}, key {f['key']})"
        )


def _checked(fields: Any) -> dict[str, Any]:
    """The fields of a record; ValueError where one is missing, unknown or cannot be."""
    if not isinstance(fields, dict) or fields.keys() != _TYPES.keys():
        raise ValueError(f"it must have the fields {', '.join(_TYPES)}, and no others")
    for name, kind in _TYPES.items():
        if type(fields[name]) is not kind:
            raise ValueError(f"{name} is {fields[name]!r}; allowed: {kind.__name__}")
    if fields["v"] != 1 or fields["alg"] != "Ed25519":
        raise ValueError(f"v is {fields['v']}, alg {fields['alg']!r}; allowed: 1, 'Ed25519'")
    if fields["version"] < 1:
        raise ValueError(f"version is {fields['version']}; allowed: 1, 2, ...")
    for name in ("sha256", "parent"):
        if not _DIGEST.fullmatch(fields[name]):
            raise ValueError(f"{name} is {fields[name]!r}; allowed: 64 digits of a SHA-256")
    return fields
