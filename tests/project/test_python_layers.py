# SPDX-License-Identifier: BSD-3-Clause
"""Do the imports of the Python side run downwards only, and does the oracle load nothing native?

A room is a subpackage; the modules of the root are shared out by ROOT_ROOMS.  Imports within
functions count.  What stands under `if TYPE_CHECKING:` is never executed: it counts for what is
forbidden, not for circles.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import numformats as nf

SOURCE = Path(nf.__file__).parent

# The room of a module of the root; "formats" where nothing else is said, the native modules too.
ROOT_ROOMS = {
    "__init__": "face",  # the public names, which it collects from formats and exact
    "__main__": "cli",
    "errors": "errors",
}
ROOMS = {
    "accelerator", "analysis", "autodiff", "blocks", "cli", "errors", "exact", "face", "formats", "hardware",
    "linalg", "oracle", "pandas", "plan", "quantization", "sweep", "tests", "tracing", "training",
}  # fmt: skip
# What a room must never import; rooms that do not exist yet are here for the day when they do.
UPPER = {
    "accelerator", "analysis", "autodiff", "cli", "hardware", "pandas", "quantization", "sweep", "tests",
    "tracing", "training",
}  # fmt: skip
NEVER = {
    "errors": ROOMS - {"errors"},
    "oracle": ROOMS - {"oracle", "errors"},
    "formats": UPPER | {"exact", "face", "linalg", "blocks"},
    "exact": UPPER | {"face", "linalg", "blocks"},
    "blocks": UPPER | {"face", "linalg"},
    "linalg": UPPER,
    "quantization": UPPER - {"quantization"},
    "accelerator": UPPER - {"accelerator"},
    "plan": UPPER | {"face", "linalg", "blocks", "exact"},
    "pandas": {"analysis", "autodiff", "cli", "hardware", "sweep", "tests", "training"},
    "tracing": UPPER - {"tracing"},
    "analysis": {"cli", "sweep", "tests"},
    "autodiff": {"analysis", "training", "cli", "sweep", "tests"},
    "sweep": {"cli", "pandas", "tests"},
    "training": {"cli", "tests"},
    "hardware": {"cli", "tests"},
    "face": UPPER
    # Types only, of what it loads when it is asked for.
    - {"accelerator", "analysis", "autodiff", "hardware", "quantization", "training"},
}
# Only the public API and the oracle, no module whose name begins with an underscore.
PUBLIC_ONLY = {"accelerator", "hardware", "autodiff", "quantization", "training"}


def modules(source):
    """The dotted names of all modules below the package, and their files."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts)] = path
    return found


def room_of(module):
    first, _, rest = module.partition(".")
    if rest or first in ROOMS - {"errors"}:
        return first
    return ROOT_ROOMS.get(first, "formats")


def imports(path, names):
    """Each (module of numformats, whether it is imported when the code runs) of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    checking = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for part in block.body
        for node in ast.walk(part)
    }
    for node in ast.walk(tree):
        runs = id(node) not in checking
        if isinstance(node, ast.Import):
            for alias in node.names:
                if (alias.name + ".").startswith("numformats."):
                    yield alias.name.partition(".")[2] or "__init__", runs
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they lead"
            if (f"{node.module}.").startswith("numformats."):
                base = node.module.partition(".")[2]
                for alias in node.names:
                    inner = f"{base}.{alias.name}" if base else alias.name
                    yield (inner if inner in names else base or "__init__"), runs


def arrows(source=SOURCE):
    """All imports as (importing module, imported module, whether it runs)."""
    found = modules(source)
    names = {*found, "_core", "_dtypes", "_named"}
    return [(m, other, runs) for m, path in found.items() for other, runs in imports(path, names)]


def breaches(source=SOURCE):
    """The imports that the tables forbid, as "importing -> imported"."""
    wrong = []
    for module, other, _ in arrows(source):
        here, there = room_of(module), room_of(other)
        private = any(part[0] == "_" and part != "__init__" for part in other.split("."))
        forbidden = there in NEVER.get(here, ()) or (here in PUBLIC_ONLY and private)
        if forbidden:
            wrong.append(f"{module} -> {other}")
    return wrong


def circle(source=SOURCE):
    """Rooms that import each other in a circle when the code runs; [] if there is none."""
    below = {}
    for module, other, runs in arrows(source):
        here, there = room_of(module), room_of(other)
        if runs and here not in {there, "tests"}:
            below.setdefault(here, set()).add(there)
    while True:  # what imports none of the rest is in no circle, nor what none of the rest imports
        imported = set().union(*below.values())
        free = [r for r in below if not below[r] & below.keys() or r not in imported]
        if not free:
            return sorted(below)
        for room in free:
            del below[room]


def test_no_import_runs_upwards():
    assert not breaches()


def test_no_circle_between_rooms():
    assert not circle()


def test_every_room_is_in_the_table():
    assert {room_of(m) for m in modules(SOURCE)} <= ROOMS
    assert {room_of(m) for m in ("exact", "exact.means")} == {"exact"}
    assert len(arrows()) > 300


PLANTED = {
    "oracle/fixed.py": ["from numformats import _native", "import numformats.parse"],
    "oracle/quire.py": ["def late():\n    from numformats.parse import as_format", "import numformats"],
    "exact/means.py": ["from numformats.analysis import compare", "from numformats import linalg"],
    "parse.py": ["import numformats.exact.sums", "from numformats.pandas import FormatDtype"],
    "_native.py": ["def late():\n    from numformats import analysis"],
    "linalg/factor.py": ["from numformats.cli.app import app"],
    "analysis/compare.py": ["def late():\n    import numformats.cli as c", "import numformats.sweep"],
    "sweep/plan.py": ["from numformats.cli.tables import console"],
    "hardware/__init__.py": ["from numformats import _native", "from numformats._rules import bad"],
    "autodiff/__init__.py": ["from numformats.training import layers"],
    "errors.py": ["from numformats import parse"],
}  # fmt: skip


def planted(tmp_path, name, line):
    """A copy of the package's Python files, with one more line in one of them."""
    for path in modules(SOURCE).values():
        copy = tmp_path / path.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text("utf-8"), "utf-8")
    changed = tmp_path / name
    changed.parent.mkdir(parents=True, exist_ok=True)
    before = changed.read_text("utf-8") if changed.exists() else ""
    changed.write_text(f"{before}\n{line}\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "line"), [(n, line) for n, lines in PLANTED.items() for line in lines]
)
def test_a_planted_import_is_found(name, line, tmp_path):
    found = breaches(planted(tmp_path, name, line))
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert len(found) == 1
    assert found[0].startswith(f"{module} -> ")


def test_a_planted_circle_is_found(tmp_path):
    copy = planted(tmp_path, "pandas/late.py", "from numformats import analysis")
    assert not circle(copy)
    (copy / "analysis" / "late.py").write_text("from numformats.pandas import dtype\n", "utf-8")
    assert circle(copy) == ["analysis", "pandas"]


# numformats itself is put aside: a module with its path, whose __init__ never ran.
ALONE = """
import importlib.machinery, sys, types
package = types.ModuleType("numformats")
package.__path__ = [sys.argv[1]]
sys.modules["numformats"] = package
class NothingNative:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("numformats."):
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            if isinstance(spec.loader, importlib.machinery.ExtensionFileLoader):
                raise ImportError(f"{name} is native")
            return spec
sys.meta_path.insert(0, NothingNative())
from numformats.oracle import Accumulation, Row, Special, for_format
posit, half = Row(family="posit", bits=8), Row(family="float", exp=5, man=10)
p, h = for_format(posit), for_format(half)
assert p.add(0x40, 0x48) == 0x4C and p.decode(p.div(0x40, 0)) is Special.NAN
assert h.decode(h.exp(0)) == 1 and h.add(0x3C00, 0x3C00) == 0x4000
sums = Accumulation(posit, posit, posit)
codes, ones = [0x78, 0x40, 0x88], [0x40] * 3
assert sums.dot(codes, ones) == 0x40 and sums.dot(codes, ones, "sequential") == 0
single = Row(family="float", exp=8, man=23)
for spec in (single, ("blocked", single, 2), ("systolic", single), ("aligned", 20)):
    assert sums.dot(codes, ones, spec) == 0x40, spec
for spec in (half, ("blocked", half, 2), ("systolic", half, 3), ("aligned", 2), "pairwise"):
    assert sums.dot(codes, ones, spec) == 0, spec  # 4096 + 1 is no value
loaded = {name.partition(".")[2] for name in sys.modules if name.startswith("numformats.")}
print(sorted(name for name in loaded if name.partition(".")[0] != "oracle"))
"""


def alone(source):
    return subprocess.run(
        [sys.executable, "-P", "-c", ALONE, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_oracle_needs_nothing_native():
    done = alone(SOURCE)
    assert done.stdout == "['errors']\n", done.stderr


@pytest.mark.parametrize("line", ["from numformats import _native", "from numformats import _core"])
def test_a_native_import_of_the_oracle_is_found(line, tmp_path):
    copy = planted(tmp_path, "oracle/takum.py", line)
    for native in SOURCE.glob("_*.so"):
        (copy / native.name).symlink_to(native)
    done = alone(copy)
    assert done.returncode != 0
    assert "is native" in done.stderr
