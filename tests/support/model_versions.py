# SPDX-License-Identifier: BSD-3-Clause
"""Which versions do tests publish?  Small models whose answers tell which version they are of."""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import Linear, Sequential, Tanh
from numformats.training.versions import Follower, SigningKey, VersionRefusedError, VersionStore

KEY = SigningKey.generate()

PROBES = np.array([[1, 0.5, -1, 2], [0, 1, 0.25, -0.5], [3, -2, 1, 1]])


def numbered(number, dtype=nf.posit16):
    """A model whose last bias begins with its number, which is an output for the input 0."""
    model = Sequential(Linear(4, 5, dtype=dtype, seed=1), Tanh(), Linear(5, 2, dtype=dtype, seed=2))
    model.parameters()["2.bias"][0] = number
    return model


def number_of(model):
    return int(np.asarray(model(np.zeros((1, 4))))[0, 0])


def answers_are_certified(served):
    """Are the bits of a served model's answers those of its record?"""
    promised = served.record.fields["certificate"]["probes"]["bits"]
    return nf.to_bits(np.asarray(served(PROBES))).astype("<u2").tobytes().hex() == promised


def filled(folder, last=3, first=1):
    store = VersionStore(folder, KEY.public)
    for number in range(first, last + 1):
        store.publish(numbered(number), KEY, probes=PROBES)
    return store


def follower(store, **options):
    return Follower(store, numbered(0), **options)


def refused(reason, version=None, words=""):
    number = "" if version is None else f"version {version} is "
    return pytest.raises(VersionRefusedError, match=rf"{number}refused \({reason}\).*{words}")


def record_path(store, version):
    return store.folder / f"{version:08}.record"


def weights_path(store, version):
    return store.folder / "weights" / f"{store.record(version).weights}.npz"
