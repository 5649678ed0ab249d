# SPDX-License-Identifier: BSD-3-Clause
"""Does `make exhaustive` find what is wrong, go on where it stopped, and is its reference right?"""

from __future__ import annotations

import json

import gmpy2
import numpy as np
import pytest

import numformats as nf
import reference
import run
from function_arguments import CASES, columns
from helpers import oracle_of
from mpfr_functions import POLES, value

WIDE = [name for name in reference.FORMATS if name.endswith("32") and name in CASES]
NARROW = ("posit16", "takum_linear16", "binary16", "bfloat16")


def edges(bits):
    """Codes beside every change of the leading bits, and random ones."""
    rng, whole = np.random.default_rng(5), 1 << bits
    powers = [1 << k for k in range(bits)]
    near = {(s * p + d) % whole for p in powers for s in (1, -1) for d in (-1, 0, 1)}
    return sorted(near | set(rng.integers(0, whole, 2000).tolist()))


@pytest.mark.parametrize("format_name", reference.FORMATS)
def test_reference_reads_codes_as_the_oracle(format_name):
    T = getattr(nf, format_name)
    lib, layout, oracle = reference.library(), reference.layout(T), oracle_of(T)
    codes = edges(T.format.bits)
    got = np.array([lib.nf_reference_number(layout, code) for code in codes])
    want = np.array([float(getattr(v, "value", v)) for v in map(oracle.decode, codes)])
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(np.signbit(got[got == 0]), np.signbit(want[want == 0]))
    assert np.isnan(got).any()
    assert (got == 0).any()


@pytest.mark.parametrize("name", reference.functions())
def test_reference_keeps_a_quarter_of_its_tolerance(name):
    """Arguments of posit32, the hard ones of the committed list among them, against MPFR."""
    codes = np.array(edges(32), np.uint32)
    codes = np.append(codes, columns("posit32", name)[0])
    xs = codes.view(nf.posit32).astype(float)
    place, seen, pole = reference.functions()[name], 0, POLES.get(name)
    for x in xs[np.isfinite(xs)].tolist():
        got = reference.library().nf_reference_value(place, x)
        want = value(name, x, 120)
        if gmpy2.is_nan(want) or (pole and pole(x)):
            assert not np.isfinite(got), x
        elif 2.0**-850 < abs(want) < 2.0**850:  # MPFR's exponents end at +-1000
            assert abs(got - want) <= abs(want) * 2.0**-48, (x, got, want)
            seen += 1
    assert seen > 200


@pytest.mark.parametrize("name", ["exp", "log", "sin", "tanh", "exp2m1", "cbrt", "tanpi", "rsqrt"])
@pytest.mark.parametrize("format_name", WIDE)
def test_a_neighbour_of_the_result_is_wrong(format_name, name):
    T = getattr(nf, format_name)
    start, size = 0x3F9ED000, 512
    right = reference.evaluate(name, T, np.arange(start, start + size, dtype=np.uint32))
    assert reference.check(name, T, start, right)[1].tolist() == []
    for by in (1, -1):
        found = reference.check(name, T, start, right + np.uint32(by % 2**32))[1]
        assert found.tolist() == list(range(size))


@pytest.mark.parametrize("format_name", WIDE)
def test_mpfr_decides_the_hard_cases(format_name):
    """Many are nearer to a boundary than the reference's tolerance: it must leave them open."""
    T, opened = getattr(nf, format_name), 0
    for name in set(reference.functions()) & set(CASES[format_name]):
        for x, r, _ in zip(*columns(format_name, name), strict=True):
            results = np.array([r], np.uint32)
            mpfr, wrong = reference.check(name, T, int(x), results)
            assert wrong.size == 0, (name, x)
            for by in (1, -1):
                assert (
                    reference.check(name, T, int(x), results + np.uint32(by % 2**32))[1].size == 1
                )
            opened += mpfr
    assert opened > 10


def journal_of(folder, name="sin", format_name="posit16"):
    return json.loads((folder / f"{name}-{format_name}.json").read_text())


def test_all_arguments_of_narrow_formats(tmp_path, capsys):
    formats = ",".join(NARROW)
    assert (
        run.main(["exp,arctanh", "--formats", formats, "--folder", str(tmp_path), "--jobs", "2"])
        == 0
    )
    lines = [line for line in capsys.readouterr().out.splitlines() if "arguments" in line]
    assert len(lines) == 8
    assert all("arguments 65536" in line and "wrong 0" in line for line in lines)


def test_a_wrong_result_is_told(tmp_path, capsys, monkeypatch):
    right = reference.evaluate

    def evaluate(name, T, codes):
        results = right(name, T, codes)
        return np.where(codes == 0x5123, results + results.dtype.type(1), results)

    monkeypatch.setattr(reference, "evaluate", evaluate)  # the processes are forked
    assert run.main(["sin", "--formats", "posit16", "--folder", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "wrong 1" in told
    assert "wrong: sin(0x5123) gave" in told


def test_an_interrupted_run_goes_on(tmp_path, capsys, monkeypatch):
    arguments = ["sin", "--formats", "posit16", "--folder", str(tmp_path)]
    add, done = run.Journal.add, []

    def interrupted(self, number, block):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(number)
        add(self, number, block)

    monkeypatch.setattr(run.Journal, "add", interrupted)
    assert run.main(arguments) == 130
    assert "goes on" in capsys.readouterr().out
    assert sorted(map(int, journal_of(tmp_path)["blocks"])) == sorted(done)

    again = []

    def counted(self, number, block):
        again.append(number)
        add(self, number, block)

    monkeypatch.setattr(run.Journal, "add", counted)
    assert run.main(arguments) == 0
    assert sorted(done + again) == list(range(16))
    interrupted_digest = capsys.readouterr().out.split("digest of results ")[1].split(",")[0]
    assert run.main([*arguments[:-1], str(tmp_path / "new")]) == 0
    assert interrupted_digest in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["sin-posit16.json"]


def test_what_another_build_did_is_done_again(tmp_path, monkeypatch):
    arguments = ["sin", "--formats", "posit16", "--folder", str(tmp_path)]
    assert run.main(arguments) == 0
    assert run.Journal("sin", "posit16", tmp_path).missing() == []
    monkeypatch.setattr(run, "fingerprint", lambda: "another")
    assert len(run.Journal("sin", "posit16", tmp_path).missing()) == 16


@pytest.mark.parametrize("text", ["{", "[]", "{}", "1"])
def test_a_damaged_journal_is_named(text, tmp_path):
    path = tmp_path / "sin-posit16.json"
    path.write_text(text)
    with pytest.raises(SystemExit, match=r"sin-posit16\.json"):
        run.main(["sin", "--formats", "posit16", "--folder", str(tmp_path)])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sine"], "'sine' is no function with a reference; there are exp, "),
        (
            ["sin", "--formats", "posit8"],
            "'posit8' is no format with a reference; there are posit32",
        ),
        (["sin", "--jobs", "0"], "'0' is no number of processes"),
    ],
)
def test_bad_arguments_are_named(arguments, told, capsys):
    with pytest.raises(SystemExit) as stopped:
        run.main(arguments)
    assert stopped.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())


def test_committed_counts_are_of_whole_runs_without_a_wrong_result():
    runs = json.loads(run.COUNTS.read_text())["runs"]
    wanted = {f"{n} {f}" for n in ("exp", "log", "sin", "tanh") for f in ("posit32", "bposit32")}
    assert wanted <= set(runs)
    for counts in runs.values():
        assert counts["arguments"] == 2**32
        assert counts["wrong"] == 0
        assert counts["decided by MPFR"] > 0
    assert len({counts["digest of results"] for counts in runs.values()}) == len(runs)
