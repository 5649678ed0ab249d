# SPDX-License-Identifier: BSD-3-Clause
"""Is a file that is not in its layout refused with the line and a sentence, after what was right?"""

from __future__ import annotations

import io

import numpy as np
import pytest

from numformats.hardware import LAYOUTS, Cases, LayoutError, operation

ADD = operation("posit<7,es=0>", "add")
ROOT = operation("binary32", "sqrt")
GOOD = {
    "testfloat": b"01 02 03 00\n",
    "fptest": b"posit<7,es=0>+ =0 0x01 0x02 -> 0x03\n",
    "json": b'{"operands": ["01", "02"], "result": "03", "flags": "00"}\n',
    "readmemh": b"01_02_03_00\n",
    "c": b"    {0x01, 0x02, 0x03, 0x00},\n",
}
OTHER = b"{0x01, 0x02, 0x03, 0x00}"


def refused(name, text, op=ADD):
    """The error, and how many cases came before it."""
    count = 0
    batches = LAYOUTS[name].read(io.BytesIO(text), op)
    try:
        for batch in batches:
            count += len(batch)
    except LayoutError as error:
        return error, count
    pytest.fail("nothing was refused")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"01 02", "2 fields; the lines before have 4"),
        (b"01 02 03", "3 fields; the lines before have 4"),
        (b"01 02 03 00 00", "5 fields; the lines before have 4"),
        (b"01 0x 03 00", "operand2 '0x' is not hexadecimal"),
        (b"01 -2 03 00", "operand2 '-2' is not hexadecimal"),
        (b"01 1_ 03 00", "operand2 '1_' is not hexadecimal"),
        (b"01 002 03 00", "operand2 '002' has 3 digits; expected 2 (posit<7,es=0>)"),
        (b"1 02 03 00", "operand1 '1' has 1 digit; expected 2 (posit<7,es=0>)"),
        (b"80 02 03 00", "operand1 '80' does not fit the 7 bits of posit<7,es=0>"),
        (b"01 02 FF 00", "result 'FF' does not fit the 7 bits of posit<7,es=0>"),
        (b"01 02 03 20", "flags '20' does not fit the 5 bits of five flags"),
        (b"01 02 03 \x00\x00", "byte 0x00; expected text in ASCII"),
        (b"01 02 03 \xc3\xa9", "byte 0xC3; expected text in ASCII"),
    ],
)
@pytest.mark.parametrize("before", [0, 3, 300, 9000])
def test_a_bad_line_is_named(line, problem, before):
    # Some of them are of the length of the good ones, and some are not.
    text = GOOD["testfloat"] * (before + 1) + line + b"\n" + GOOD["testfloat"] * 5
    error, count = refused("testfloat", text)
    assert (error.line, error.problem) == (before + 2, problem)
    assert count == before + 1
    assert repr(error.text) in str(error)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_file_without_cases_is_an_error(name):
    for text in (b"", b"\n\n", b"// nothing\n" if name != "json" else b"\n"):
        error, count = refused(name, text)
        assert "the file has no cases" in str(error)
        assert count == 0


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("cut", [2, 3, 4, 5])
def test_the_last_line_may_be_cut(name, cut):
    # Only an end of line may be missing: what is left of a field is no field.
    stream = io.BytesIO()
    rows = np.arange(40, dtype=np.uint8)
    LAYOUTS[name].write(stream, ADD, [Cases((rows, rows), rows, rows % 32)])
    text = stream.getvalue()
    if name == "c":
        text = text[: text.rindex(b"};")]
    error, count = refused(name, text[: -cut - (name == "fptest") * 10])
    assert count in {39, 40}
    assert error.line >= text.count(b"\n")


@pytest.mark.parametrize("name", LAYOUTS)
def test_binary_files_are_no_text(name):
    noise = np.random.default_rng(1).integers(0, 256, 300_000).astype(np.uint8).tobytes()
    for text in (noise, bytes(10_000), b"7" * 10_000, GOOD[name] + noise):
        assert refused(name, text)[0].line >= 1


@pytest.mark.parametrize("name", [n for n in LAYOUTS if n != "testfloat"])
def test_each_layout_says_what_it_expects(name):
    bad = {
        "fptest": [
            (b"posit<7,es=0>+ =0 0x01 -> 0x03", "1 operand; expected 2"),
            (b"posit<7,es=0>+ =0 0x01 0x02 ->", "no result"),
            (b"posit<7,es=0>+ =0 0x01 0x02 0x03", "no ->"),
            (b"posit<7,es=0>+ =0 0x01 0x02 -> 0x03 y", "flags 'y'"),
            (b"posit<7,es=0>+ =0 0x01 0x002 -> 0x03", "expected 0x and 2 hexadecimal digits"),
            (b"posit<7,es=0>+ =0 0x01 0x82 -> 0x03", "does not fit the 7 bits"),
            (b"posit<7,es=0>+ =0 +1.0P0 0x02 -> 0x03", "expected a code of posit<7,es=0>"),
        ],
        "json": [
            (b'{"operands": ["01", "02"], "result": "03"', "no JSON: "),
            (b"[1, 2, 3]", 'expected {"operands": [...]'),
            (b'{"operands": ["01"], "result": "03"}', "1 operand; add has 2"),
            (b'{"operands": ["01", true], "result": "03"}', "True is neither hexadecimal text nor"),
            (b'{"operands": ["01", -5], "result": 3, "flags": 0}', "'-5' is not hexadecimal"),
            (b'{"operands": ["01", 300], "result": 3, "flags": 0}', "'12C' has 3 digits"),
            (b'{"op": "mul"}', "expected op add, mode nearest_even"),
            (b'{"op": "add", "format": "posit8"}', "format posit8; expected posit<7,es=0>"),
            (b'{"op": "add", "format": "posit99"}', "unknown format 'posit99'"),
        ],
        "readmemh": [
            (b"01_02_03", "3 fields; the lines before have 4"),
            (b"01_02_03_00 01_02_03_00", "2 words; expected one in a line"),
            (b"0102030", "a word of 7 digits; expected 6, or 8 with flags"),
            (b"@10", "a word of 3 digits"),
            (b"01_02_0x_00", "result '0x' is not hexadecimal"),
        ],
        "c": [
            (b"{0x01, 0x02, 0x03},", "3 fields; the lines before have 4"),
            (b"{0x01, 2, 0x03, 0x00},", "expected numbers that begin with 0x"),
            (b"0x01, 0x02, 0x03, 0x00", "expected {0x..., 0x..., ...},"),
            (OTHER + b", " + OTHER, "expected numbers that begin with 0x"),
        ],
    }  # fmt: skip
    for line, problem in bad[name]:
        error, count = refused(name, GOOD[name] + line + b"\n" + GOOD[name])
        assert problem in error.problem, line
        assert (error.line, count) == (2, 1)


def test_an_array_of_c_has_an_end():
    error, count = refused("c", GOOD["c"] * 3)
    assert str(error) == "line 4: the file ends without '};'"
    assert count == 3


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("+1.FFFFFFP0", "a fraction of 23 bits in 6 digits"),
        ("+1.00000P0", "a fraction of 23 bits in 6 digits"),
        ("+0.000001P-125", "no number of b32 with that exponent"),
        ("+0.000000P-126", "no number of b32 with that exponent"),
        ("+1.000000P128", "no number of b32 with that exponent"),
        ("0x1p0", "expected 0x and 8 hexadecimal digits"),
        ("Nan", "is no number; such are +1.000000P0, -Zero, +Inf, Q, S"),
    ],
)
def test_numbers_of_fpgen_are_checked(number, problem):
    error, _ = refused("fptest", f"b32V =0 {number} -> +Zero\n".encode(), ROOT)
    assert problem in error.problem


def test_suites_of_fpgen_are_read():
    text = (
        b"Copyright of somebody \xa9\nand more\n\n"
        b"b32V =0 i +1.7FFFFFP127 -> +1.7FFFFFP63 x\r\n"
        b"b32V =0 +0.7FFFFFP-126 -> +1.7FFFFFP-64 x\n"
        b"b32V =0 i -Inf -> # i\nb32V =0 xu +1.000000P0 -> +1.000000P1 xu\n"
        b"b32* > +1.000000P0 +1.000000P0 -> +1.000000P0\nb32V > +Zero -> +Zero\n"
        b"b32V =0 Q -> Q\nb32V =0 S -> 0x7FC00000 i\nb32V =0 -Zero -> -Zero v\n"
    )
    [found] = LAYOUTS["fptest"].read(io.BytesIO(text), ROOT)
    assert found.lines.tolist() == [4, 5, 10, 11, 12]
    assert [hex(c) for c in found.operands[0]] == ["0x7f7fffff", "0x7fffff", "0x7fc00000", "0x7f800001", "0x80000000"]  # fmt: skip
    assert [hex(c) for c in found.results] == ["0x5f7fffff", "0x1fffffff", "0x7fc00000", "0x7fc00000", "0x80000000"]  # fmt: skip
    assert found.flags.tolist() == [1, 1, 0, 16, 2]
    error, _ = refused("fptest", text, operation("binary32", "div"))
    assert str(error).endswith("no cases of b32/ =0; it has b32V =0, b32* >, b32V >")


def test_a_million_lines():
    rng = np.random.default_rng(5)
    op, count = operation("posit16", "add"), 1 << 20
    columns = [rng.integers(0, 1 << 16, count).astype(np.uint16) for _ in range(3)]
    stream = io.BytesIO()
    LAYOUTS["testfloat"].write(stream, op, [Cases(tuple(columns[:2]), columns[2])])
    # Blank lines and comments here and there are no cliff, and no fault.
    lines = stream.getvalue().split(b"\n")
    lines[1000::50_000] = [line + b" # here" for line in lines[1000::50_000]]
    stream = io.BytesIO(b"\n".join(lines))
    batches = list(LAYOUTS["testfloat"].read(stream, op))
    assert max(map(len, batches)) <= 1 << 17
    assert np.array_equal(np.concatenate([b.results for b in batches]), columns[2])
    assert np.array_equal(np.concatenate([b.lines for b in batches]), np.arange(1, count + 1))
