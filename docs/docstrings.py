# SPDX-License-Identifier: BSD-3-Clause
"""How do our docstrings reach the page of the Python interface as they are meant?

Three things stand in the way.  To Markdown a line that begins with ``>>>`` is a quotation in a
quotation in a quotation; the parser sees examples only under a heading "Examples", and ours stand
where they are explained.  What follows a list of parameters is to the parser one more of them.
And to Markdown the stars of products and powers are emphasis.
"""

import re

import griffe

# From ``>>>`` to the next empty line, or to the end.
_EXAMPLE = re.compile(r"^>>> .*(?:\n.*\S.*)*", re.MULTILINE)
# Of a section of items what begins again at the margin after an empty line, and is no item.
_AFTER_ITEMS = re.compile(
    r"^(?P<items>.*?^(?:Parameters|Returns|Attributes)\n-+\n.*?\n)\n(?P<rest>(?!\w+\n-+\n)(?=\S).*)$",
    re.MULTILINE | re.DOTALL,
)
# A star that is no bullet and does not begin a line (*args), and what must keep its stars.
_STAR = re.compile(
    r"(?P<code>^```.*?^```|`[^`\n]*`)|(?<=\S)\*|(?<=\S )\*(?=\S)", re.MULTILINE | re.DOTALL
)


class Docstrings(griffe.Extension):
    """Examples as code, prose after parameters as prose, stars as stars."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: object) -> None:
        """Change the docstring of one object before it is parsed."""
        if obj.docstring is None:
            return
        text = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
        text = _STAR.sub(lambda m: m["code"] or r"\*", text)
        if found := _AFTER_ITEMS.match(text):
            obj.docstring.value = found["items"]
            sections = obj.docstring.parse("numpy")
            sections.append(griffe.DocstringSectionText(found["rest"]))
            obj.docstring.parsed = sections
        else:
            obj.docstring.value = text
