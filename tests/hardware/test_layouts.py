# SPDX-License-Identifier: BSD-3-Clause
"""Does every layout read back what it wrote, for all families and odd widths?"""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from numformats.hardware import LAYOUTS, Cases, Layout, LayoutError, operation

# All families; 2, 7, 17, 33 and 64 bits; no flags that IEEE knows, no zero, unsigned, stochastic.
FORMATS = ["posit<2,es=0>", "bposit<7,rs=3,es=1>", "takum_linear<17>", "posit<33,es=2>", "posit64",
           "binary16", "binary32", "binary64", "bfloat16", "float8_e4m3fn", "float8_e8m0fnu",
           "float<exp=3,man=2,rounding=stochastic>", "mlu32", "fixed<5,frac=2>", "q15"]  # fmt: skip
OPERATORS = [(f, "add", None) for f in FORMATS] + [
    ("posit64", "fma", None),
    ("binary16", "sqrt", None),
    ("binary32", "convert", "posit<7,es=0>"),
    ("binary64", "convert", "binary16"),
]


def cases_of(op, count=700, *, flags=True):
    """Random rows, each operand also with its first and its last code."""
    rng = np.random.default_rng(count)
    columns = []
    for f in (*op.operands, op.result):
        codes = rng.integers(0, 1 << f.bits, count, dtype=np.uint64, endpoint=False) if f.bits < 64 else (
            rng.integers(0, 2**64 - 1, count, dtype=np.uint64, endpoint=True))  # fmt: skip
        codes[:2] = 0, (1 << f.bits) - 1
        columns.append(codes.astype(f"u{f.storage_bytes}"))
    raised = rng.integers(0, 32, count).astype(np.uint8) if flags else None
    return Cases(tuple(columns[:-1]), columns[-1], raised)


def written(name, op, *batches):
    """The text of these batches."""
    stream = io.BytesIO()
    assert LAYOUTS[name].write(stream, op, batches) == sum(map(len, batches))
    return stream.getvalue()


def read(name, op, text):
    """All cases of a text, in one batch."""
    parts = list(LAYOUTS[name].read(io.BytesIO(text), op))
    columns = zip(*(p.operands for p in parts), strict=True)
    flags = None if parts[0].flags is None else np.concatenate([p.flags for p in parts])
    return Cases(
        tuple(np.concatenate(c) for c in columns), np.concatenate([p.results for p in parts]), flags,
        np.concatenate([p.lines for p in parts]),
    )  # fmt: skip


def one_nan(f, codes):
    """FPgen names NaNs by two letters: each quiet one is the same, and so is each signalling one."""
    if (
        f.family != "float"
        or f.rounding != "nearest_even"
        or (f.exp, f.man) not in {(5, 10), (8, 23), (11, 52)}
    ):
        return codes  # fmt: skip
    top = ((1 << f.exp) - 1) << f.man
    fraction = codes & codes.dtype.type((1 << f.man) - 1)
    is_nan = ((codes & codes.dtype.type(top)) == top) & (fraction != 0)
    quiet = fraction >> codes.dtype.type(f.man - 1) == 1
    return np.where(is_nan, np.where(quiet, top | 1 << (f.man - 1), top | 1), codes)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(("text", "op", "to"), OPERATORS)
def test_what_was_written_is_read(name, text, op, to):
    op = operation(text, op, to=to)
    first, second = cases_of(op), cases_of(op, 300)
    found = read(name, op, written(name, op, first, second))
    formats = (*op.operands, op.result)
    for f, got, one, two in zip(
        formats, (*found.operands, found.results), (*first.operands, first.results),
        (*second.operands, second.results), strict=True,
    ):  # fmt: skip
        wanted = np.concatenate([one, two])
        assert got.dtype == wanted.dtype
        assert np.array_equal(got, one_nan(f, wanted) if name == "fptest" else wanted)
    assert found.flags.tolist() == [*first.flags, *second.flags]
    assert (np.diff(found.lines) == 1).all()


@pytest.mark.parametrize("name", LAYOUTS)
def test_flags_may_be_missing(name):
    op = operation("posit16", "add")
    cases = cases_of(op, flags=False)
    found = read(name, op, written(name, op, cases))
    assert np.array_equal(found.results, cases.results)
    if name == "fptest":  # its lines always say which are up
        assert not found.flags.any()
    else:
        assert found.flags is None


@pytest.mark.parametrize("name", LAYOUTS)
def test_lines_are_those_of_the_file(name):
    op = operation("posit16", "add")
    cases = cases_of(op)
    text = written(name, op, cases)
    found = read(name, op, text)
    lines = text.split(b"\n")
    last = f"{cases.results[-1]:04X}".encode()
    assert last in lines[found.lines[-1] - 1]
    assert f"{cases.results[0]:04X}".encode() in lines[found.lines[0] - 1]


@pytest.mark.parametrize("name", LAYOUTS)
def test_texts_of_other_systems_are_read(name):
    op = operation("posit16", "add")
    cases = cases_of(op)
    text = written(name, op, cases)
    for other in (text.replace(b"\n", b"\r\n"), text.rstrip(b"\n"), text.replace(b"\n", b"  \n\n")):
        found = read(name, op, other)
        assert np.array_equal(found.operands[1], cases.operands[1])
        assert np.array_equal(found.results, cases.results)
        assert np.array_equal(found.flags, cases.flags)


def test_testfloat_is_what_testfloat_prints():
    op = operation("binary32", "add")
    cases = Cases(tuple(np.array([c], "u4") for c in (0x8683F7FF, 0xC07F3FFF)),
                  np.array([0xC07F3FFF], "u4"), np.array([1], "u1"))  # fmt: skip
    assert written("testfloat", op, cases) == b"8683F7FF C07F3FFF C07F3FFF 01\n"


def test_testfloat_reads_comments_and_lower_case():
    text = b"# a comment\n\n  4a00\t4B00  4c00 1f // why\n4000 4800 4C00 00\r\n"
    found = read("testfloat", operation("posit16", "add"), text)
    assert found.operands[0].tolist() == [0x4A00, 0x4000]
    assert found.flags.tolist() == [31, 0]
    assert found.lines.tolist() == [3, 4]


def test_testfloat_may_have_operands_only():
    op = operation("posit<7,es=0>", "add")
    cases = Cases((np.array([1], "u1"), np.array([0x7F], "u1")))
    assert written("testfloat", op, cases) == b"01 7F\n"
    with pytest.raises(ValueError, match="no results; only the layout testfloat"):
        written("json", op, cases)


def test_json_is_json():
    op = operation("binary32", "convert", to="posit16")
    lines = [json.loads(line) for line in written("json", op, cases_of(op, 3)).splitlines()]
    assert lines[0] == {"format": "float<exp=8,man=23>", "op": "convert", "mode": "nearest_even",
                        "to": "posit<16,es=2>"}  # fmt: skip
    assert lines[2]["operands"] == ["FFFFFFFF"]
    text = b'{"operands": [4286578688], "result": 5, "flags": 3}\n'
    assert read("json", op, text).operands[0].tolist() == [0xFF800000]
    named = b'{"format": "binary32", "op": "convert", "to": "posit16"}\n'
    assert read("json", op, named + text).results.tolist() == [5]


def test_a_memory_says_where_its_fields_are():
    op = operation("posit<7,es=0>", "add")
    cases = Cases((np.array([1], "u1"), np.array([0x7F], "u1")), np.array([2], "u1"))
    text = written("readmemh", op, cases)
    assert text.splitlines()[1:] == [b"// word[23:0] = {operand1[23:16], operand2[15:8], result[7:0]}", b"01_7F_02"]  # fmt: skip
    assert read("readmemh", op, b"017F02 // or so\n").results.tolist() == [2]
    assert read("readmemh", op, b"/* a */ 017F0211\n").flags.tolist() == [17]


@pytest.mark.parametrize("name", LAYOUTS)
def test_batches_are_alike_and_not_empty(name):
    op, layout = operation("posit16", "add"), LAYOUTS[name]
    assert isinstance(layout, Layout)
    assert layout.name == name
    assert layout.summary
    with pytest.raises(ValueError, match="no cases to write"):
        written(name, op)
    if name != "fptest":
        with pytest.raises(ValueError, match="some batches have results or flags"):
            written(name, op, cases_of(op), cases_of(op, flags=False))
    with pytest.raises(TypeError, match="the stream is of text"):
        list(layout.read(io.StringIO("4000 4000 4800\n"), op))


def test_the_error_names_its_line():
    error = LayoutError(7, "x" * 99, "too long")
    assert (error.line, error.problem) == (7, "too long")
    assert str(error) == f"line 7: '{'x' * 60}...': too long"
