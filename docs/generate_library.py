# SPDX-License-Identifier: BSD-3-Clause
"""Which functions does libnumformats have?  Writes docs/reference/libnumformats.md from the header.

    python docs/generate_library.py

tests/library/test_library_docs.py holds the page against the header.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numformats as nf

PAGE = Path(__file__).parent / "reference" / "libnumformats.md"
SECTION = re.compile(r"/\* ---- (.*?) -+ \*/\n")
ITEM = re.compile(r"(?:/\* (?P<comment>(?:(?!\*/).)*?) \*/\n)?(?P<code>NF_API [^;]*;)", re.DOTALL)
HEAD = """# libnumformats

Every function of `numformats.h` {version}, from the header by `python docs/generate_library.py`. How to compile and link:
[Use formats from C, C++ and SystemVerilog](../how-to/use-from-c.md).

{rules}

**Stability.** The soname is `libnumformats.so.{abi}`. Its number, `NUMFORMATS_ABI`, changes with every change of a function, structure or
enumerator that a compiled program could notice; new functions do not change it. Structures are as large as the header says, and belong to the
caller. The library exports the functions of this page and of `numformats_dpi.h`, and nothing else.
"""


def rules(text: str) -> str:
    """What the head of the header says, as a list."""
    head = text[: text.index("#ifndef")]
    lines = [re.sub(r"^ \* ?", "", line).removesuffix("*/").rstrip() for line in head.splitlines()]
    start = next(i for i, line in enumerate(lines) if line.startswith("- "))
    return "\n".join(lines[start:])


def as_prose(comment: str | None) -> str:
    """Words in quotation marks are code."""
    words = " ".join(re.sub(r"\n \* ?", " ", comment or "").split())
    return re.sub(r'"([^"]*)"', r"`\1`", words).replace("none, nan", "none,nan")


def section(title: str, body: str) -> list[str]:
    """The functions of one part of the header; each keeps the comment before it."""
    lines = ["", f"## {title.capitalize()}", ""]
    for match in ITEM.finditer(body):
        if comment := as_prose(match["comment"]):
            lines += [comment, ""]
        code = re.sub(r"\s*/\*.*?\*/", "", match["code"].removeprefix("NF_API "))
        lines += ["```c", re.sub(r"\n +", " ", code), "```", ""]
    return lines[:-1]


def page() -> str:
    """The text of the page."""
    text = Path(nf.get_include(), "numformats.h").read_text("utf-8")
    version = re.search(r'NUMFORMATS_VERSION "(.*)"', text)[1]
    abi = re.search(r"NUMFORMATS_ABI (.*)", text)[1]
    lines = [HEAD.format(version=version, abi=abi, rules=rules(text)).rstrip()]
    _, *parts = SECTION.split(text)
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        if "NF_API" in body:
            lines += section(title, body)
    joined = "\n".join(lines) + "\n"
    return re.sub(r"```\n\n```c\n", "", joined)


def main() -> int:
    PAGE.write_text(page(), "utf-8")
    print(PAGE.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
