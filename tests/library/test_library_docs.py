# SPDX-License-Identifier: BSD-3-Clause
"""Does the page of libnumformats name every function of its header, as the header declares it?"""

import importlib.util
import re
from pathlib import Path

from c_library import declared

DOCS = Path(__file__).resolve().parents[2] / "docs"


def generated():
    spec = importlib.util.spec_from_file_location("generate_library", DOCS / "generate_library.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


def test_the_page_is_what_the_header_says():
    assert (DOCS / "reference" / "libnumformats.md").read_text("utf-8") == generated()
    assert set(declared()) <= set(re.findall(r"\bnf_\w+", generated()))


def test_the_guide_names_functions_that_there_are():
    text = (DOCS / "how-to" / "use-from-c.md").read_text("utf-8")
    of_c = re.findall(r"`(nf_\w+)", text)
    assert len(of_c) > 20
    assert set(of_c) <= {*declared(), "nf_env", "nf_status"}
