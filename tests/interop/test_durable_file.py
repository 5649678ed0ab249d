# SPDX-License-Identifier: BSD-3-Clause
"""Is a file on the disk, whole, before the call that wrote it returns?"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from numformats import durable_file
from numformats.durable_file import remove_leftovers, write_durably


def test_content_is_replaced_whole_and_modes_are_kept(tmp_path):
    path = tmp_path / "a"
    write_durably(path, b"one")
    path.chmod(0o640)
    write_durably(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(FileExistsError, match="is not overwritten"):
        write_durably(path, b"three", new=True)
    assert path.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_the_order_of_calls_is_that_of_durability(tmp_path, monkeypatch):
    calls = []

    def spy(name, what):
        real = getattr(os, name)

        def called(*args, **kwargs):
            calls.append((name, what(*args)))
            return real(*args, **kwargs)

        monkeypatch.setattr(os, name, called)

    def kind(descriptor):
        mode = os.fstat(descriptor).st_mode
        return "folder" if stat.S_ISDIR(mode) else "file", stat.S_IMODE(mode)

    spy("fsync", kind)
    spy("replace", lambda *names: Path(names[1]).name)
    write_durably(tmp_path / "a", b"secret", private=True)
    assert calls[0] == ("fsync", ("file", 0o600))
    assert calls[1] == ("replace", "a")
    assert calls[2][1][0] == "folder"
    assert len(calls) == 3


def test_a_private_file_is_private_before_its_first_byte(tmp_path, monkeypatch):
    modes = []
    real = os.fchmod

    def fchmod(descriptor, mode):
        modes.append((mode, os.fstat(descriptor).st_size))
        real(descriptor, mode)

    monkeypatch.setattr(os, "fchmod", fchmod)
    before = os.umask(0)
    try:
        write_durably(tmp_path / "key", b"secret", private=True)
    finally:
        os.umask(before)
    assert modes == [(0o600, 0)]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_what_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a"
    write_durably(path, b"old")

    def broken(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable_file.os, "fsync", broken)
    with pytest.raises(OSError, match="No space"):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    with pytest.raises(ValueError, match="is no regular file"):
        write_durably("/dev/null", b"x")


def test_leftovers_of_the_dead_are_removed_and_nothing_else(tmp_path):
    for name in (".a.0123.numformats-tmp", ".hidden", "a", "b.numformats-tmp"):
        (tmp_path / name).touch()
    assert remove_leftovers(tmp_path) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == [".hidden", "a", "b.numformats-tmp"]
