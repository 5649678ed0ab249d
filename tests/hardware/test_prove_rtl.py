# SPDX-License-Identifier: BSD-3-Clause
"""Are right designs proved, and wrong ones refuted by an input that the oracle confirms?"""

from __future__ import annotations

from pathlib import Path

import pytest

from numformats.hardware.equivalence import Counterexample, EquivalenceError, Proof, claim, prove
from numformats.hardware.equivalence.design import find_yosys
from numformats.hardware.equivalence.ports import decoder_ports
from numformats.hardware.equivalence.report import lines
from numformats.parse import as_format
from planted_rtl import BUGS, plant
from rtl_simulation import DESIGNS
from rtl_texts import ADDER, NARROW, NARROW_RIGHT, PIPED, put

pytest.importorskip("bitwuzla", reason="bitwuzla is not installed")
try:
    find_yosys()
except EquivalenceError as error:
    pytest.skip(str(error), allow_module_level=True)

POSITS = [str(DESIGNS / f"posit_{n}.v") for n in ("decoder", "encoder")]
POSITS += [str(DESIGNS / f"{n}.v") for n in ("normalizer", "posit16_decoder", "posit16_encoder")]
B16 = {"N": 16, "RS": 6, "ES": 5}


@pytest.mark.parametrize(
    ("top", "text", "kind", "parameters"),
    [
        ("posit16_decoder", "posit16", "decode", {}),
        ("posit16_encoder", "posit16", "encode", {}),
        ("posit_decoder", "bposit16", "decode", B16),
        ("posit_encoder", "bposit16", "encode", {**B16, "SW": 10, "W": 10}),
        ("posit_decoder", "posit32", "decode", {"N": 32, "RS": 31}),
    ],
)
def test_our_decoders_and_encoders_are_proved(top, text, kind, parameters):
    found = prove(POSITS, top, text, kind, parameters=parameters)
    assert found
    assert isinstance(found, Proof)
    assert found.counterexample is None


def _codec(bug):
    """What a bug in the decoder or the encoder is held against."""
    return "decode" if bug.file == "posit_decoder.v" else "encode"


PLANTED = {(b.file, b.mutated): b for b in BUGS if b.file in ("posit_decoder.v", "posit_encoder.v")}
# A counterexample and its neighbours do not tell what `check` sees in thousands of answers.
ONE_CASE = {
    "tiny results lose their sign": "underflow",
    "no rounding without fraction bits": "sticky",  # in these rows it only truncates
}


@pytest.mark.parametrize("bug", PLANTED.values(), ids=str)
def test_a_planted_bug_is_refuted(bug, tmp_path):
    kind, folder = _codec(bug), plant(tmp_path, bug)
    files = [str(folder / f"{n}.v") for n in ("posit_decoder", "posit_encoder", "normalizer")]
    parameters = {"N": 16} if kind == "decode" else {"N": 16, "W": 16}
    found = prove(files, f"posit_{kind}r", "posit16", kind, parameters=parameters)
    assert found.verdict == "refuted"
    assert isinstance(found.counterexample, Counterexample)
    assert found.diagnosis is not None
    assert found.diagnosis.kind == ONE_CASE.get(bug.name, bug.kind), found.diagnosis
    assert "must be" in "\n".join(lines(found))


def test_an_operator_of_8_bits_is_proved():
    parameters = {"N": 8, "RS": 7, "ES": 2}
    found = prove(ADDER, "posit_adder", "posit8", "add", parameters=parameters)
    assert found
    assert found.input_bits == 16


def test_a_wrong_operator_is_refuted(tmp_path):
    bug = next(b for b in BUGS if b.kind == "tie" and "away" in b.name)
    folder = plant(tmp_path, bug)
    files = [path.replace(str(DESIGNS), str(folder)) for path in ADDER]
    parameters = {"N": 8, "RS": 7, "ES": 2}
    found = prove(files, "posit_adder", "posit8", "add", parameters=parameters)
    assert found.verdict == "refuted"
    assert found.diagnosis.kind == "tie"


def test_a_conversion_by_cutting_loses_nans(tmp_path):
    how = {"to": "float8_e5m2", "mode": "toward_zero"}
    wrong = prove([put(tmp_path, NARROW)], "narrow", "binary16", "convert", **how)
    assert wrong.verdict == "refuted"
    assert wrong.diagnosis.kind == "nar"
    code = wrong.counterexample.inputs["a"]
    assert code & 0x7C00 == 0x7C00
    assert code & 0x03FF
    assert prove([put(tmp_path, NARROW_RIGHT)], "narrow", "binary16", "convert", **how)


DECODER = "module d(input [7:0] in, output s, z, output [5:0] e, output [3:0] m); {} endmodule"


def test_ports_have_other_names_and_may_be_left_out(tmp_path):
    text = Path(POSITS[0]).read_text("utf-8") + DECODER.format(
        "posit_decoder #(.N(8)) u(.code(in), .sign(s), .zero(z), .nar(), .scale(e), .significand(m));"
    )
    names = {"code": "in", "sign": "s", "zero": "z", "scale": "e", "significand": "m"}
    files = [put(tmp_path, text), str(DESIGNS / "normalizer.v")]
    with pytest.raises(EquivalenceError, match="d has no port 'nar'"):
        prove(files, "d", "posit8", "decode", ports=names)
    found = prove(files, "d", "posit8", "decode", ports={**names, "nar": "-"})
    assert found
    assert found.left_out == ("nar",)


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("module d(input a; endmodule", {}, "design.v:1: syntax error"),
        ("module e(); endmodule", {}, "Module `d' not found"),
        ("module d(); endmodule", {}, "No top module found"),
        (PIPED.replace("piped", "d"), {}, "Module `\\\\posit_adder'"),
        (DECODER.format("assign s = in[0];"), {}, "no port 'code'; it has: in, s, z, e, m"),
        (DECODER.format("assign s = in[0];"), {"ports": {"code": "s"}}, "port 's' of d is output; code is input"),
        (DECODER.format("assign s = in[0];").replace("in,", "code,").replace("in[0]", "code[0]").replace("[7:0]", "[8:0]"), {}, "9 bits; code has 8"),
        (DECODER.format("assign s = in[0];"), {"ports": {"cod": "in"}}, "names 'cod'; allowed: code, sign"),
        (DECODER.format("assign s = in[0];"), {"ports": {"code": "-"}}, "port 'code' cannot be left out"),
        (DECODER.format("assign s = in[0];"), {"parameters": {"N": 8}}, "design.v:1: Can't find object for defparam `N`"),
        ("module d(input clk, input [7:0] a, b, output reg [7:0] result); always @(posedge clk) result <= a; endmodule",
         {"kind": "add"}, r"registers, latches or memories \(\$dff at .*design.v:1"),
        ("module d(input [7:0] a, b, input carry, output [7:0] result); assign result = a; endmodule",
         {"kind": "add"}, "input port 'carry' of d has no meaning"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text, options, reason, tmp_path):
    kind = options.pop("kind", "decode")
    with pytest.raises(EquivalenceError, match=reason):
        prove([put(tmp_path, text)], "d", "posit8", kind, **options)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("decode", "posit64"), "posit<64,es=2> has 64 bits; allowed: up to 32"),
        (("encode", "fixed<8,frac=2,overflow=wrap>"), "beyond its ends wraps"),
        (("encode", "mlu32"), "part of each operation"),
        (("add", "posit16"), "have 32 bits; allowed: up to 16"),
        (("plus", "posit8"), "unknown operation 'plus'"),
    ],
)
def test_what_cannot_be_claimed_is_told(arguments, reason):
    with pytest.raises(ValueError, match=reason):
        claim(*arguments)


def test_a_narrow_encoder_cannot_have_a_sticky_bit(tmp_path):
    text = "module e(input sign, zero, nar, sticky, input [7:0] scale, input [3:0] significand, output [7:0] code); assign code = scale; endmodule"
    with pytest.raises(EquivalenceError, match="have 4 bits; with a sticky port .* needs 5"):
        prove([put(tmp_path, text)], "e", "posit8", "encode")


def test_the_widths_of_the_reference_are_right():
    page = (DESIGNS.parents[1] / "reference" / "rtl-ports.md").read_text("utf-8")
    rows = [
        [w.strip() for w in line.split("|")[1:-1]] for line in page.splitlines() if "| " in line
    ]
    rows = [row for row in rows if len(row) == 4 and row[1].isdigit()]
    assert len(rows) > 5
    for name, *widths in rows:
        ports = {p.name: p.least for p in decoder_ports(as_format(name))}
        assert [str(ports[p]) for p in ("code", "scale", "significand")] == widths, name
