# SPDX-License-Identifier: BSD-3-Clause
"""Are the report's files whole, safe to open, and do they say what the run found?"""

import importlib.util
import json
import re
import shutil
import subprocess

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import trace
from numformats.analysis.report_html import to_html

NASTY = """
def f(x):
    text = "</script><script>document.title='owned'</script>"; y = x / 3  # <!-- <b>&amp;"' ]]>
    return np.sqrt(y - y[0]) + y * y   # </td></table>\u2028
"""


def nasty(tmp_path):
    """A function whose text, name and file try to break out of a page."""
    path = tmp_path / "a'b\"&<img src=x onerror=alert(1)>.py"
    path.write_text("import numpy as np\n" + NASTY)
    spec = importlib.util.spec_from_file_location("nasty_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.f.__qualname__ = "<script>f</script>"
    return module.f


@pytest.fixture
def report(tmp_path):
    with np.errstate(all="ignore"):
        return trace(nasty(tmp_path), [3.0, 1.0, 1e6, 2.0], dtype=nf.posit16)


def test_json_has_no_number_that_json_has_not(report, tmp_path):
    path = tmp_path / "report.json"
    report.to_json(path)

    def refuse(text):
        raise AssertionError(text)

    document = json.loads(path.read_text(), parse_constant=refuse)
    assert document["schema"] == "numformats.analyze/1"
    assert document["format"] == "posit16"
    assert document["first_nan"]["operation"] == "sqrt"
    assert document["first_nan"]["line"] == 5
    assert document["worst"]["file"] == report.worst.file
    assert len(document["bins"]) == len(document["lines"][0]["histogram"])
    assert [line["line"] for line in document["lines"]] == [4, 5]
    first = document["lines"][0]
    for name in ("code", "introduced", "inherited", "max_ulps", "mean_ulps", "blame", "gross",
                 "through", "cancellations", "diverged", "saturations", "nans", "elements"):  # fmt: skip
        assert first[name] == getattr(report.lines[0], name), name
    assert first["operations"][0]["name"] == "divide"
    # an infinite error is null
    with np.errstate(all="ignore"):
        infinite = trace(lambda x: x * x, [1e30], dtype=np.float32)
    assert infinite.to_dict()["lines"][0]["max_ulps"] is None
    json.dumps(infinite.to_dict(), allow_nan=False)


def test_files_are_whole_or_untouched(report, tmp_path, monkeypatch):
    for write in (report.to_html, report.to_json):
        path = tmp_path / "out"
        path.write_text("before")
        with pytest.raises(FileNotFoundError):
            write(tmp_path / "no" / "folder")
        with monkeypatch.context() as m:
            m.setattr("os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                write(path)
        assert path.read_text() == "before"
        write(path)
        assert path.read_text() != "before"
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".py") == ["out"]


def test_nothing_of_the_users_program_is_markup(report):
    page = to_html(report)
    for bad in (
        "</script><script>",
        "<img",
        "onerror=alert(1)>",
        "<!-- ",
        "</td></table>#",
        "<b>&",
    ):
        assert bad not in page, bad
    assert page.count("<script>") == page.count("</script>") == 1
    assert "&lt;/script&gt;&lt;script&gt;document.title=&#x27;owned&#x27;" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    # and in a notebook
    shown = report._repr_html_()
    assert "</script>" not in shown
    assert "&lt;/script&gt;" in shown


def test_a_page_needs_no_other(report):
    page = to_html(report)
    assert not re.search(
        r"""(?:src|href)\s*=|url\(|@import|https?://""", page.replace("img src=x", "")
    )
    assert "default-src 'none'" in page


PROBE = """
<script>
const problems = [];
addEventListener("error", (e) => problems.push(e.message));
addEventListener("securitypolicyviolation", (e) => problems.push(e.violatedDirective));
addEventListener("load", () => {
  const table = document.getElementById("lines"), body = table.tBodies[0];
  const column = (i) => [...body.rows].map((r) => r.cells[i].dataset.v);
  const heads = [...table.tHead.rows[0].cells];
  const sorted = heads.map((head, i) => {
    head.querySelector("button").click();
    const down = column(i);
    head.querySelector("button").click();
    return [head.textContent, head.getAttribute("aria-sort"), down, column(i)];
  });
  const scripts = document.scripts.length;
  document.body.innerHTML = "<pre id=said></pre>";
  document.getElementById("said").textContent = JSON.stringify({
    title: document.title, problems, sorted, scripts,
  });
});
</script>
"""


def dumped(page, tmp_path):
    """What the page says of itself in a real browser."""
    chromium = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if chromium is None:
        pytest.skip("no Chromium here: the page is not opened")
    path = tmp_path / "page.html"
    path.write_text(page.replace("<body>", "<body>" + PROBE), "utf-8")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom",
        path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    said = done.stdout.partition('<pre id="said">')[2].partition("</pre>")[0]
    assert said, done.stderr
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        said = said.replace(entity, letter)
    return json.loads(said)


def test_a_browser_opens_the_page_and_sorts_every_column(report, tmp_path):
    said = dumped(to_html(report), tmp_path)
    assert said["problems"] == []
    assert said["title"] == "<script>f</script> in posit16"
    names = [row[0] for row in said["sorted"]]
    assert names[:4] == ["line", "code", "blame", "introduced"]
    for name, order, down, up in said["sorted"][2:12]:
        assert order == "ascending", name
        known = [float(v) for v in down if v != ""]
        assert known == sorted(known, reverse=True), name
        assert [float(v) for v in up if v != ""] == sorted(known), name
        assert all(v == "" for v in down[len(known) :]), name


def test_a_planted_script_would_be_seen(report, tmp_path):
    """The probe notices markup that escapes: a test that cannot fail is none."""
    escaped = "&lt;script&gt;document.title=&#x27;owned&#x27;&lt;/script&gt;"
    page = to_html(report)
    assert page.count(escaped) >= 2
    said = dumped(page.replace(escaped, "<script>document.title='owned'</script>"), tmp_path)
    assert said["title"] == "owned"
    assert said["scripts"] > dumped(page, tmp_path)["scripts"]


def test_the_text_has_every_line_and_both_sums(report):
    text = repr(report)
    assert "the lines' shares add up to" in text
    assert text.count("\n") == 1 + len(report.lines)
    assert f"{report.worst.line}" in text.splitlines()[2]
    assert "posit16 beside double" in text
    assert repr(report.worst).startswith(f"<line {report.worst.line} ")


def test_a_program_without_arithmetic_has_a_report(tmp_path):
    report = trace(np.flip, [1.0, 2.0], dtype=nf.posit16)
    assert report.lines == []
    assert report.worst is None
    assert "no line of it computes" in repr(report)
    report.to_html(tmp_path / "a.html")
    report.to_json(tmp_path / "a.json")
    assert "No line of it computes" in (tmp_path / "a.html").read_text()
    assert trace(lambda _: 7, [1.0], dtype=nf.posit16).result == 7
