# SPDX-License-Identifier: BSD-3-Clause
"""Does a checkpoint hold a run whole, and refuse what is not its own?"""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Checkpoint,
    Linear,
    Sequential,
    fit,
    load_checkpoint,
    save_checkpoint,
    softmax_cross_entropy,
)
from training_parts import Rectify, bits_of, blobs, descent, small_model

FORMATS = [nf.posit16, nf.Posit(24, es=1), nf.float8_e4m3fn, nf.q15, nf.mlu32, np.float32]


def train(model, optimizer, **options):
    options = {"epochs": 4, "batch": 16, "seed": 3} | options
    return fit(model, *blobs(), loss=softmax_cross_entropy, optimizer=optimizer, **options)


@pytest.fixture
def saved(tmp_path):
    """A run that was stopped after two of four epochs: its checkpoint and its model."""
    model = small_model()
    train(model, descent(), epochs=2, checkpoint=tmp_path / "run.npz")
    return tmp_path / "run.npz", model


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_every_format_comes_back_to_the_bit(dtype, tmp_path):
    with np.errstate(over="ignore"):
        model, other = (Sequential(Linear(5, 3, dtype=dtype, seed=s)) for s in (1, 2))
    optimizer, fresh = descent(), descent()
    optimizer.state = {"0.weight": {"velocity": model.parameters()["0.weight"]}}
    save_checkpoint(tmp_path / "a", model, optimizer, epoch=3, note="x", list=[1, 0.1, None, True])
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]
    found = load_checkpoint(tmp_path / "a", other, fresh)
    assert bits_of(model) == bits_of(other)
    assert fresh.state["0.weight"]["velocity"].tobytes() == model.parameters()["0.weight"].tobytes()
    assert fresh.state["0.weight"]["velocity"].dtype == dtype
    assert found.progress == {"epoch": 3, "note": "x", "list": [1, 0.1, None, True]}
    assert isinstance(found, Checkpoint)


def test_a_resumed_run_has_the_bits_of_one_that_never_stopped(saved):
    path, _ = saved
    whole, resumed = small_model(), small_model(classes=3)
    history = train(whole, descent())
    again = train(resumed, descent(), checkpoint=path, resume=True)
    assert bits_of(resumed) == bits_of(whole)
    for figure in ("epoch", "step", "loss", "accuracy"):
        assert again[figure] == history[figure]
    before = path.read_bytes()
    assert train(resumed, descent(), checkpoint=path, resume=True)["epoch"] == [1, 2, 3, 4]
    assert bits_of(resumed) == bits_of(whole)  # it was finished: nothing is left to do
    assert path.read_bytes() == before


def test_a_run_without_a_checkpoint_yet_begins(tmp_path):
    model, other = small_model(), small_model()
    train(model, descent(), checkpoint=tmp_path / "run", resume=True)
    train(other, descent())
    assert bits_of(model) == bits_of(other)
    assert (tmp_path / "run.npz").exists()


OTHERS = {
    "width": (lambda: Sequential(Linear(4, 9), Rectify(), Linear(9, 3)), "0: Linear(weight (4, 8) posit16"),
    "format": (lambda: small_model(nf.bposit16), "weight (4, 8) bposit16"),
    "longer": (lambda: Sequential(*small_model().parts.values(), Rectify()), 'nothing is "3: Rectify" here'),
    "layer": (lambda: Sequential(*[small_model().parts[k] for k in "002"]), "1: Rectify"),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_a_checkpoint_of_another_model_is_refused(other, saved):
    make, words = OTHERS[other]
    model, optimizer = make(), descent()
    before = bits_of(model)
    with pytest.raises(ValueError, match="the checkpoint is of another model") as error:
        load_checkpoint(saved[0], model, optimizer)
    assert words in str(error.value)
    assert bits_of(model) == before
    assert optimizer.state == {}


def test_a_setting_of_a_layer_is_part_of_the_model(tmp_path):
    class Scales(Rectify):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

    save_checkpoint(tmp_path / "a", Scales(0.5))
    load_checkpoint(tmp_path / "a", Scales(0.5))
    with pytest.raises(ValueError, match="factor=0.5"):
        load_checkpoint(tmp_path / "a", Scales(0.25))
    save_checkpoint(tmp_path / "b", Linear(2, 2, accumulate=("blocked", nf.binary32, 2)))
    load_checkpoint(tmp_path / "b", Linear(2, 2, accumulate=("blocked", nf.binary32, 2)))
    with pytest.raises(ValueError, match="binary32"):
        load_checkpoint(tmp_path / "b", Linear(2, 2, accumulate=("blocked", nf.binary64, 2)))


class Other(SGD):
    pass


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batch": 15}, "has batch 16, this run 15"),
        ({"seed": 4}, "has seed 3, this run 4"),
        ({"optimizer": Other(0.5, momentum=0.5)}, "has optimizer 'SGD', this run 'Other'"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(change, words, saved):
    path, model = saved
    before, content = bits_of(model), path.read_bytes()
    with pytest.raises(ValueError) as error:
        train(model, **({"optimizer": descent(), "checkpoint": path, "resume": True} | change))
    assert words in str(error.value)
    assert bits_of(model) == before
    assert path.read_bytes() == content


def damaged(path):
    """Every kind of damage, as (what, content)."""
    content = path.read_bytes()
    yield "empty", b""
    yield "text", b"epoch,loss\n"
    for length in range(0, len(content), 97):
        yield f"cut at {length}", content[:length]
    for place in range(0, len(content), 61):
        yield (
            f"changed at {place}",
            content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        )


def test_a_damaged_checkpoint_is_refused_and_changes_nothing(saved):
    path, model = saved
    before, whole = bits_of(model), path.read_bytes()
    refused = 0
    for what, content in damaged(path):
        path.write_bytes(content)
        try:
            load_checkpoint(path, model, descent())
        except nf.DamagedFileError:
            refused += 1
        assert bits_of(model) == before, (
            what
        )  # a changed date in the zip's directory loads as it was
    path.write_bytes(whole)
    load_checkpoint(path, model, descent())
    assert refused > 100


def rewritten(path, change):
    """The npz again, with valid checksums, after `change` of its members."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


def flip(members):
    weight = "state/parameters/0.weight.npy"
    members[weight] = members[weight][:-1] + bytes([members[weight][-1] ^ 1])


def reinterpret(members):
    weight = "state/parameters/0.weight.npy"
    members[weight] = members[weight].replace(b"posit<16,es=2>", b"posit<16,es=1>")


def forget(members):
    del members["state/parameters/0.weight.npy"]


def older(members):
    members["about.npy"] = members["about.npy"].replace(b"checkpoint 1", b"checkpoint 0")


def later(members):
    members["about.npy"] = members["about.npy"].replace(b'"epoch": 2', b'"epoch": 3')


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (flip, "was changed after it was written"),
        (reinterpret, "was changed after it was written"),
        (forget, "was changed after it was written"),
        (later, "was changed after it was written"),
        (older, "'numformats checkpoint 0'; this version reads 'numformats checkpoint 1'"),
        (lambda members: members.pop("about.npy"), "no member 'about'"),
    ],
)
def test_an_edited_checkpoint_is_refused(edit, words, saved):
    path, model = saved
    before = bits_of(model)
    rewritten(path, edit)
    with pytest.raises(nf.DamagedFileError) as error:
        load_checkpoint(path, model)
    assert words in str(error.value)
    assert bits_of(model) == before


def test_a_file_of_arrays_is_no_checkpoint(tmp_path):
    nf.savez(tmp_path / "a.npz", x=np.ones(3))
    with pytest.raises(nf.DamagedFileError, match="no member 'about'"):
        load_checkpoint(tmp_path / "a.npz")
    nf.savez(tmp_path / "b.npz", about=np.frombuffer(b"[1]", np.uint8))
    with pytest.raises(nf.DamagedFileError, match="no JSON of a checkpoint"):
        load_checkpoint(tmp_path / "b.npz")
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none")


def test_what_cannot_be_kept_is_named(tmp_path):
    with pytest.raises(TypeError, match="state/progress/what is .*a checkpoint holds"):
        save_checkpoint(tmp_path / "a", small_model(), what=object())
    assert list(tmp_path.iterdir()) == []


def test_state_dicts_are_copies_and_load_whole_or_not_at_all():
    model, other = small_model(), small_model(nf.posit16)
    state = model.state_dict()
    model.parameters()["0.bias"][...] = 1
    assert not np.asarray(state["0.bias"], float).any()
    other.load_state_dict(state | {"0.bias": model.parameters()["0.bias"]})
    assert bits_of(other) == bits_of(model)
    before = bits_of(other)
    for change, kind, words in [
        ({"2.bias": np.ones(4, nf.posit16)}, ValueError, r"2.bias has shape \(4,\)"),
        ({"2.bias": np.ones(3, nf.bfloat16)}, TypeError, "2.bias has dtype bfloat16"),
        ({"3.bias": np.ones(3, nf.posit16)}, ValueError, r"unknown: \['3.bias'\]"),
    ]:
        with pytest.raises(kind, match=words):
            other.load_state_dict(state | change)
    with pytest.raises(ValueError, match=r"missing parameters: \['0.bias'"):
        other.load_state_dict({})
    assert bits_of(other) == before
