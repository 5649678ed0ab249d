# SPDX-License-Identifier: BSD-3-Clause
"""Is every file of the tree in the lists of the build, and does the package carry no more?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numformats as nf

ROOT = Path(__file__).resolve().parents[2]


def tree(folder, *suffixes):
    return {
        str(p.relative_to(ROOT / folder))
        for p in (ROOT / folder).rglob("*")
        if p.suffix in suffixes and "__pycache__" not in p.parts
    }


def quoted(path):
    return re.findall(r"'([^'\s]+)'", (ROOT / path).read_text("utf-8"))


def test_every_python_file_is_installed():
    text = (ROOT / "numformats" / "meson.build").read_text("utf-8")
    listed = set()
    for package, names in re.findall(r"'([\w./]+)': \[(.*?)\]", text, re.DOTALL):
        listed |= {str(Path(package, name)) for name in re.findall(r"'([^']+)'", names)}
    assert len(listed) > 30
    assert listed == tree("numformats", ".py", ".pyi", ".typed", ".v", ".sv", ".svh", ".cpp")


def test_every_c_file_is_compiled():
    core = {name for name in quoted("cbits/meson.build") if name.endswith(".c")}
    modules = {name for name in quoted("numformats/meson.build") if name.endswith(".c")}
    library = {name for name in quoted("cbits/library/meson.build") if name.endswith(".c")}
    listed = core | {f"numpy/{name}" for name in modules if not name.startswith("..")}
    listed |= {f"library/{name}" for name in library}
    listed -= {"numpy/_core.c", "library/named_operations.c", "library/dpi_operations.c"}
    assert listed == {name for name in tree("cbits", ".c") if not name.startswith("cffi/")}


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    meson = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text("utf-8"))
    assert project["version"] == meson[1] == nf.__version__
    assert f"\nversion: {nf.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## [{nf.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_pre_commit_uses_the_versions_of_make_lint():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    pinned = dict(pin.split("==") for pin in project["optional-dependencies"]["lint"])
    for tool in ("ruff", "codespell", "clang-format"):
        assert re.search(rf"{tool}.*\n    rev: v{re.escape(pinned[tool])}\n", text), tool
