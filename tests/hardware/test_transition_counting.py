# SPDX-License-Identifier: BSD-3-Clause
"""Are bins counted, merged and kept?"""

from __future__ import annotations

import json

import pytest

from coverage_cases import all_cases, some_cases
from numformats.hardware import Cases, operation
from numformats.hardware.coverage import Bin, Coverage, Row, bins_of

ADD = operation("posit<5,es=1>", "add")


def test_counts_are_those_of_bins():
    cases = some_cases(ADD, 50)
    seen = Coverage(ADD)
    seen.add(cases)
    flat = [b for bins in bins_of(ADD, cases) for b in bins]
    rows = {row.bin: row for row in seen.table()}
    assert {b: row.hits for b, row in rows.items() if row.hits} == {b: flat.count(b) for b in flat}
    assert set(seen.missing()) == set(rows) - set(flat)
    assert isinstance(rows[flat[0]], Row)
    assert {row.state for row in rows.values()} == {"hit", "empty"}
    assert seen.counts("kinds").sum() == 50


def test_one_by_one_is_all_together():
    cases = some_cases(ADD, 40)
    whole, parts = Coverage(ADD), Coverage(ADD)
    whole.add(cases)
    for i in range(40):
        other = Coverage(ADD)
        other.add(Cases(tuple(c[i : i + 1] for c in cases.operands)))
        parts.merge(other)
    assert parts.table() == whole.table()


def test_single_cases_are_counted_when_asked_for(monkeypatch):
    monkeypatch.setattr("numformats.hardware.coverage.counting._TOGETHER", 16)
    cases = some_cases(ADD, 40)
    whole, single = Coverage(ADD), Coverage(ADD)
    whole.add(cases)
    for codes in zip(*(c.tolist() for c in cases.operands), strict=True):
        single.add_case(*codes)
    reads = [Coverage.table, Coverage.summary, Coverage.to_json, Coverage.missing, str]
    reads += [lambda c: c.counts("carry").tolist(), lambda c: c.states("carry").tolist()]
    for read in reads:
        single.add_case(0, 8)
        whole.add(Cases(tuple(ADD.columns([[0, 8]]))))
        assert read(single) == read(whole)
    single.add_case(0, 8)
    merged = Coverage(ADD)
    merged.merge(single)
    assert merged.counts("kinds").sum() == 48
    with pytest.raises(ValueError, match="1 operands; add has 2"):
        single.add_case(0)


def test_bits_above_the_format_are_ignored():
    seen = bins_of(ADD, Cases(tuple(ADD.columns([[8, 9], [0x28, 0xE9]]))))
    assert seen[0] == seen[1]


def test_nothing_may_be_added():
    seen = Coverage(ADD)
    seen.add(some_cases(ADD, 0))
    assert not seen.counts("kinds").any()


def test_the_states_of_bins():
    seen = Coverage(ADD)
    cases = all_cases(ADD)
    seen.add(Cases(tuple(c[:3] for c in cases.operands)))
    seen.add(Cases(tuple(c[5:9] for c in cases.operands)), witnesses=True)
    gone = Bin("ends", ("+", "subnormal"))
    seen.exclude([gone])
    rows = {row.bin: row.state for row in seen.table()}
    assert rows[gone] == "unreachable"
    assert gone not in seen.missing()
    assert {*rows.values()} == {"hit", "witness", "unreachable", "empty"}
    kinds = {b.values: s for b, s in rows.items() if b.group == "kinds"}
    assert (kinds["zero", "min"], kinds["zero", "normal"]) == ("hit", "hit")
    numbers = seen.summary()["kinds"]
    assert sum(numbers.values()) == 64
    assert (seen.states("kinds") == 0).sum() == numbers["hit"]
    assert f"{'kinds':<14}{64:>8}{numbers['hit']:>13}" in str(seen)
    hit = Bin("kinds", ("zero", "min"))
    with pytest.raises(ValueError, match="was hit, and is said to be unreachable"):
        seen.exclude([hit])
    with pytest.raises(ValueError, match="tables are kinds, regimes"):
        seen.exclude([Bin("speed", ())])


def test_json_is_read_back():
    seen = Coverage(ADD)
    seen.add(some_cases(ADD, 60))
    seen.add(some_cases(ADD, 5, seed=1), witnesses=True)
    seen.exclude([Bin("ends", ("+", "subnormal"))])
    text = seen.to_json()
    assert json.loads(text)["tables"]["carry"]["coordinates"]["carry"][3] == "regime"
    assert Coverage.from_json(ADD, text).table() == seen.table()


@pytest.mark.parametrize("text", ["[]", "{}", '{"operation": "add"}', "{"])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(ValueError):
        Coverage.from_json(ADD, text)
    told = json.loads(Coverage(ADD).to_json())
    for damage in ({}, None, {**told["tables"], "ends": {}}, {**told["tables"], "ends": 3}):
        with pytest.raises(ValueError, match="is not as to_json writes it"):
            Coverage.from_json(ADD, json.dumps({**told, "tables": damage}))
    told["tables"]["ends"]["counts"].append(1)
    with pytest.raises(ValueError, match="broadcast"):
        Coverage.from_json(ADD, json.dumps(told))
    other = Coverage(operation("posit<5,es=1>", "sub"))
    with pytest.raises(ValueError, match="this one is of"):
        Coverage(ADD).merge(other)
    with pytest.raises(ValueError, match="operation is not 'add'"):
        Coverage.from_json(ADD, other.to_json())
