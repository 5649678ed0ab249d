# SPDX-License-Identifier: BSD-3-Clause
"""Is no version served that was edited, replayed, rolled back, forked or exchanged?"""

from __future__ import annotations

import copy
import shutil

import pytest

from model_versions import (
    KEY,
    PROBES,
    filled,
    follower,
    number_of,
    numbered,
    record_path,
    refused,
    weights_path,
)
from numformats.training.versions import Record, SigningKey, VersionRefusedError

OTHER = SigningKey.generate()


@pytest.fixture
def store(tmp_path):
    return filled(tmp_path / "store")


def edit(store):
    file = record_path(store, 4).read_bytes()
    record_path(store, 4).write_bytes(file.replace(b'"format":"posit16"', b'"format":"posit17"'))


def sign_again(store):
    fields = store.record(4).fields
    record_path(store, 4).write_bytes(Record.signed({**fields, "created": "now"}, OTHER).file)


def swap_weights(store):
    shutil.copyfile(weights_path(store, 2), weights_path(store, 4))


def swap_names(store):
    fields = {**store.record(4).fields, "sha256": store.record(2).weights}
    record_path(store, 4).write_bytes(Record.signed(fields, KEY).file)


def fork(store):
    other = filled(store.folder.parent / "other", last=3, first=5)
    for number in (5, 6, 7, 8):
        other.publish(numbered(number), KEY, probes=PROBES)
    shutil.copyfile(record_path(other, 4), record_path(store, 4))
    shutil.copyfile(weights_path(other, 4), store.folder / "weights" / weights_path(other, 4).name)


def certify(**change):
    """Sign another certificate, with the right key."""

    def attack(store):
        fields = copy.deepcopy(store.record(4).fields)
        fields["certificate"].update(change)
        record_path(store, 4).write_bytes(Record.signed(fields, KEY).file)

    return attack


def flip_a_probe_bit(store):
    fields = copy.deepcopy(store.record(4).fields)
    bits = fields["certificate"]["probes"]["bits"]
    fields["certificate"]["probes"]["bits"] = f"{int(bits[0], 16) ^ 1:x}" + bits[1:]
    record_path(store, 4).write_bytes(Record.signed(fields, KEY).file)


ATTACKS = {
    "edited": (edit, "signature", 4, "edited"),
    "truncated": (lambda s: record_path(s, 4).write_bytes(record_path(s, 4).read_bytes()[:-9]), "malformed", 4, ""),
    "empty": (lambda s: record_path(s, 4).write_bytes(b""), "malformed", 4, "0 bytes"),
    "wrong key": (sign_again, "key", 4, OTHER.public.id),
    "replayed": (lambda s: shutil.copyfile(record_path(s, 2), record_path(s, 4)), "replayed", 4, "record of version 2"),
    "replayed file": (lambda s: shutil.copyfile(record_path(s, 3), record_path(s, 4)), "replayed", 4, "record of version 3"),
    "forked": (fork, "forked", 4, "its parent is"),
    "swapped weights": (swap_weights, "weights", 4, "has SHA-256"),
    "weights cut": (lambda s: weights_path(s, 4).write_bytes(weights_path(s, 4).read_bytes()[:-1]), "weights", 4, ""),
    "no weights": (lambda s: weights_path(s, 4).unlink(), "missing", 4, "weights"),
    "other weights, signed": (swap_names, "certificate", 4, "certificate.*in the record"),
    "another range": (certify(ranges={}), "certificate", 4, "ranges.* only computed"),
    "a larger quire": (certify(quires={"posit16": {"bits": 512}}), "certificate", 4, "bits is 512|capacity"),
    "one probe bit": (flip_a_probe_bit, "certificate", 4, "probes.bits is"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_the_old_version_served_on(attack, store, tmp_path):
    change, reason, version, words = ATTACKS[attack]
    reader = follower(store, seen=tmp_path / "seen")
    store.publish(numbered(4), KEY, probes=PROBES)
    change(store)
    for again in (reader.refresh, reader.refresh, lambda: follower(store)):
        with refused(reason, version, words) as error:
            again()
        assert error.value.reason == reason
        assert (reader.current.version, number_of(reader.current)) == (3, 3)
    with pytest.raises(VersionRefusedError):
        follower(store, seen=tmp_path / "seen")


def test_a_store_that_was_rolled_back_is_refused(store, tmp_path):
    shutil.copytree(store.folder, tmp_path / "old")
    reader = follower(store, seen=tmp_path / "seen")
    store.publish(numbered(4), KEY, probes=PROBES)
    assert reader.refresh()
    shutil.rmtree(store.folder)
    shutil.move(tmp_path / "old", store.folder)
    with refused("rolled back", 4, "ends at version 3"):
        reader.refresh()
    with refused("rolled back", 4):  # a process that starts anew remembers
        follower(store, seen=tmp_path / "seen")
    assert number_of(reader.current) == 4
    # The publisher went on from the old state: a fork of the same length.
    store.publish(numbered(7), KEY, probes=PROBES)
    store.publish(numbered(8), KEY, probes=PROBES)
    for again in (reader.refresh, lambda: follower(store, seen=tmp_path / "seen")):
        with refused("forked", 4, "in the place of the one that was seen"):
            again()
    assert follower(store).current.version == 5  # who has seen nothing cannot know
