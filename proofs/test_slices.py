# SPDX-License-Identifier: BSD-3-Clause
"""Is what one line of STATUS.json says of many slices what the slices said?"""

import json
import random

import pytest

from proofs import status
from proofs.checkout import ROOT, Checkout
from proofs.slices import gathered, spread


def record(split, seconds=1.0, **more):
    return {"id": "toy.loop", "split": split, "seconds": seconds, "mutants": [], **more}


def test_neighbours_are_one_record():
    """Of any order, with holes: nothing is said of a slice that did not run."""
    slices = [record(f"add {k}/64", k) for k in (*range(9, 13), 3, 5, 4, 63)]
    random.Random(1).shuffle(slices)
    found = {one["split"]: one["seconds"] for one in gathered(slices)}
    assert found == {"add 3-5/64": 12, "add 9-12/64": 42, "add 63/64": 63}
    said = {one["split"]: one["seconds"] for one in spread(gathered(slices))}
    assert set(said) == {one["split"] for one in slices}
    assert sum(said.values()) == 117
    assert said["add 4/64"] == 4


def test_what_differs_stays_apart():
    records = [
        record("add 0/4", mutants=[{"name": "one", "result": "refuted", "seconds": 1}]),
        record("add 1/4"),
        record("sub 2/4"),
        record("add 2/8"),
        record("add 2/4", text="another"),
        record("add 3/4", result="unknown"),
        record(None),
        record("rounding 0"),
        record("bits 2-16"),
    ]
    assert gathered(records) == records
    assert list(spread(records)) == records


@pytest.mark.parametrize("split", ["add 3-3/4", "add 3-2/4", "add 0-4/4", "add 1-99999999999/4"])
def test_a_run_that_is_none(split):
    with pytest.raises(ValueError, match="do not follow one another"):
        list(spread([record(split)]))


def test_what_is_kept_is_as_short_as_can_be():
    """STATUS.json itself, read and written: the same file, and each slice by itself."""
    path = ROOT / "proofs" / "STATUS.json"
    document = json.loads(path.read_text("utf-8"))
    again = status.Status(Checkout(ROOT), path)
    assert len(again.records) == len(list(spread(document["claims"])))
    assert not any(
        "-" in (part := r["split"] or "") and "/" in part for r in again.records.values()
    )
    assert again.document()["claims"] == document["claims"]
