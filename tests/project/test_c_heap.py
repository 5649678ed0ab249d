# SPDX-License-Identifier: BSD-3-Clause
"""Does the core ask for memory at one place only, so that nf_heap_calls counts all of it?"""

import re
from pathlib import Path

CBITS = Path(__file__).parents[2] / "cbits"
DOOR = CBITS / "core" / "heap.c"
CALL = re.compile(
    r"\b(malloc|calloc|realloc|free|alloca|strdup|aligned_alloc|posix_memalign|mmap)\s*\("
)


def strays(root):
    """(file, function) of every call of the heap outside of the door, Python's glue and the tests."""
    found = set()
    for path in root.rglob("*.[ch]"):
        room = path.relative_to(root).parts[0]
        if room in {"numpy", "tests"} or path.relative_to(root) == DOOR.relative_to(CBITS):
            continue
        text = re.sub(r"/\*.*?\*/", " ", path.read_text("utf-8"), flags=re.DOTALL)
        found |= {(path.name, name) for name in CALL.findall(text)}
    return found


def test_only_one_file_calls_malloc():
    assert set(CALL.findall(DOOR.read_text("utf-8"))) == {"malloc", "free"}
    assert strays(CBITS) == set()


def test_a_stray_call_is_found(tmp_path):
    (tmp_path / "exact").mkdir()
    (tmp_path / "exact" / "a.c").write_text("int *p = malloc (4); /* free(p) */")
    assert strays(tmp_path) == {("a.c", "malloc")}
