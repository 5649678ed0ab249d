# SPDX-License-Identifier: BSD-3-Clause
"""Is every function of the core that cffi declares called by Python?"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_declaration_is_dead():
    text = (ROOT / "cbits" / "cffi" / "core.cdef.txt").read_text()
    declared = re.findall(r"^(?!typedef)\w.*?\b(nf_\w+)\(", text, re.MULTILINE)
    used = "".join(p.read_text() for p in (ROOT / "numformats").rglob("*.py"))
    assert len(declared) > 10
    assert [name for name in declared if not re.search(rf"\blib\.{name}\b", used)] == []
