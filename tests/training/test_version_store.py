# SPDX-License-Identifier: BSD-3-Clause
"""Does a store hold every version whole, and does its reader serve the newest?"""

from __future__ import annotations

import threading

import numpy as np
import pytest

import numformats as nf
from model_versions import (
    KEY,
    PROBES,
    answers_are_certified,
    filled,
    follower,
    number_of,
    numbered,
    record_path,
    refused,
    weights_path,
)
from numformats.training import Linear
from numformats.training.versions import (
    Follower,
    SigningKey,
    VersionStore,
    load_version,
)
from numformats.training.versions.lock import locked

OTHER = SigningKey.generate()
FORMATS = [nf.posit16, nf.posit64, nf.bposit16, nf.float8_e4m3fn, nf.float4_e2m1fn, nf.q15,
           nf.mlu32, nf.Posit(24, es=1), nf.takum_linear16, np.float16, np.float32, np.float64]  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return filled(tmp_path / "store")


def test_a_reader_serves_the_newest_version(store):
    reader = follower(store)
    assert (reader.current.version, number_of(reader.current)) == (3, 3)
    assert answers_are_certified(reader.current)
    assert not reader.refresh()
    store.publish(numbered(9), KEY, probes=PROBES)
    store.publish(numbered(10), KEY, probes=PROBES)
    old = reader.current
    assert reader.refresh()
    assert (reader.current.version, number_of(reader.current)) == (5, 10)
    assert number_of(old) == 3
    assert store.newest() == 5
    assert store.exists(5)
    assert not store.exists(6)
    assert [r.version for r in store.chain(store.record(2))] == [3, 4, 5]


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_every_format_is_published_and_verified(dtype, tmp_path):
    with np.errstate(over="ignore"):
        store = VersionStore(tmp_path / "a" / "b", [KEY.public])
        model = numbered(0, dtype)
        store.publish(model, KEY, probes=PROBES)
        served = Follower(store, numbered(0, dtype)).current
        assert np.asarray(served(PROBES)).tobytes() == np.asarray(model(PROBES)).tobytes()
    assert served.record.fields["format"] == str(np.dtype(dtype))


def test_a_legal_roll_back_is_a_new_version(store):
    reader = follower(store)
    record = store.roll_back(1, KEY)
    assert (record.version, record.weights) == (4, store.record(1).weights)
    assert reader.refresh()
    assert (reader.current.version, number_of(reader.current)) == (4, 1)
    assert len(list((store.folder / "weights").iterdir())) == 3
    with refused("missing", 9):
        store.roll_back(9, KEY)


def test_what_was_seen_comes_back(store, tmp_path):
    follower(store, seen=tmp_path / "seen")
    again = follower(store, seen=tmp_path / "seen")
    assert again.current.version == 3
    for content in (b"", b"{}", b'{"record":"x"}', b"[1]"):
        (tmp_path / "seen").write_bytes(content)
        with pytest.raises(ValueError, match="does not remember a version"):
            follower(store, seen=tmp_path / "seen")


def test_a_record_that_is_gone_is_named(store):
    record_path(store, 2).unlink()
    with refused("missing", 2, "00000002.record is not there; 3 is"):
        follower(store)


def test_a_store_without_versions_and_a_model_of_another_kind(tmp_path, store):
    with refused("missing", None, "has no version yet"):
        follower(VersionStore(tmp_path / "none", KEY.public))
    with refused("model", 3, "another model"):
        Follower(store, Linear(4, 2))
    with refused("model", 3, "bposit16"):
        Follower(store, numbered(0, nf.bposit16))
    assert load_version(store, store.record(2), numbered(0)).version == 2


def test_who_may_publish(store, tmp_path):
    before = sorted(store.folder.iterdir())
    with pytest.raises(ValueError, match="none of the store's keys"):
        store.publish(numbered(4), OTHER, probes=PROBES)
    with pytest.raises(TypeError, match="allowed: a SigningKey"):
        store.publish(numbered(4), KEY.public, probes=PROBES)
    for keys in ([], [1], "key"):
        with pytest.raises(TypeError, match="allowed: a VerifyingKey"):
            VersionStore(tmp_path, keys)
    assert sorted(store.folder.iterdir()) == before
    both = VersionStore(store.folder, [KEY.public, OTHER.public])  # the key is changed
    both.publish(numbered(4), OTHER, probes=PROBES)
    assert number_of(follower(both).current) == 4
    with refused("key", 4):
        follower(store)
    assert "keys" in repr(store)


def test_a_damaged_end_is_not_continued(store):
    edit_at = record_path(store, 3)
    edit_at.write_bytes(edit_at.read_bytes().replace(b"posit16", b"posit17"))
    with refused("signature", 3):
        store.publish(numbered(4), KEY, probes=PROBES)
    assert store.newest() == 3


def test_weights_that_rotted_are_written_anew(store):
    weights_path(store, 3).write_bytes(b"rot")
    with refused("weights", 3):
        follower(store)
    store.publish(numbered(3), KEY, probes=PROBES)
    assert number_of(follower(store).current) == 3


def test_what_fails_leaves_no_version(store):
    before = {p.name: p.read_bytes() for p in store.folder.glob("*.record")}
    bad = numbered(4)
    bad.parameters()["2.bias"][1] = np.nan
    with pytest.raises(ValueError, match="2.bias has NaN"):
        store.publish(bad, KEY, probes=PROBES)
    held = threading.Event(), threading.Event()

    def hold():
        with locked(store.folder / "lock", 1):
            held[0].set()
            held[1].wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held[0].wait(20)
    with pytest.raises(TimeoutError, match=r"has held the lock .*lock for 0.05 s"):
        store.publish(numbered(4), KEY, probes=PROBES, wait=0.05)
    held[1].set()
    thread.join()
    assert {p.name: p.read_bytes() for p in store.folder.glob("*.record")} == before


def test_publishers_wait_for_each_other(tmp_path):
    store = VersionStore(tmp_path, KEY.public)

    def publish(first):
        for number in range(first, first + 5):
            store.publish(numbered(number), KEY, probes=PROBES)

    threads = [threading.Thread(target=publish, args=(10 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = store.chain()
    assert [r.version for r in chain] == list(range(1, 21))
    assert len({r.weights for r in chain}) == 20


def test_old_weights_are_pruned_and_leftovers_removed(store):
    leftover = store.folder / "weights" / ".x.0123456789abcdef.numformats-tmp"
    leftover.write_bytes(b"half")
    store.roll_back(1, KEY)
    assert not leftover.exists()
    assert store.prune(2) == 1
    assert number_of(follower(store).current) == 1
    with refused("missing", 2):
        load_version(store, store.record(2), numbered(0))
    with pytest.raises(ValueError, match="keep=1"):
        store.prune(1)
