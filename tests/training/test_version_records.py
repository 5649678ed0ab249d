# SPDX-License-Identifier: BSD-3-Clause
"""Is a record its canonical bytes and their signature, and is every other record refused?"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

import numformats as nf
from model_versions import PROBES, numbered
from numformats.training import Dropout, Layer, Sequential
from numformats.training.versions import (
    DOMAIN,
    NO_PARENT,
    REASONS,
    Record,
    SigningKey,
    VersionRefusedError,
    certificate,
    decode,
    encode,
)

KEY, OTHER = SigningKey.generate(), SigningKey.generate()
TRUSTED = {KEY.public.id: KEY.public}
FIELDS = {
    "version": 3,
    "format": "posit16",
    "shapes": {"bias": [2]},
    "sha256": "0" * 63 + "1",
    "parent": NO_PARENT,
    "created": "2026-11-30T12:00:00+00:00",
    "certificate": {"probes": {"bits": "00"}},
}


def refused(reason, words=""):
    return pytest.raises(VersionRefusedError, match=rf"\({reason}\).*{words}")


def test_one_value_has_one_spelling():
    value = {"b": [1, None, True, 'é\n"\\ud800'], "a": {"z": -(10**40), "": []}}
    content = encode(value)
    assert decode(content) == value
    assert content == json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
    assert b" " not in content
    for other in (b'{"a":1}\n', b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":1.0}',
                  b'{"a":01}', b'["\xc3\xa9"]', b'{"a":1e1}', b"NaN", b"", b"[" * 100000, b'["\\u0041"]'):  # fmt: skip
        with pytest.raises(ValueError, match="canonical"):
            decode(other)


@pytest.mark.parametrize("value", [1.5, {1: 2}, {"a": [b"x"]}, (1, 2), np.int64(3)], ids=repr)
def test_what_has_no_spelling_is_named(value):
    with pytest.raises(TypeError, match="record"):
        encode(value)


def test_a_record_is_signed_over_its_bytes_behind_the_domain():
    record = Record.signed(FIELDS, KEY)
    record.check_signature(TRUSTED)
    assert DOMAIN == b"numformats/version-record/1\0"
    assert record.fields == {**FIELDS, "v": 1, "alg": "Ed25519", "key": KEY.public.id}
    assert KEY.public.signed(DOMAIN + record.content, record.signature)
    assert not KEY.public.signed(record.content, record.signature)
    assert record.digest == hashlib.sha256(record.content).hexdigest()
    again = Record.parse(record.file)
    assert again == record
    assert hash(again) == hash(record)
    assert (again.version, again.weights) == (3, FIELDS["sha256"])
    assert "version 3, posit16" in repr(record)


def test_every_flipped_bit_is_refused():
    file = Record.signed(FIELDS, KEY).file
    for place in range(len(file)):
        for bit in range(8):
            edited = file[:place] + bytes([file[place] ^ 1 << bit]) + file[place + 1 :]
            with pytest.raises(VersionRefusedError) as error:
                Record.parse(edited, 3).check_signature(TRUSTED)
            assert error.value.reason in {"malformed", "signature", "key"}


def test_every_truncation_is_refused():
    file = Record.signed(FIELDS, KEY).file
    for length in range(len(file)):
        with refused("malformed"):
            Record.parse(file[:length])
    with refused("malformed"):
        Record.parse(file + b"\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 0}, "allowed: 1, 2"),
        ({"version": True}, "allowed: int"),
        ({"version": "3"}, "allowed: int"),
        ({"sha256": "g" * 64}, "sha256 is"),
        ({"parent": "0" * 63}, "parent is"),
        ({"certificate": []}, "allowed: dict"),
        ({"more": 1}, "no others"),
    ],
)
def test_fields_that_cannot_be_are_refused(change, words):
    with refused("malformed", words):
        Record.signed({**FIELDS, **change}, KEY)


def test_signatures_of_others_and_for_others_are_refused():
    theirs = Record.signed(FIELDS, OTHER)
    with refused("key", f"it names the key '{OTHER.public.id}'; trusted: {KEY.public.id}"):
        theirs.check_signature(TRUSTED)
    content = Record.signed(FIELDS, KEY).content
    for signature in (OTHER.sign(DOMAIN + content), KEY.sign(content), bytes(64)):
        forged = Record.parse(content + b"\n" + signature.hex().encode() + b"\n")
        with refused("signature", "did not sign"):
            forged.check_signature(TRUSTED)


def test_a_reason_is_one_of_the_list():
    with pytest.raises(ValueError, match="allowed: malformed"):
        VersionRefusedError("bad", 1, "x")
    assert set(REASONS) >= {"signature", "replayed", "rolled back", "forked", "weights"}


def test_the_certificate_holds_the_bits_of_the_answers():
    model = numbered(7)
    found = certificate(model, PROBES)
    answers = np.asarray(model(PROBES))
    assert found["probes"]["bits"] == nf.to_bits(answers).astype("<u2").tobytes().hex()
    assert found["probes"]["shape"] == [3, 2]
    assert found["formats"] == dict.fromkeys(model.parameters(), "posit16")
    assert found["ranges"]["2.bias"] == ["0.0", "7.0"]
    assert found["quires"]["posit16"] == {
        "bits": 256, "lsb": -112, "capacity": 2**31 - 1, "terms": 20,
    }  # fmt: skip
    encode(found)  # nothing in it that a record cannot hold
    changed = certificate(numbered(6), PROBES)
    assert changed["probes"]["inputs"] == found["probes"]["inputs"]
    assert changed["probes"]["bits"] != found["probes"]["bits"]


class Log(Layer):
    def forward(self, parameters, x, run):  # noqa: ARG002
        return np.log(x)


class Chance(Layer):
    def forward(self, parameters, x, run):  # noqa: ARG002
        return x.astype(nf.Float(4, 3, rounding="stochastic")) * 1.1


def test_what_has_no_bits_to_expect_is_not_certified():
    model = numbered(1)
    model.parameters()["0.weight"][1, 1] = np.nan
    with pytest.raises(ValueError, match="0.weight has NaN"):
        certificate(model, PROBES)
    with pytest.raises(
        ValueError, match="2.bias is of .*stochastic.* no bits|0.weight is of .* no bits"
    ):
        certificate(numbered(1, nf.Float(4, 3, rounding="stochastic")), PROBES)
    with (
        pytest.raises(ValueError, match="answers to the probes are NaN"),
        np.errstate(all="ignore"),
    ):
        certificate(Log(), PROBES)
    with pytest.raises(ValueError, match="differently from call to call"):
        certificate(Chance(), np.linspace(1, 2, 64)[:, np.newaxis])
    certificate(Sequential(Dropout(0.5)), PROBES)  # which draws in training only
