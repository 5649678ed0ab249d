# SPDX-License-Identifier: BSD-3-Clause
"""Do files keep the format, stay readable for any NumPy, and refuse what they cannot keep?"""

import io
import subprocess
import sys

import numpy as np
import pytest

import numformats as nf

FORMATS = [
    nf.posit8, nf.bposit32, nf.takum_linear64, nf.tf32, nf.float4_e2m1fn, nf.float8_e8m0fnu,
    nf.mlu32, nf.q15, nf.Posit(24, es=1), nf.Fixed(40, 70, signed=False, overflow="wrap"),
]  # fmt: skip


def sample(T, shape=(3, 4)):
    count = int(np.prod(shape))
    codes = np.random.default_rng(count).integers(0, 2**T.format.bits, count, dtype=np.uint64)
    return nf.from_bits(codes.reshape(shape), T)


def same(a, b):
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    np.testing.assert_array_equal(nf.to_bits(a), nf.to_bits(b))


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: str(T.format))
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,), (3, 4)])
def test_round_trip(T, shape, tmp_path):
    a = sample(T, shape)
    nf.save(tmp_path / "a.npy", a)
    back = nf.load(tmp_path / "a.npy")
    same(back, a)
    assert back.flags.writeable
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


@pytest.mark.parametrize(
    "cut",
    [np.s_[::2], np.s_[:, ::-1], np.s_[1:2, 1:3], np.s_[:, 1], (slice(None), None)],
)
def test_non_contiguous(cut, tmp_path):
    a = sample(nf.bposit32)[cut]
    nf.save(tmp_path / "a.npy", a)
    same(nf.load(tmp_path / "a.npy"), a)


def test_fortran_order_read_only_and_scalars():
    a = np.asfortranarray(sample(nf.posit16))
    a.flags.writeable = False
    file = io.BytesIO()
    nf.save(file, a)
    file.seek(0)
    back = nf.load(file)
    same(back, a)
    assert back.flags.f_contiguous
    file = io.BytesIO()
    nf.save(file, nf.posit16(1.5))
    file.seek(0)
    assert nf.load(file)[()] == nf.posit16(1.5)


def test_plain_numpy_reads_it_without_pickle_and_without_numformats(tmp_path):
    a = sample(nf.posit32)
    nf.save(tmp_path / "a.npy", a)
    tagged = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert tagged.dtype == np.dtype([("numformats:posit<32,es=2>", "<u4")])
    np.testing.assert_array_equal(tagged["numformats:posit<32,es=2>"], nf.to_bits(a))
    code = (
        f"import sys, numpy as np; a = np.load({str(tmp_path / 'a.npy')!r}); "
        "print(a.dtype.names[0], 'numformats' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.split() == ["numformats:posit<32,es=2>", "False"]


def test_a_new_process_makes_the_format(tmp_path):
    a = sample(nf.Posit(23, es=4))
    nf.save(tmp_path / "a.npy", a)
    code = (
        f"import numformats as nf; a = nf.load({str(tmp_path / 'a.npy')!r}); "
        "print(a.dtype, nf.to_bits(a).sum())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.split() == ["posit<23,es=4>", str(nf.to_bits(a).sum())]


@pytest.mark.parametrize("writer", [nf.savez, nf.savez_compressed])
def test_several_arrays(writer, tmp_path):
    a, b, c = sample(nf.posit32), sample(nf.q7, (5,)), np.arange(3.0)
    writer(tmp_path / "all", a, weights=b, plain=c)
    back = nf.load(tmp_path / "all.npz")
    assert set(back) == {"arr_0", "weights", "plain"}
    same(back["arr_0"], a)
    same(back["weights"], b)
    np.testing.assert_array_equal(back["plain"], c)
    assert [p.name for p in tmp_path.iterdir()] == ["all.npz"]
    with np.load(tmp_path / "all.npz", allow_pickle=False) as plain:
        assert plain["weights"].dtype.names == ("numformats:fixed<8,frac=7>",)


def test_savez_names_clash(tmp_path):
    with pytest.raises(ValueError, match="arr_0"):
        nf.savez(tmp_path / "x.npz", np.zeros(1), arr_0=np.ones(1))


def test_names_get_the_suffix_once(tmp_path):
    nf.save(str(tmp_path / "a"), sample(nf.posit8))
    nf.save(tmp_path / "b.npy", sample(nf.posit8))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npy", "b.npy"]


def test_plain_arrays_come_as_they_are(tmp_path):
    nf.save(tmp_path / "a.npy", np.arange(5, dtype=">i4"))
    np.testing.assert_array_equal(nf.load(tmp_path / "a.npy"), np.arange(5))
    np.save(tmp_path / "r.npy", np.zeros(2, [("x", "f4"), ("y", "u1")]))
    assert nf.load(tmp_path / "r.npy").dtype.names == ("x", "y")


@pytest.mark.parametrize(
    ("a", "message"),
    [
        (np.array([1, None], object), "cannot save dtype object"),
        (np.zeros(2, [("x", nf.posit32.dtype)]), "cannot save dtype"),
        (np.zeros(2, [("x", "f4")]), "cannot save dtype"),
        (np.ma.masked_array([1.0], [True]), "masked"),
    ],
)
def test_what_cannot_be_kept_is_refused(a, message, tmp_path):
    for write in (nf.save, nf.savez):
        with pytest.raises(TypeError, match=message):
            write(tmp_path / "a.npy", a)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    nf.save(path, sample(nf.posit8, (2,)))

    def fail(stream, *_args, **_kwargs):
        stream.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        nf.save(path, sample(nf.posit8, (3,)))
    monkeypatch.undo()
    assert nf.load(path).shape == (2,)
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


def test_links_stay_links(tmp_path):
    (tmp_path / "real").mkdir()
    nf.save(tmp_path / "real" / "a.npy", sample(nf.posit8, (2,)))
    (tmp_path / "link.npy").symlink_to(tmp_path / "real" / "a.npy")
    nf.save(tmp_path / "link.npy", sample(nf.posit8, (3,)))
    assert (tmp_path / "link.npy").is_symlink()
    assert nf.load(tmp_path / "real" / "a.npy").shape == (3,)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([("numformats:posit<32,es=9>", "<u4")], "es=9"),
        ([("numformats:posit23", "<u4")], "did you mean"),
        ([("numformats:", "<u4")], "unknown format"),
        ([("numformats", "<u4")], "malformed format tag"),
        ([("numformats;posit32", "<u4")], "malformed format tag"),
        ([("numformats:posit32", "<u2")], "malformed format tag"),
        ([("numformats:posit32", "<f4")], "malformed format tag"),
        ([("numformats:posit32", "<u4"), ("x", "u1")], "malformed format tag"),
        ([("x", "u1"), ("numformats:posit32", "<u4")], "malformed format tag"),
        ([("numformats:posit32", "<u4", (2,))], "malformed format tag"),
    ],
)
def test_bad_tags(fields, message, tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3, fields))
    with pytest.raises(nf.FormatError, match=message):
        nf.load(tmp_path / "a.npy")


def test_table_names_and_big_endian_codes_are_read(tmp_path):
    codes = np.array([0x4000, 0x4800], ">u2")
    np.save(tmp_path / "a.npy", codes.view([("numformats:posit16", ">u2")]))
    back = nf.load(tmp_path / "a.npy")
    assert back.tolist() == [nf.posit16(1), nf.posit16(2)]


def test_codes_out_of_range(tmp_path):
    codes = np.array([1, 1 << 19], "<u4").view([("numformats:tf32", "<u4")])
    np.save(tmp_path / "a.npy", codes)
    with pytest.raises(ValueError, match="0x80000 at index 1"):
        nf.load(tmp_path / "a.npy")


def test_nothing_is_ever_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        nf.load(tmp_path / "a.npy")


@pytest.mark.parametrize("content", [b"", b"posit", b"\x80\x04K\x01.", b"1,2\n3,4\n"])
def test_other_files(content, tmp_path):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(ValueError, match="neither an npy nor an npz file"):
        nf.load(tmp_path / "a.npy")
    with pytest.raises(FileNotFoundError):
        nf.load(tmp_path / "b.npy")


def test_two_arrays_in_one_stream():
    file = io.BytesIO()
    nf.save(file, sample(nf.posit8, (2,)))
    nf.save(file, sample(nf.q7, (3,)))
    file.seek(0)
    assert nf.load(file).dtype == nf.posit8
    assert nf.load(file).dtype == nf.q7


def test_np_save_of_the_bit_view(tmp_path):
    a = sample(nf.bposit16)
    np.save(tmp_path / "a.npy", nf.to_bits(a))
    same(nf.from_bits(np.load(tmp_path / "a.npy"), nf.bposit16), a)
