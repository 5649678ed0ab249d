# SPDX-License-Identifier: BSD-3-Clause
"""Do the tools that layouts are for read them: compilers of C and C++, $readmemh, and json?"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from numformats.hardware import LAYOUTS, operation, vectors

MAIN = """
#include <stdio.h>
#include "cases.h"
#include "cases.h.second"
int main(void) {
    for (unsigned i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        printf("%03llX %03llX %05llX %02X\\n", (unsigned long long)CASES[i].operand1,
               (unsigned long long)CASES[i].operand2, (unsigned long long)CASES[i].result,
               CASES[i].flags);
    return sizeof SECOND[0] == 0;
}
"""
BENCH = """
module bench;
    reg [WORD:0] words [0:COUNT - 1];
    integer i;
    initial begin
        $readmemh("cases.hex", words);
        for (i = 0; i < COUNT; i = i + 1)
            $display("%h %h %h %h", words[i]OPERAND1, words[i]OPERAND2, words[i]RESULT, words[i]FLAGS);
        $finish;
    end
endmodule
"""


@pytest.fixture
def cases():
    """An operation whose fields have three widths, none of them whole bytes, and its vectors."""
    op = operation("takum_linear<11>", "sub")
    return op, list(vectors(op, count=300))


def write(layout, path, op, batches):
    stream = io.BytesIO()
    LAYOUTS[layout].write(stream, op, batches)
    path.write_bytes(stream.getvalue())
    return stream.getvalue().decode()


def lines_of(batches, digits):
    """What TestFloat's layout has, with other numbers of digits."""
    for b in batches:
        for row in zip(*b.operands, b.results, b.flags, strict=True):
            yield " ".join(f"{int(c):0{n}X}" for c, n in zip(row, digits, strict=True))


@pytest.mark.parametrize(("compiler", "options"), [("cc", "-std=c99"), ("c++", "-std=c++11")])
def test_headers_compile(cases, compiler, options, tmp_path):
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler}")
    op, batches = cases
    text = write("c", tmp_path / "cases.h", op, batches)
    other = operation("posit64", "fma")
    second = write("c", tmp_path / "cases.h.second", other, vectors(other, count=20))
    main = MAIN.replace("CASES", re.search(r"(\w+)\[\]", text)[1])
    (tmp_path / "main.c").write_text(main.replace("SECOND", re.search(r"(\w+)\[\]", second)[1]))
    command = [compiler, options, "-Wall", "-Wextra", "-Werror", "-o", "main", "main.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    said = subprocess.run(["./main"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [*lines_of(batches, (3, 3, 5, 2))]


def test_verilog_reads_its_memory(cases, tmp_path):
    if shutil.which("iverilog") is None:
        pytest.skip("there is no iverilog (Icarus Verilog)")
    op, batches = cases
    text = write("readmemh", tmp_path / "cases.hex", op, batches)
    bench = BENCH.replace("COUNT", str(sum(map(len, batches))))
    bench = bench.replace("WORD", re.search(r"word\[(\d+):0\]", text)[1])
    for name, bits in re.findall(r"(\w+)(\[\d+:\d+\])[,}]", text):
        bench = bench.replace(f"]{name.upper()}", f"]{bits}")
    (tmp_path / "bench.v").write_text(bench)
    subprocess.run(["iverilog", "-o", "bench", "bench.v"], cwd=tmp_path, check=True)
    said = subprocess.run(
        ["vvp", "bench"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.upper().splitlines() == [*lines_of(batches, (3, 3, 3, 2))]


def test_json_is_read_line_by_line(cases, tmp_path):
    op, batches = cases
    about, *rows = map(
        json.loads, write("json", tmp_path / "cases.jsonl", op, batches).splitlines()
    )
    assert (about["op"], about["format"]) == ("sub", "takum_linear<11>")
    results = np.concatenate([b.results for b in batches])
    assert [int(row["result"], 16) for row in rows] == results.tolist()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("name", "op", "to"),
    [("posit16", "lt", None), ("posit16", "dot:4", None), ("binary32", "vcomp", None),
     ("binary32", "convert", "int32"), ("uint64", "convert", "posit16")],
)  # fmt: skip
def test_other_operations_have_the_same_layouts(layout, name, op, to):
    op = operation(name, op, to=to)
    batches = list(vectors(op, count=200))
    stream = io.BytesIO()
    LAYOUTS[layout].write(stream, op, batches)
    [found] = LAYOUTS[layout].read(io.BytesIO(stream.getvalue()), op)
    assert len(found.operands) == len(op.operands)
    assert found.flags.tolist() == np.concatenate([b.flags for b in batches]).tolist()
    if layout != "fptest":  # where NaNs have no payload
        assert found.results.tolist() == np.concatenate([b.results for b in batches]).tolist()
