# SPDX-License-Identifier: BSD-3-Clause
"""What do the tables of the core look like in C, DPI-C and SystemVerilog?

    generate.py FILE INCLUDE_FOLDER VERSION ABI > FILE

FILE: numformats.h, named_operations.c, numformats_dpi.h, dpi_operations.c or numformats_pkg.sv.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^NF_(?:OP|FUNCTION)\((\w+),\s*(\w+),", re.MULTILINE)
TABLE = re.compile(r'#define NF_OP\(.*?\n#include "nf_ops\.def"\n#undef NF_OP\n', re.DOTALL)
HEAD = "/* SPDX-License-Identifier: BSD-3-Clause */\n"


@dataclass(frozen=True)
class Kind:
    """The operands of an operation, its result, and a second result."""

    operands: str  # t: a code, l: an integer
    result: str  # t: a code, b: a truth
    second: str = ""  # t, or i: an exponent


KINDS = {
    "T_T": Kind("t", "t"),
    "TT_T": Kind("tt", "t"),
    "TTT_T": Kind("ttt", "t"),
    "T_B": Kind("t", "b"),
    "TT_B": Kind("tt", "b"),
    "T_TT": Kind("t", "t", "t"),
    "TT_TT": Kind("tt", "t", "t"),
    "T_TI": Kind("t", "t", "i"),
    "TI_T": Kind("tl", "t"),
}


def operations(include: Path) -> list[tuple[str, Kind]]:
    """Every row of the table of operations, in its order."""
    text = "".join((include / f"nf_{name}.def").read_text() for name in ("ops", "functions"))
    return [(name, KINDS[kind]) for name, kind in ROW.findall(text)]


def named(kind: Kind, types: dict[str, str]) -> list[str]:
    """The operands with their types: a, b, c are codes, k is an integer."""
    return [f"{types[t]}{'k' if t == 'l' else 'abc'[i]}" for i, t in enumerate(kind.operands)]


# ---- C -------------------------------------------------------------------------------------------

C = {"t": "uint64_t ", "l": "int64_t ", "b": "bool ", "i": "int32_t "}


def prototype(name: str, kind: Kind) -> str:
    """The declaration of an operation, without its semicolon."""
    second = [f"{C[kind.second]}*second"] if kind.second else []
    words = ["const nf_format *format", *named(kind, C), *second, "nf_env *env"]
    return f"{C[kind.result]}nf_{name}({', '.join(words)})"


def types(path: Path, rows: list[tuple[str, Kind]]) -> str:
    """A header of types of the core, between its first and its last line, tables written out."""
    text = path.read_text().split("*/\n", 2)[2]
    text = re.sub(r"#include [^\n]*\n", "", TABLE.sub("@ENUM@", text))
    return text.strip().replace("@ENUM@", "".join(f"    NF_OP_{name},\n" for name, _ in rows))


def header(include: Path, rows: list[tuple[str, Kind]]) -> str:
    """Fill numformats.h.in."""
    text = (HERE / "numformats.h.in").read_text()
    parts = {
        "@TYPES@": types(include / "nf_types.h", rows),
        "@MODELS@": types(include / "nf_models.h", rows),
        "@OPERATIONS@": "\n".join(f"NF_API {prototype(*row)};" for row in rows),
    }
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def named_operations(rows: list[tuple[str, Kind]]) -> str:
    """The functions that numformats.h declares for operations."""
    functions = []
    for name, kind in rows:
        words = zip(kind.operands, named(kind, C), strict=True)
        operands = ", ".join(f"(uint64_t){word[len(C[t]) :]}" for t, word in words)
        second = f"    *second = ({C[kind.second].strip()})out[1];\n" if kind.second else ""
        result = "out[0] != 0" if kind.result == "b" else "out[0]"
        functions.append(
            f"\n{prototype(name, kind)}\n{{\n    const uint64_t in[] = {{{operands}}};\n"
            f"    uint64_t out[2] = {{0, 0}};\n"
            f"    if (nf_operate(format, NF_OP_{name}, in, out, env) != NF_OK)\n"
            f"        nf_leave(env, NF_REFUSED);\n{second}    return {result};\n}}\n"
        )
    question = "/* What does each operation do that is called by its name? */\n"
    return HEAD + question + '#include "library.h"\n' + "".join(functions)


# ---- DPI-C ---------------------------------------------------------------------------------------

DPI = {"t": "unsigned long long ", "l": "long long ", "b": "unsigned ", "i": "int "}


def dpi_prototype(name: str, kind: Kind) -> str:
    """The same for SystemVerilog."""
    second = [f"{DPI[kind.second]}*second"] if kind.second else []
    words = ["void *context", *named(kind, DPI), *second]
    return f"{DPI[kind.result]}nf_dpi_{name}({', '.join(words)})"


def dpi_header(rows: list[tuple[str, Kind]]) -> str:
    """Fill numformats_dpi.h.in."""
    text = (HERE / "numformats_dpi.h.in").read_text()
    return text.replace("@OPERATIONS@", "\n".join(f"NF_API {dpi_prototype(*row)};" for row in rows))


def dpi_operations(rows: list[tuple[str, Kind]]) -> str:
    """The functions that numformats_dpi.h declares for operations."""
    functions = []
    for name, kind in rows:
        words = [
            word[len(DPI[t]) :] for t, word in zip(kind.operands, named(kind, DPI), strict=True)
        ]
        other = f"    {C[kind.second]}other = 0;\n" if kind.second else ""
        words = ["&own->format", *words, *["&other"] * bool(kind.second), "&own->env"]
        back = "    *second = other;\n" if kind.second else ""
        functions.append(
            f"\n{dpi_prototype(name, kind)}\n{{\n    nf_dpi_context *own = context;\n{other}"
            f"    {C[kind.result]}result = nf_{name}({', '.join(words)});\n{back}"
            f"    own->env.index++;\n    return result;\n}}\n"
        )
    question = "/* What does each operation do that SystemVerilog calls? */\n"
    return HEAD + question + '#include "dpi.h"\n' + "".join(functions)


# ---- SystemVerilog -------------------------------------------------------------------------------

SV = {
    "void *": "chandle ", "const char *": "string ", "unsigned long long ": "longint unsigned ",
    "long long ": "longint ", "unsigned ": "int unsigned ", "int ": "int ", "double ": "real ",
    "void ": "void ",
}  # fmt: skip
PROTOTYPE = re.compile(r"^NF_API (.*?)\bnf_dpi_(\w+)\(([^)]*)\);", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"/\* (.*?) \*/", re.DOTALL)
# Names that SystemVerilog has for itself.
KEYWORDS = {"context": "handle"}


def sv_argument(word: str) -> str:
    """`unsigned long long a` is `input longint unsigned a`, `int *second` an output."""
    is_output = "*second" in word
    word = word.replace("*second", "second")
    c_type = next(c for c in SV if word.startswith(c))
    name = word.removeprefix(c_type)
    return f"{'output' if is_output else 'input'} {SV[c_type]}{KEYWORDS.get(name, name)}"


def package(rows: list[tuple[str, Kind]], version: str) -> str:
    """The package of SystemVerilog, from the prototypes of numformats_dpi.h."""
    text = dpi_header(rows)
    lines = [
        "// SPDX-License-Identifier: BSD-3-Clause",
        "// What of libnumformats can SystemVerilog call?  numformats_dpi.h says what each does.",
        "//",
        f"// numformats {version}; made from the table of operations by cbits/library/generate.py.",
        "package numformats_pkg;",
        "  // Status flags, as nf_take_flags gives them.",
        "  localparam int unsigned NF_INVALID = 1, NF_DIVIDE = 2, NF_OVERFLOW = 4, NF_REFUSED = 8;",
        "",
    ]
    for result, name, words in PROTOTYPE.findall(text):
        arguments = ", ".join(sv_argument(" ".join(w.split())) for w in words.split(","))
        kind = SV[" ".join(result.split()) + ("" if result.endswith("*") else " ")]
        lines.append(f'  import "DPI-C" nf_dpi_{name} = function {kind}nf_{name}({arguments});')
    return "\n".join([*lines, "endpackage", ""])


def main() -> None:
    """Write the wanted file to stdout."""
    wanted, include, version, abi = sys.argv[1:]
    rows = operations(Path(include))
    made = {
        "numformats.h": lambda: header(Path(include), rows),
        "named_operations.c": lambda: named_operations(rows),
        "numformats_dpi.h": lambda: dpi_header(rows),
        "dpi_operations.c": lambda: dpi_operations(rows),
        "numformats_pkg.sv": lambda: package(rows, version),
    }[wanted]()
    sys.stdout.write(made.replace("@VERSION@", version).replace("@ABI@", abi))


if __name__ == "__main__":
    main()
