# SPDX-License-Identifier: BSD-3-Clause
"""Are profiles data that say where they are from, and does one in use stay in its thread and block?"""

import threading

import pytest

import numformats as nf
from numformats.accelerator import PROFILES, Profile, current, from_environment, use


def test_each_says_where_it_is_from_and_names_formats():
    assert {"mlu370", "mix_fp32_fix16", "float32"} <= set(PROFILES)
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert profile.about in str(profile)
        nf.parse_format(profile.store)
        assert profile.products is None or nf.parse_format(profile.products)
    for name in ("mlu370", "mix_fp32_fix16"):
        assert "not vendor documentation" in str(PROFILES[name])
    assert nf.parse_format(PROFILES["mlu370"].store) is nf.mlu32
    assert PROFILES["mlu370"].cache.errors == 32768


def fail_within(name):
    assert current().name == name
    raise ZeroDivisionError


def test_a_profile_ends_with_its_block_whatever_happens():
    assert current({}) is None
    with use("mlu370"), use("mix_fp32_fix16") as inner:
        assert current() is inner is PROFILES["mix_fp32_fix16"]
    with pytest.raises(ZeroDivisionError), use(Profile("mine", "a test")):
        fail_within("mine")
    assert current({}) is None
    with pytest.raises(ValueError, match="profile='mlu'; allowed: float32, mlu370"), use("mlu"):
        pass


def test_threads_do_not_see_each_others():
    seen, barrier = {}, threading.Barrier(3)

    def work(name):
        with use(name):
            barrier.wait()
            seen[name] = current().name
            barrier.wait()

    def bare():
        barrier.wait()
        seen["bare"] = current({})
        barrier.wait()

    threads = [threading.Thread(target=work, args=(n,)) for n in ("mlu370", "mix_fp32_fix16")]
    with use("float32"):
        threads.append(threading.Thread(target=bare))
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert current().name == "float32"
    assert seen == {"mlu370": "mlu370", "mix_fp32_fix16": "mix_fp32_fix16", "bare": None}


def test_the_articles_variables(monkeypatch):
    assert from_environment({}) is None
    assert from_environment({"MLU_COMP_ALPHA": "0.5"}) is None
    given = {"MLU_PRECISION_MODE": "mix_fp32_fix16"}
    assert from_environment(given) == PROFILES["mix_fp32_fix16"]
    found = from_environment(
        given | {"MLU_ENABLE_COMPENSATION": "0", "MLU_COMP_ALPHA": ".2", "MLU_COMP_BETA": "0.8"}
    )
    assert (found.compensation, found.alpha, found.beta) == (False, 0.2, 0.8)
    for name, bad in (
        ("MLU_PRECISION_MODE", "fp8"), ("MLU_ENABLE_COMPENSATION", "yes"),
        ("MLU_COMP_ALPHA", "1.5"), ("MLU_COMP_BETA", "much"), ("MLU_COMP_BETA", "nan"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"{name}="):
            from_environment(given | {name: bad})
    monkeypatch.setenv("MLU_PRECISION_MODE", "mlu370")
    assert current().name == "mlu370"
    with use("float32"):
        assert current().name == "float32"
