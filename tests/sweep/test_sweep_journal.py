# SPDX-License-Identifier: BSD-3-Clause
"""Is a checkpoint kept whole, read back, mistrusted where damaged, and refused where foreign?"""

from __future__ import annotations

import errno
import json
import os
import sys

import pytest

from numformats.sweep import SweepError, pairs
from numformats.sweep.journal import Journal
from numformats.sweep.plan import choose

PLAN = pairs("posit8", "add")


def kept(number):
    return {"items": number, "digest": f"{number:x}"}


@pytest.fixture
def folder(tmp_path):
    with Journal(PLAN, tmp_path / "here") as journal:
        for number in (3, 1, 2):
            journal.add(number, kept(number))
    return tmp_path / "here"


def read(folder, plan=PLAN):
    with Journal(plan, folder) as journal:
        return journal.done, journal.notes


def test_what_is_done_is_read_back(folder):
    assert read(folder) == ({n: kept(n) for n in (1, 2, 3)}, [])
    assert sorted(p.name for p in folder.iterdir()) == ["journal.jsonl", "lock"]
    lines = (folder / "journal.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["title"] == "add of all pairs of posit8"
    assert [json.loads(line)["chunk"] for line in lines[1:]] == [1, 2, 3]


@pytest.mark.parametrize("broken", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_ends_the_work_loses_nothing(tmp_path, broken):
    with pytest.raises(broken), Journal(PLAN, tmp_path) as journal:  # noqa: PT012
        journal.add(5, kept(5))
        raise broken
    assert read(tmp_path)[0] == {5: kept(5)}


def test_it_is_written_from_time_to_time(tmp_path, monkeypatch):
    with Journal(PLAN, tmp_path) as journal:
        journal.add(1, kept(1))
        assert len(journal.path.read_text().splitlines()) == 1
        monkeypatch.setattr("numformats.sweep.journal.LEAST_PAUSE", 0)
        monkeypatch.setattr("numformats.sweep.journal.SHARE", 0)
        journal.add(2, kept(2))
        assert len(journal.path.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line[: len(line) // 2],
        lambda line: line.replace('"items": 2', '"items": 3'),
        lambda line: line.replace('"chunk": 2', '"chunk": 4'),
        lambda _: "\x00\ufffd nonsense",
        lambda _: "[1, 2]",
        lambda _: '{"chunk": [], "kept": 7, "check": null}',
        lambda line: line.replace("{", "{{"),
    ],
)
def test_a_damaged_line_is_dropped_and_its_chunk_done_again(folder, damage):
    path = folder / "journal.jsonl"
    lines = path.read_text().splitlines()
    lines[2] = damage(lines[2])
    path.write_text("\n".join(lines), "utf-8")
    done, notes = read(folder)
    assert done == {1: kept(1), 3: kept(3)}
    assert notes == [f"1 damaged lines of {path}: their chunks are done again"]
    assert read(folder) == (done, [])  # it was written without that line


def test_a_torn_file_keeps_its_whole_lines(folder):
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    assert read(folder)[0] == {1: kept(1), 2: kept(2)}


@pytest.mark.parametrize("text", ["", "{", "[]\n", "1", '{"schema": "another/1"}', "\x00\xff"])
def test_what_is_no_journal_is_refused_and_stays(tmp_path, text):
    path = tmp_path / "journal.jsonl"
    path.write_text(text, "latin-1")
    with pytest.raises(SweepError, match=r"journal\.jsonl is no journal of a sweep or damaged"):
        read(tmp_path)
    assert path.read_text("latin-1") == text


def test_another_plans_checkpoint_is_refused_by_both_names(folder):
    before = (folder / "journal.jsonl").read_bytes()
    with pytest.raises(SweepError) as told:
        read(folder, pairs("posit8", "mul"))
    text = str(told.value)
    assert str(folder) in text
    assert f"'add of all pairs of posit8' ({PLAN.identity[:8]})" in text
    assert "'mul of all pairs of posit8'" in text
    assert (folder / "journal.jsonl").read_bytes() == before


def test_what_another_build_did_is_done_again(folder, monkeypatch):
    monkeypatch.setattr("numformats.sweep.journal.build", lambda: "another")
    done, notes = read(folder)
    assert done == {}
    assert notes == ["3 chunks of another build are done again"]


def test_two_processes_do_not_share_a_folder(folder):
    with Journal(PLAN, folder), pytest.raises(SweepError, match="another sweep works in"):
        read(folder)
    assert len(read(folder)[0]) == 3


def test_links_are_followed(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (folder / "journal.jsonl").rename(tmp_path / "elsewhere" / "real")
    (folder / "journal.jsonl").symlink_to(tmp_path / "elsewhere" / "real")
    (tmp_path / "link").symlink_to(folder)
    with Journal(PLAN, tmp_path / "link") as journal:
        journal.add(9, kept(9))
    assert (folder / "journal.jsonl").is_symlink()
    assert len((tmp_path / "elsewhere" / "real").read_text().splitlines()) == 5


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SweepError, match=r"the checkpoint .*file: "):
        read(tmp_path / "file")
    with pytest.raises(SweepError, match=r"the checkpoint .*inside: "):
        read(tmp_path / "file" / "inside")


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "journal.jsonl")


def test_a_full_disk_is_told_and_the_old_journal_stays(folder, monkeypatch):
    def work():
        with Journal(PLAN, folder) as journal:
            monkeypatch.setattr(sys.modules["numformats.sweep.journal"], "write_text", full)
            journal.add(7, kept(7))

    with pytest.raises(SweepError, match=r"journal\.jsonl cannot be written \(No space left"):
        work()
    monkeypatch.undo()
    assert read(folder)[0] == {n: kept(n) for n in (1, 2, 3)}


def test_a_full_disk_is_found_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["numformats.sweep.journal"], "write_text", full)
    with pytest.raises(SweepError, match="No space left"):
        read(tmp_path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits files by RLIMIT_FSIZE")
def test_a_limit_of_the_system_is_told(tmp_path):
    import subprocess

    child = (
        "import resource, signal, sys\n"
        "from numformats.sweep import pairs, SweepError\n"
        "from numformats.sweep.journal import Journal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    with Journal(pairs('posit8', 'add'), sys.argv[1]) as journal:\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))\n"
        "        journal.add(1, {'digest': 'x' * 400})\n"
        "except SweepError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "journal.jsonl cannot be written (File too large)" in done.stdout
    assert read(tmp_path) == ({}, [])


def test_chunks_that_are_chosen():
    assert choose(PLAN) == list(range(16))
    assert choose(PLAN, (3, 5)) == [3, 4]
    some = [set(choose(PLAN, sample=f)) for f in (0.01, 0.25, 0.5, 1)]
    assert [len(s) for s in some] == [1, 4, 8, 16]
    assert some[0] < some[1] < some[2] < some[3]
    for bad in ((0, 17), (3, 3), (5, 3), (-1, 2)):
        with pytest.raises(SweepError, match=f"chunks {bad[0]}:{bad[1]}: must be within 0:16"):
            choose(PLAN, bad)
    for sample in (0, -1, 1.5, float("nan")):
        with pytest.raises(SweepError, match=f"sample {sample}: must be above 0"):
            choose(PLAN, sample=sample)
    with pytest.raises(SweepError, match="not both"):
        choose(PLAN, (0, 1), 0.5)
