# SPDX-License-Identifier: BSD-3-Clause
"""Is what the documentation says true?  Every example of the pages and of the docstrings runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pytest

import numformats as nf
from core_tables import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(nf.__path__, "numformats.")
    if not m.name.endswith(("._core", "._dtypes", ".__main__"))
)


def blocks(page, language):
    """The fenced blocks of a language; all other lines blank, so that line numbers stay right."""
    text = page.read_text("utf-8")
    keep = [m.span(2) for m in FENCE.finditer(text) if m[1] == language]
    return "".join(
        c if c == "\n" or any(a <= i < b for a, b in keep) else " " for i, c in enumerate(text)
    )


def run_doctest(test):
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    said = []
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


LIBRARIES = ROOT / "docs" / "how-to" / "other-libraries.md"
RECIPES = LIBRARIES.read_text("utf-8").split("\n## ")[1:]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda text: text.partition("\n")[0])
def test_recipe_for_a_library(recipe, tmp_path, monkeypatch):
    """Each section is a session of its own, where its library is installed."""
    monkeypatch.chdir(tmp_path)
    source = "".join(block for language, block in FENCE.findall(recipe) if language == "pycon")
    for name in re.findall(r"^>>> import ([\w.]+)", source, re.MULTILINE):
        pytest.importorskip(name, reason=f"{name} is not installed")
    parser = doctest.DocTestParser()
    run_doctest(parser.get_doctest(source, {"__name__": "__main__"}, recipe[:9], str(LIBRARIES), 0))


@by_page
def test_python_examples_of_a_page(page, tmp_path, monkeypatch):
    if page == LIBRARIES:
        pytest.skip("its sections run one by one, each where its library is installed")
    monkeypatch.chdir(tmp_path)
    source = blocks(page, "pycon")
    parser = doctest.DocTestParser()
    # a page is one session, like its reader's
    run_doctest(parser.get_doctest(source, {"__name__": "__main__"}, page.name, str(page), 0))


def fences(page):
    return [(m[1], m[2]) for m in FENCE.finditer(page.read_text("utf-8"))]


def write_scripts(page, folder):
    """Blocks that begin with a comment "# name.py" are the files that commands of the page use."""
    for language, block in fences(page):
        if language == "python" and (name := re.match(r"# (\w+\.py)\n", block)):
            (folder / name[1]).write_text(block, "utf-8")


def run_command(arguments, folder):
    done = subprocess.run(
        [sys.executable, "-P", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


@by_page
def test_console_examples_of_a_page(page, tmp_path):
    """``$ command`` lines run; what follows, if anything, is their output."""
    write_scripts(page, tmp_path)
    for block in (block for language, block in fences(page) if language == "console"):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            program, *arguments = shlex.split(command)
            assert program == "numformats", f"only numformats runs in console blocks: {command}"
            said = run_command(["-m", program, *arguments], tmp_path)
            if expected:
                assert doctest.OutputChecker().check_output(expected, said, FLAGS), said


@by_page
def test_scripts_of_a_page(page, tmp_path):
    """A python block that is no file runs; a text block after it is its output."""
    blocks = fences(page)
    following = [*blocks[1:], ("", "")]
    for (language, block), (kind, expected) in zip(blocks, following, strict=False):
        if language == "python" and not block.startswith("# "):
            said = run_command(["-c", block], tmp_path)
            assert kind != "text" or said == expected


@by_page
def test_links_of_a_page_lead_somewhere(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", MODULES)
def test_doctests_of_a_module(name):
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    for test in finder.find(module, name):
        if test.examples:
            run_doctest(test)


def test_the_finder_finds_examples():
    """Guards this file: examples are found where they are known to be."""
    assert ">>> import numformats" in blocks(ROOT / "README.md", "pycon")
    examples = doctest.DocTestFinder().find(nf.finfo, "finfo")
    assert any(test.examples for test in examples)
    assert "numformats.parse" in MODULES
    assert "numformats.oracle.posit" in MODULES


def test_public_functions_have_an_example():
    missing = [
        name
        for name in nf.__all__
        if name not in nf.formats()
        and callable(getattr(nf, name))
        and not isinstance(getattr(nf, name), type)
        and ">>>" not in (getattr(nf, name).__doc__ or "")
    ]
    # savez* are save for several arrays, load is in the example of save; seed needs a format first
    assert set(missing) <= {"savez", "savez_compressed", "load", "seed", "fma", "fmm"}


def test_generated_tables_are_up_to_date():
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "docs" / "generate_tables.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_page_is_in_the_navigation():
    listed = set(re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8")))
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert {p for p in pages if not p.startswith("examples/")} == listed


def test_every_named_format_is_in_the_reference():
    text = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in nf.formats())


def test_every_operation_of_the_core_is_in_the_reference():
    text = (ROOT / "docs" / "reference" / "operations.md").read_text("utf-8")
    names = [row["name"] for row in OPERATIONS]
    assert len(names) > 40
    assert all(f"`{name}`" in text for name in names)


def test_every_public_name_is_in_the_reference():
    text = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    rooms = {n for n in nf.__all__ if isinstance(getattr(nf, n), types.ModuleType)}  # have pages
    special = {*nf.formats(), *rooms}
    assert [n for n in nf.__all__ if n not in special and f"numformats.{n}" not in text] == []


@pytest.mark.parametrize(
    ("page", "room"),
    [
        ("reference/accelerator", "accelerator"),
        ("reference/autodiff", "autodiff"),
        ("reference/blocks", "blocks"),
        ("reference/compensation", "training.compensation"),
        ("reference/discrete-updates", "sampling"),
        ("reference/discrete-updates", "training.discrete"),
        ("reference/hardware", "hardware.accelerator"),
        ("reference/mixed-precision", "training.mixed_precision"),
        ("reference/model-versions", "training.versions"),
        ("reference/quantization", "quantization"),
        ("reference/quantization", "training.quantized"),
        ("reference/systems", "training.distillation"),
        ("reference/systems", "training.geometric"),
        ("reference/systems", "training.spiking"),
        ("reference/training-api", "plan.arena"),
        ("reference/training-api", "training"),
        ("explanation/units", "training.units"),
    ],
)
def test_every_function_and_class_of_a_room_is_in_the_reference(page, room):
    lines = (ROOT / "docs" / f"{page}.md").read_text("utf-8").splitlines()
    module = importlib.import_module(f"numformats.{room}")
    found = {name: getattr(module, name) for name in module.__all__}
    names = [
        name for name, value in found.items() if inspect.isroutine(value) or isinstance(value, type)
    ]
    assert names
    assert [n for n in names if f"::: numformats.{room}.{n}" not in lines] == []
