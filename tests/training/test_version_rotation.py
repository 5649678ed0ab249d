# SPDX-License-Identifier: BSD-3-Clause
"""Does a model that is exchanged under its readers answer every request by one whole version?"""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref

import numpy as np
import pytest

import numformats as nf
from model_versions import number_of, numbered
from numformats.training import SGD, Linear, fit, softmax_cross_entropy
from numformats.training.versions import Follower, Rotation, Served
from training_parts import bits_of, blobs

SWAPS, READERS = 10_000, 8


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    """Every few bytecodes: more orders of events, and a swap need not wait for eight readers."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(2e-6)
    yield
    sys.setswitchinterval(before)


def test_ten_thousand_swaps_under_eight_readers():
    """Every number of a version's only weight is the version's own, and versions only grow."""
    model = Linear(2, 3, dtype=nf.posit16)
    weight = model.parameters()["weight"]

    def version(number):
        weight[...] = number % 1024  # which posit16 has
        return Served(model, number)

    rotation, done, found = Rotation(version(1)), threading.Event(), []

    def read():
        reads = bad = last = 0
        while not done.is_set() or not reads:
            served = rotation.current
            first = served.parameters()["weight"].copy()
            numbers = np.unique(np.concatenate([first, served.parameters()["weight"]]).astype(int))
            bad += numbers.tolist() != [served.version % 1024] or served.version < last
            last, reads = served.version, reads + 1
            time.sleep(1e-4)
        found.append((reads, bad, last))

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for number in range(2, SWAPS + 2):
            rotation.swap(version(number))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert rotation.current.version == SWAPS + 1
    assert len(found) == READERS
    assert sum(bad for _, bad, _ in found) == 0
    assert min(reads for reads, _, _ in found) > 0


def test_a_served_model_does_not_change():
    model = numbered(3)
    served = Served(model, 3)
    before = bits_of(served)
    model.parameters()["2.bias"][0] = 5
    assert bits_of(served) == before
    assert number_of(served) == 3
    for array in served.parameters().values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1
    for name in ("version", "record", "_model", "other"):
        with pytest.raises(AttributeError, match=f"{name} cannot be set"):
            setattr(served, name, 1)
        with pytest.raises(AttributeError, match=f"{name} cannot be deleted"):
            delattr(served, name)
    assert repr(served) == "Served(version 3, Sequential)"
    for version in (-1, True, 1.5):
        with pytest.raises(ValueError, match="version="):
            Served(model, version)
    with pytest.raises(TypeError, match="allowed: a Layer"):
        Served(served)


def test_the_old_model_goes_when_its_last_reader_has_let_it_go():
    rotation = Rotation(numbered(1))
    reader = rotation.current
    alive = weakref.ref(reader.parameters()["2.bias"])
    rotation.swap(numbered(2))
    assert (number_of(reader), number_of(rotation.current)) == (1, 2)
    del reader
    gc.collect()
    assert alive() is None


def test_versions_only_grow():
    rotation = Rotation(Served(numbered(5), 5))
    for version in (4, 5):
        with pytest.raises(ValueError, match=f"version {version} is not newer than 5"):
            rotation.swap(Served(numbered(9), version))
    assert number_of(rotation.current) == 5
    assert rotation.swap(numbered(6)).version == 6
    assert repr(rotation) == "Rotation(Served(version 6, Sequential))"
    assert issubclass(Follower, Rotation)


def test_writers_of_layers_count_on():
    rotation = Rotation(numbered(0))
    writers = [
        threading.Thread(target=lambda: [rotation.swap(numbered(1)) for _ in range(20)])
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert rotation.current.version == 81


def test_training_goes_on_while_others_read():
    """A model of a point in training is served whole, to the bit, though training went on."""
    x, y = blobs()
    model = Linear(4, 3, dtype=nf.posit16, seed=1)
    rotation, states = Rotation(model), {1: bits_of(model)}
    done, bad = threading.Event(), []

    def read():
        while not done.is_set():
            served = rotation.current
            if bits_of(served) != states[served.version]:
                bad.append(served.version)
            time.sleep(1e-3)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    options = {"loss": softmax_cross_entropy, "epochs": 1, "batch": 16}
    try:
        for epoch in range(5):
            fit(model, x, y, optimizer=SGD(0.1), seed=epoch, **options)
            states[rotation.current.version + 1] = bits_of(model)
            rotation.swap(model)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert bad == []
    assert len(set(map(str, states.values()))) == 6
