# SPDX-License-Identifier: BSD-3-Clause
"""Do keys keep their secret, and are they RFC 8032's?"""

from __future__ import annotations

import copy
import os
import pickle
import stat
import sys

import pytest

from numformats.training.versions import SigningKey, VerifyingKey

# RFC 8032, section 7.1, test 2: the secret, the public key, the message, the signature.
SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def known():
    from cryptography.hazmat.primitives.asymmetric import ed25519

    return SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED)))


def test_the_vector_of_the_rfc():
    key = known()
    assert key.public.raw.hex() == PUBLIC
    assert key.sign(b"\x72").hex() == SIGNATURE
    public = VerifyingKey(bytes.fromhex(PUBLIC))
    assert public.signed(b"\x72", bytes.fromhex(SIGNATURE))
    assert not public.signed(b"\x73", bytes.fromhex(SIGNATURE))
    assert not public.signed(b"\x72", b"short")


def test_files_are_private_and_never_overwritten(tmp_path):
    key = SigningKey.generate()
    before = os.umask(0)
    try:
        key.save(tmp_path / "signing.pem")
        key.public.save(tmp_path / "public.pem")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "signing.pem").stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["public.pem", "signing.pem"]
    assert SigningKey.load(tmp_path / "signing.pem").public == key.public
    assert VerifyingKey.load(tmp_path / "public.pem") == key.public
    content = (tmp_path / "signing.pem").read_bytes()
    for other, path in [(SigningKey.generate(), "signing.pem"), (key.public, "public.pem")]:
        with pytest.raises(FileExistsError, match=path):
            other.save(tmp_path / path)
    assert (tmp_path / "signing.pem").read_bytes() == content
    (tmp_path / "signing.pem").chmod(0o640)
    with pytest.raises(PermissionError, match=r"mode 0640; allowed: 0600"):
        SigningKey.load(tmp_path / "signing.pem")


def test_a_password_guards_the_file(tmp_path):
    key = SigningKey.generate()
    key.save(tmp_path / "k", b"open")
    assert SigningKey.load(tmp_path / "k", b"open").public == key.public
    with pytest.raises(ValueError, match="the password is wrong"):
        SigningKey.load(tmp_path / "k", b"shut")
    with pytest.raises(TypeError, match="k: "):
        SigningKey.load(tmp_path / "k")


def test_no_text_shows_the_secret():
    key = known()
    texts = [repr(key), str(key), f"{key}", repr(vars(key)), repr([key])]
    assert not any(SEED[:8] in text or SEED[-8:] in text for text in texts)
    assert key.public.id in repr(key)
    for copied in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError, match="its secret would lie in the pickle"):
            copied(key)
    assert pickle.loads(pickle.dumps(key.public)) == key.public
    assert hash(key.public) == hash(VerifyingKey(key.public.raw))


def test_other_files_and_bytes_are_named(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    curve = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "ec").write_bytes(
        curve.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (tmp_path / "ec.pub").write_bytes(
        curve.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    (tmp_path / "text").write_text("no key")
    for name in ("ec", "text"):
        (tmp_path / name).chmod(0o600)
        with pytest.raises(ValueError, match=name):
            SigningKey.load(tmp_path / name)
    for name in ("ec.pub", "text"):
        with pytest.raises(ValueError, match=name):
            VerifyingKey.load(tmp_path / name)
    for raw in (b"1", "x" * 32, None):
        with pytest.raises(ValueError, match="32 bytes"):
            VerifyingKey(raw)
    with pytest.raises(TypeError, match="SigningKey.generate"):
        SigningKey(b"x" * 32)


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    for name in list(sys.modules):
        if name.partition(".")[0] == "cryptography":
            monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"pip install 'numformats\[sign\]'"):
        SigningKey.generate()
    with pytest.raises(ImportError, match=r"numformats\[sign\]"):
        VerifyingKey(bytes(32))
