# SPDX-License-Identifier: BSD-3-Clause
"""Does every link of the built site lead somewhere, and is no table or picture cut off?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (390, 1280)  # a phone, a laptop
KINDS = ("index.html", "gallery/index.html", "tutorial/first-steps/index.html", "how-to/compare/index.html",
         "reference/formats/index.html", "reference/api/index.html", "explanation/speed-functions/index.html",
         "architecture/index.html")  # fmt: skip

# Says for each frame which elements reach over the right edge of their column and cannot be scrolled.
PROBE = """<!DOCTYPE html><body style="margin:0">%s<pre id="said"></pre><script>
onload = () => setTimeout(() => {
  const said = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const d = frame.contentDocument, tables = d.querySelectorAll("table").length;
    const wide = [...d.querySelectorAll("[role=main] :is(table, pre, img, p, h1, h2, h3, li, svg)")]
      .filter(e => {
        const scrolls = x => ["auto", "scroll"].includes(frame.contentWindow.getComputedStyle(x).overflowX);
        for (let x = e; x && x.tagName != "BODY"; x = x.parentElement) if (scrolls(x) && x != e) return false;
        const over = e.getBoundingClientRect().right > frame.clientWidth + 1;
        return over || (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !scrolls(e));
      });
    const page = d.documentElement.scrollWidth > frame.clientWidth + 1 ? " PAGE" : "";
    said.push(frame.name + " " + tables + " " + wide.length + page + " "
      + wide.map(e => e.tagName + ":" + e.textContent.slice(0, 20).replace(/\\s+/g, "_")).join(","));
  }
  document.getElementById("said").textContent = said.join("\\n");
  document.title = "done";
}, 300);
</script></body>"""


class Page(HTMLParser):
    """Where a page links to, what can be linked to, and what it quotes."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.quotes = [], set(), 0
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        self.links += [attrs[key] for key in ("href", "src") if attrs.get(key)]
        self.quotes += tag == "blockquote"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs", reason="the site is built by mkdocs, which is not installed")
    pytest.importorskip(
        "mkdocstrings", reason="the site is built with mkdocstrings, which is not installed"
    )
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-P",
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(folder),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def test_no_link_is_broken(site, pages):
    broken, count = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == "#":
                continue
            count += 1
            target = path
            if parts.path:
                target = (path.parent / unquote(parts.path)).resolve()
                target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].ids if target in pages else set()
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert count > 1000
    assert broken == []


def test_nothing_is_fetched_from_elsewhere(site):
    """A page opens without a network, and tells nobody that it was read."""
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert 'src="http' not in text, path
        assert '<link rel="stylesheet" href="http' not in text, path


def test_examples_of_the_interface_are_code(site, pages):
    path = site / "reference" / "api" / "index.html"
    assert pages[path].quotes == 0
    text = path.read_text("utf-8")
    assert text.count('<span class="gp">&gt;&gt;&gt; </span>') > 50
    assert "&gt;&gt;&gt;" not in text.replace('<span class="gp">&gt;&gt;&gt; </span>', "")


def test_nothing_is_cut_off(site):
    chromium = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if chromium is None:
        pytest.skip("no Chromium here: whether tables are cut off is not seen")
    frames = [
        f'<iframe name="{page}@{width}" src="{page}" style="width:{width}px;height:800px;border:0"></iframe>'
        for page in KINDS
        for width in WIDTHS
    ]
    probe = site / "probe.html"
    probe.write_text(PROBE % "".join(frames), "utf-8")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        f"--user-data-dir={site / 'profile'}", "--virtual-time-budget=20000", "--window-size=1300,900",
        "--dump-dom", probe.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said = done.stdout.partition('<pre id="said">')[2].partition("</pre>")[0].splitlines()
    assert len(said) == len(frames), done.stderr
    assert sum(int(line.split()[1]) for line in said) > 20
    assert [line for line in said if line.split()[2] != "0" or " PAGE" in line] == []
