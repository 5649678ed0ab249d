# SPDX-License-Identifier: BSD-3-Clause
"""Does nf.load refuse every damaged file with one error, and before it takes memory?"""

import io
import os
import random
import threading
import tracemalloc
import zipfile

import numpy as np
import pytest

import numformats as nf


def written(write=nf.save, *args, **arrays):
    file = io.BytesIO()
    write(file, *args, **arrays)
    return file.getvalue()


ONE = written(nf.save, np.ones((3, 4), nf.posit32))
SEVERAL = [
    written(write, a=np.ones(5, nf.posit16), b=np.arange(3.0), c=np.zeros((2, 2), nf.tf32))
    for write in (nf.savez, nf.savez_compressed)
]


def refused(data, match=None):
    with pytest.raises(nf.DamagedFileError, match=match) as caught:
        nf.load(io.BytesIO(data))
    assert isinstance(caught.value, nf.FormatError)


def archive(*members, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as z:
        for name, content in members:
            z.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("data", [ONE, *SEVERAL], ids=["npy", "npz", "compressed"])
def test_every_truncation(data):
    for length in range(len(data)):
        refused(data[:length])


def test_changed_bytes():
    rng = random.Random(15)
    outcomes = set()
    for _ in range(4000):
        data = bytearray(rng.choice([ONE, *SEVERAL]))
        for _ in range(rng.choice([1, 1, 2, 4, 8])):
            data[rng.randrange(min(len(data), 300))] = rng.choice(
                [rng.randrange(256), *b"0123456789(),'<>|{}: "]
            )
        try:
            nf.load(io.BytesIO(data))
            outcomes.add("read")
        except nf.DamagedFileError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"(3, 4)", b"(3,-4)"), (b"(3, 4)", b"(9, 9)"), (b"(3, 4)", b"(3, x)"),
        (b"(3, 4)", b"[3, 4]"), (b"(3, 4)", b"(3, 4"), (b"<u4", b"|O8"), (b"<u4", b"<u9"),
        (b"<u4", b"<u2"), (b"es=2", b"es=7"), (b"posit<32", b"tosit<32"), (b"posit<32", b"posit<99"),
        (b"False", b"Fa  e"), (b"descr", b"descs"), (b"\x93NUMPY\x01", b"\x93NUMPY\x04"),
        (b"numformats:", b"numformats;"), (b"{", b"("), (b"\x93NUMPY", b"\x93NUMPX"),
    ],
)  # fmt: skip
def test_changed_headers(old, new):
    assert old in ONE
    refused(ONE.replace(old, new, 1))
    refused(archive(("a.npy", ONE.replace(old, new, 1))), "member 'a.npy'")


@pytest.mark.parametrize("shape", [b"(999999999999999,)", b"(99999, 99999, 99999)", b"(7, 5, 3)"])
def test_no_memory_before_the_size_is_checked(shape):
    line = b"{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n" % shape
    data = b"\x93NUMPY\x01\x00" + len(line).to_bytes(2, "little") + line + b"\x00" * 64
    lying = bytearray(archive(("a.npy", data), method=zipfile.ZIP_DEFLATED))
    directory = lying.rindex(b"PK\x01\x02")
    lying[directory + 24 : directory + 28] = (2**31).to_bytes(4, "little")  # file_size
    tracemalloc.start()
    try:
        for content in (data, archive(("a.npy", data)), bytes(lying)):
            refused(content, "fewer|more than the file can hold")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_compressed_members_may_be_a_thousand_times_as_large():
    zeros = np.zeros(10**6, nf.posit32)
    assert nf.load(io.BytesIO(written(nf.savez_compressed, zeros)))["arr_0"].size == 10**6


def test_members():
    npy = written(nf.save, np.ones(2, nf.posit8))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive(("a.npy", npy), ("a.npy", npy))
    refused(twice, "two members are called 'a.npy'")
    refused(archive(("a.npy", npy), ("a.txt", b"text")), "'a.txt' is not an npy file")
    refused(archive(("a", npy)), "'a' is not an npy file")
    refused(archive(("a.npy", b"text")), "member 'a.npy'")
    refused(archive(("a.npy", npy + b"x")), "more bytes follow")
    refused(archive(("a.npy", npy), method=zipfile.ZIP_BZIP2), "compression method 12")
    assert set(nf.load(io.BytesIO(archive(("x/a.npy", npy), ("b.npy", npy))))) == {"x/a", "b"}


def test_members_that_share_their_bytes_are_refused():
    npy = written(nf.save, np.ones(2, nf.posit8))
    data = bytearray(archive(("a.npy", npy), ("b.npy", npy)))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 42 : directory + 46] = bytes(4)  # b.npy begins where a.npy does
    refused(bytes(data), "lies in the bytes of another one")


def test_a_wrong_checksum_is_seen():
    data = bytearray(SEVERAL[0])
    place = data.index(np.ones(5, nf.posit16).view(np.uint16).tobytes())
    data[place] ^= 1
    refused(bytes(data), "CRC")


def test_what_follows_an_array(tmp_path):
    (tmp_path / "a.npy").write_bytes(ONE + ONE)
    with pytest.raises(nf.DamagedFileError, match="more bytes follow"):
        nf.load(tmp_path / "a.npy")
    with (tmp_path / "a.npy").open("rb") as stream:
        assert nf.load(stream).shape == nf.load(stream).shape == (3, 4)
        assert stream.read() == b""


def test_numpys_own_versions_and_pipes(tmp_path):
    names = np.zeros(2, [("größe", "<f4"), ("π", "u1")])
    with pytest.warns(UserWarning, match="format 3.0"):
        np.save(tmp_path / "3.npy", names)
    assert nf.load(tmp_path / "3.npy").dtype == names.dtype
    wide = np.zeros(1, [("f" * 60 + str(i), "<f4") for i in range(1000)])
    with pytest.warns(UserWarning, match="format 2.0"):
        np.save(tmp_path / "2.npy", wide)
    with pytest.raises(nf.DamagedFileError, match="header"):  # beyond NumPy's bound, too
        nf.load(tmp_path / "2.npy")
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb") as stream:
            stream.write(ONE)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reader, "rb") as stream:
        assert nf.load(stream).shape == (3, 4)
    thread.join()


def test_errors_of_the_system_and_of_the_caller_stay(tmp_path):
    with pytest.raises(FileNotFoundError):
        nf.load(tmp_path / "none.npy")
    with pytest.raises(IsADirectoryError):
        nf.load(tmp_path)
    with pytest.raises(TypeError, match="reading bytes"):
        nf.load(io.StringIO("text"))

    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 100:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output"):
        nf.load(Broken(ONE))
