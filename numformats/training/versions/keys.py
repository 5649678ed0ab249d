# SPDX-License-Identifier: BSD-3-Clause
"""Who may publish versions?  Ed25519 keys (RFC 8032), by the package `cryptography`.

Files are PEM: PKCS #8 of a signing key, SubjectPublicKeyInfo of a verifying one, as OpenSSL has
them.  A signing key shows its secret nowhere but in the file that `save` writes.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from numformats.durable_file import write_durably

__all__ = ["SigningKey", "VerifyingKey"]


def _cryptography() -> tuple[Any, Any]:
    """The modules for keys and for their files."""
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError as error:
        raise ImportError(
            f"signed versions need cryptography: pip install 'numformats[sign]' ({error})"
        ) from None
    return ed25519, serialization


class VerifyingKey:
    """The public half of a key: it checks signatures and makes none.

    Parameters
    ----------
    raw : the 32 bytes of the key.  ValueError for others

    `id` is the beginning of the SHA-256 of these bytes, by which records name their key.
    """

    def __init__(self, raw: bytes) -> None:
        ed25519, _ = _cryptography()
        if not isinstance(raw, bytes) or len(raw) != 32:
            raise ValueError(f"a verifying key has 32 bytes, not {raw!r}")
        self._public = ed25519.Ed25519PublicKey.from_public_bytes(raw)
        self.raw = raw
        self.id = hashlib.sha256(raw).hexdigest()[:16]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Is this the signature of these bytes by this key?"""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra

        try:
            self._public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the key as PEM; FileExistsError where there is such a file."""
        _, files = _cryptography()
        write_durably(
            path,
            self._public.public_bytes(files.Encoding.PEM, files.PublicFormat.SubjectPublicKeyInfo),
            new=True,
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> VerifyingKey:
        """Read a PEM file; ValueError for one that holds no Ed25519 key, OSError."""
        ed25519, files = _cryptography()
        try:
            key = files.load_pem_public_key(Path(path).read_bytes())
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)} holds no verifying key in PEM") from error
        if not isinstance(key, ed25519.Ed25519PublicKey):
            kind = type(key).__name__
            raise ValueError(f"{os.fspath(path)} holds a {kind}")  # noqa: TRY004 - the file's content
        return cls(key.public_bytes_raw())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyingKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __reduce__(self) -> tuple[Any, ...]:
        return VerifyingKey, (self.raw,)

    def __repr__(self) -> str:
        return f"VerifyingKey({self.id})"


class SigningKey:
    """A key that signs versions: keep its file where only the publisher can read it.

    Made by `SigningKey.generate()` or `SigningKey.load(path)`; `public` is the half to hand out.
    Neither repr nor pickle shows the secret: repr has the id of the public half, pickle refuses.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "signing.pem"
    >>> key = SigningKey.generate()
    >>> key.save(path)
    >>> SigningKey.load(path).public == key.public
    True
    """

    def __init__(self, private: Any) -> None:
        ed25519, _ = _cryptography()
        if not isinstance(private, ed25519.Ed25519PrivateKey):
            raise TypeError(
                "a SigningKey is made by SigningKey.generate() or SigningKey.load(path), "
                f"not of a {type(private).__name__}"
            )
        self._private = private
        self.public = VerifyingKey(private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key, from the system's source of random bytes."""
        ed25519, _ = _cryptography()
        return cls(ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: str | os.PathLike[str], password: bytes | None = None) -> SigningKey:
        """Read what `save` wrote.

        Raises PermissionError where others than the owner may read or write the file, ValueError
        for a wrong password or another content, TypeError where a password is missing or given in
        vain, OSError.
        """
        ed25519, files = _cryptography()
        name = os.fspath(path)
        with open(name, "rb") as stream:  # noqa: PTH123 - the mode is that of the open file
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                raise PermissionError(f"{name} has mode {mode:04o}; allowed: 0600 (chmod 600)")
            content = stream.read()
        try:
            private = files.load_pem_private_key(content, password)
        except ValueError:
            raise ValueError(
                f"{name} holds no signing key in PEM, or the password is wrong"
            ) from None
        except TypeError as error:
            raise TypeError(f"{name}: {error}") from None
        if not isinstance(private, ed25519.Ed25519PrivateKey):
            kind = type(private).__name__
            raise ValueError(f"{name} holds a {kind}")  # noqa: TRY004 - the file's content
        return cls(private)

    def save(self, path: str | os.PathLike[str], password: bytes | None = None) -> None:
        """Write the key as PEM with mode 0600; FileExistsError where there is such a file.

        password: the file is encrypted with it, as `cryptography` thinks best.
        """
        _, files = _cryptography()
        guard = (
            files.NoEncryption() if password is None else files.BestAvailableEncryption(password)
        )
        content = self._private.private_bytes(files.Encoding.PEM, files.PrivateFormat.PKCS8, guard)
        write_durably(path, content, private=True, new=True)

    def sign(self, message: bytes) -> bytes:
        """The signature of these bytes, 64 bytes."""
        signature: bytes = self._private.sign(message)
        return signature

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SigningKey is not pickled: its secret would lie in the pickle")

    def __repr__(self) -> str:
        return f"SigningKey(public id {self.public.id})"
