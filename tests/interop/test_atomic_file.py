# SPDX-License-Identifier: BSD-3-Clause
"""Is a file whole or as it was, whatever happens, with its links and permissions kept?"""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest

import numformats as nf
from numformats._atomic_file import replacing, write_text

TEMPORARY = re.compile(r"\.a\.npy\.[0-9a-f]{16}\.numformats-tmp")
ONE = np.ones(2, nf.posit8)


def names(folder):
    return sorted(p.name for p in folder.iterdir())


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_obey_the_umask(tmp_path, mask):
    with umask(mask):
        nf.save(tmp_path / "a.npy", ONE)
        np.save(tmp_path / "b.npy", np.ones(2))
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {0o666 & ~mask}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_old_files_keep_their_mode(tmp_path, mode):
    path = tmp_path / "a.npy"
    path.touch()
    path.chmod(mode)
    nf.save(path, ONE)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert nf.load(path).size == 2


def test_links_are_followed_and_the_suffix_belongs_to_the_name_given(tmp_path):
    """As np.save: "data" means data.npy, a link to x.bin means x.bin."""
    (tmp_path / "real").mkdir()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.npy").symlink_to("../real/x.bin")  # dangling
    (tmp_path / "here" / "data").symlink_to("../real/other")
    nf.save(tmp_path / "here" / "a.npy", ONE)
    nf.save(tmp_path / "here" / "data", ONE)
    assert names(tmp_path / "real") == ["x.bin"]
    assert names(tmp_path / "here") == ["a.npy", "data", "data.npy"]
    assert (tmp_path / "here" / "a.npy").is_symlink()
    assert nf.load(tmp_path / "real" / "x.bin").size == 2


def test_what_cannot_be_written_is_said_with_its_name(tmp_path):
    (tmp_path / "loop.npy").symlink_to("loop.npy")
    (tmp_path / "folder.npy").mkdir()
    (tmp_path / "lost.npy").symlink_to("none/a.npy")
    before = names(tmp_path)
    for name, error in (
        ("loop.npy", OSError), ("folder.npy", IsADirectoryError),
        ("lost.npy", FileNotFoundError), ("none/b.npy", FileNotFoundError),
    ):  # fmt: skip
        with pytest.raises(error, match=name):
            nf.save(tmp_path / name, ONE)
    assert names(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only(tmp_path):
    nf.save(tmp_path / "a.npy", ONE)
    for path, mode in ((tmp_path / "a.npy", 0o444), (tmp_path, 0o555)):
        path.chmod(mode)
        with pytest.raises(PermissionError, match="a.npy"):
            nf.save(tmp_path / "a.npy", ONE)
        path.chmod(0o755)
    assert names(tmp_path) == ["a.npy"]


def test_a_failure_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a.npy"
    write_text(path, "old")
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):
        with pytest.raises(type(error)), replacing(path) as stream:  # noqa: PT012
            stream.write(b"half")
            assert path.read_text() == "old"
            raise error
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.npy"]


def test_a_full_disk_is_told(tmp_path):
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full")
    (tmp_path / "a.npy").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        nf.save(tmp_path / "a.npy", ONE)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)  # noqa: PTH116


def test_fifos_are_written_into(tmp_path):
    path = tmp_path / "a.npy"
    os.mkfifo(path)
    thread = threading.Thread(target=nf.save, args=(path, ONE))
    thread.start()
    assert nf.load(path).size == 2
    thread.join()
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["a.npy"]


def test_temporaries_cannot_be_guessed_nor_taken(tmp_path, monkeypatch):
    seen = set()
    for _ in range(3):
        with replacing(tmp_path / "a.npy"):
            seen |= {n for n in names(tmp_path) if n != "a.npy"}
    assert len(seen) == 3
    assert all(TEMPORARY.fullmatch(name) for name in seen)
    monkeypatch.setattr("secrets.token_hex", lambda _: "0" * 16)
    trap = tmp_path / (".a.npy." + "0" * 16 + ".numformats-tmp")
    trap.symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        nf.save(tmp_path / "a.npy", ONE)
    assert not (tmp_path / "victim").exists()


KILLED = """
import sys, os, signal
from numformats._atomic_file import replacing
with replacing(sys.argv[1]) as stream:
    stream.write(b"half"); stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_leaves_one_recognisable_file(tmp_path):
    path = tmp_path / "a.npy"
    write_text(path, "old")
    run = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert run.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    (left,) = set(names(tmp_path)) - {"a.npy"}
    assert TEMPORARY.fullmatch(left)


def test_dash_is_the_standard_output_where_asked(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    write_text("-", "text\n", dash=True)
    assert capfdbinary.readouterr().out == b"text\n"
    assert names(tmp_path) == []
    nf.save("-", ONE)
    assert names(tmp_path) == ["-.npy"]


def test_json_into_a_stream_is_json_alone(tmp_path):
    script = tmp_path / "work.py"
    script.write_text(
        "import numpy as np\ndef double(x):\n    return x + x\ndef double_inputs():\n    return (np.ones(3),)\n"
    )
    command = [sys.executable, "-m", "numformats", "compare", f"{script}:double", "-f", "posit8"]
    run = subprocess.run(
        [*command, "--json", "-"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("{")
    assert "posit8" in run.stderr
    assert names(tmp_path) == ["work.py"] or names(tmp_path) == ["__pycache__", "work.py"]
