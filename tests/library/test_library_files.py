# SPDX-License-Identifier: BSD-3-Clause
"""Are libnumformats' files where Python says, do they export what the header declares and no more?"""

import ctypes
import re
import shutil
import subprocess
from ctypes import byref, c_uint64
from pathlib import Path

import pytest

import numformats as nf
from c_library import (
    REFUSED,
    Env,
    Format,
    TextError,
    c_format,
    code,
    declared,
    explained,
    library,
    operations,
)
from core_tables import FORMATS, FUNCTIONS, OPERATIONS
from numformats.library_files import _found

ROOT = Path(__file__).resolve().parents[2]


def exported(path, *options):
    if shutil.which("nm") is None:
        pytest.skip("nm is not installed: the names of the library were not looked at")
    lines = subprocess.run(
        ["nm", "--defined-only", *options, path], capture_output=True, text=True, check=True
    ).stdout
    return sorted(re.findall(r" \w (\w+)$", lines, re.MULTILINE))


@pytest.mark.parametrize(("kind", "option"), [("shared", "-D"), ("static", "-g")])
def test_only_the_functions_of_the_headers_are_exported(kind, option):
    wanted = sorted(declared() + declared("numformats_dpi.h"))
    assert len(wanted) == len(set(wanted)) > 200
    assert exported(nf.get_library(kind), option) == wanted


def test_every_operation_has_a_function():
    names = [row["name"] for row in (*OPERATIONS, *FUNCTIONS)]
    assert list(operations()) == names
    assert {f"nf_{name}" for name in names} <= set(declared())
    assert {f"nf_dpi_{name}" for name in names} <= set(declared("numformats_dpi.h"))
    lib = library()
    for name, i in operations().items():
        assert lib.nf_operation_find(name.encode()) == i
        assert lib.nf_operation_name(i) == name.encode()
    assert lib.nf_operation_find(b"nothing") == lib.nf_operation_kind(-1) == -1
    assert lib.nf_operation_name(len(names)) is None


def test_the_package_of_systemverilog_declares_every_function():
    text = Path(nf.get_include(), "numformats_pkg.sv").read_text()
    assert re.findall(r'import "DPI-C" (nf_\w+) =', text) == declared("numformats_dpi.h")


def test_kinds_of_files():
    assert Path(nf.get_library()).name == "libnumformats.so.0"
    assert Path(nf.get_library("static")).name == "libnumformats.a"
    assert (Path(nf.get_include()) / "numformats.h").is_file()
    with pytest.raises(ValueError, match="kind='dynamic': must be one of shared, static"):
        nf.get_library("dynamic")
    with pytest.raises(FileNotFoundError, match="built without libnumformats"):
        _found("lib", "nothing.dll")


def test_version_level_and_names():
    lib = library()
    assert lib.nf_version().decode() == nf.__version__
    assert lib.nf_cpu_level().decode() in nf.build_info()["levels"].split()
    listed = []
    while (name := lib.nf_format_listed(len(listed))) is not None:
        listed.append(name.decode())
    assert listed == FORMATS
    assert lib.nf_format_name(byref(c_format("posit<32,es=2>"))) == b"posit32"
    assert lib.nf_format_name(byref(c_format("posit<31,es=2>"))) is None


def printed(f, size=200):
    buffer = ctypes.create_string_buffer(max(size, 1))
    length = library().nf_format_print(byref(f), buffer, ctypes.c_size_t(size))
    return buffer.value.decode(), length


def test_texts_are_cut_to_their_room():
    f = c_format("bposit32")
    assert printed(f) == ("bposit<32,rs=6,es=5>", 20)
    assert printed(f, 7) == ("bposit", 20)
    assert printed(f, 0) == ("", 20)
    assert library().nf_format_print(byref(f), None, ctypes.c_size_t(0)) == 20
    assert printed(Format()) == ("", 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("posit<32,es=9>", "'posit<32,es=9>': es=9: must be an integer in 0..5"),
        ("posit23", "'posit23': unknown format"),
        ("posti<32>", "unknown family of formats 'posti'; known: posit, bposit, takum_linear"),
        ("posit<32,ess=2>", "unknown option 'ess'; known: n, es"),
        ("posit<32,2>", "'2': must be of the form option=value"),
        ("posit<32,n=16>", "n=16: given twice"),
        ("float<exp=5>", "man is missing"),
        ("truncated<man=10>", "compute_man=20: must be an integer in 0..10"),
    ],
)
def test_errors_are_sentences(text, sentence):
    error = TextError()
    assert library().nf_format_parse(text.encode(), byref(Format()), byref(error)) != 0
    assert sentence in explained(text, error)


def test_what_cannot_be_is_refused():
    lib, posit, none = library(), c_format("posit<12,es=2>"), Format()
    size, nothing = ctypes.c_size_t(1), ctypes.c_ssize_t(0)
    env = Env()
    assert lib.nf_add(byref(posit), code(1 << 12), code(0), byref(env)) == 0
    assert env.flags == REFUSED
    assert lib.nf_add(byref(none), code(0), code(0), None) == 0
    assert lib.nf_add(None, code(0), code(0), byref(env)) == 0
    assert lib.nf_convert(byref(posit), byref(none), code(0), byref(env)) == 0
    words = (c_uint64 * 4)()
    messages = {
        lib.nf_format_parse(None, byref(none), None): b"NULL",
        lib.nf_format_status(byref(none)): b"bits must be",
        lib.nf_operate(byref(posit), -1, words, words, None): b"no such operation",
        lib.nf_operate(
            byref(posit), operations()["add"], (c_uint64 * 2)(1 << 12, 0), words, None
        ): b"more bits",
        lib.nf_operate(byref(posit), 0, None, words, None): b"NULL",
        lib.nf_operate_array(byref(posit), 0, None, None, size, None): b"NULL",
        lib.nf_convert_array(
            byref(posit), byref(posit), None, nothing, None, nothing, size, None
        ): b"NULL",
        lib.nf_from_text(byref(posit), b"one", words, None): b"not a number",
        lib.nf_quire_add(byref(posit), None, code(0)): b"NULL",
        lib.nf_quire_add(byref(posit), words, code(1 << 12)): b"more bits",
    }
    for status, message in messages.items():
        assert status != 0
        assert message in lib.nf_status_message(status)
    assert lib.nf_status_message(-1) == lib.nf_status_message(999) == b"no status"
