# SPDX-License-Identifier: BSD-3-Clause
"""What does the program decide, if the box leaves it open?  Comparisons with three answers.

A comparison of enclosures is true, false or open, for each number and each box.  np.where joins
both branches where it is open; Python's `if` needs one answer for all boxes, and Split tells the
driver how the boxes disagree, which then runs them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.interpreter import Bound

    Flags = NDArray[np.bool_]

__all__ = ["Answers", "Decision", "Fork", "Split"]

_LOGIC = {np.logical_and: "and", np.bitwise_and: "and", np.logical_or: "or", np.bitwise_or: "or"}
_NOT = {np.logical_not, np.invert}


class Split(BaseException):
    """The boxes do not agree at a line: groups of boxes, and those that leave it open."""

    def __init__(
        self,
        groups: list[NDArray[np.intp]],
        undecided: NDArray[np.intp],
        place: tuple[str, int],
        text: str,
    ) -> None:
        super().__init__(text)
        self.groups, self.undecided, self.place = groups, undecided, place


class Fork(BaseException):
    """A box that leaves a decision open may go these ways."""

    def __init__(self, choices: list[Any]) -> None:
        super().__init__("the run goes on once for each answer")
        self.choices = choices


class Answers:
    """What a run of one box answers where it is open: what was given, then a Fork.

    `apart` says whether the exact and the computed number may have gone different ways.
    """

    def __init__(self, given: list[Any], kinds: frozenset[str]) -> None:
        self.given, self.kinds, self.asked, self.apart = given, kinds, 0, False

    def __call__(self, choices: list[Any], *, apart: bool) -> Any:
        """The next answer; Fork where none is given."""
        if self.asked == len(self.given):
            raise Fork(choices)
        self.apart |= apart
        self.asked += 1
        return self.given[self.asked - 1]


class Decision(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of booleans that may be open.

    yes and no hold, last axis the boxes, where the answer is certain; apart, where the exact and
    the computed answer may differ; lost, where an operand may be infinite or NaN.
    """

    __slots__ = ("apart", "lost", "no", "run", "yes")
    __array_priority__ = 2000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, run: Bound, yes: Flags, no: Flags, apart: Flags, lost: Flags) -> None:
        self.run, self.yes, self.no, self.apart, self.lost = (
            run,
            yes & ~lost,
            no & ~lost,
            apart,
            lost,
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the booleans."""
        return self.yes.shape[:-1]

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(np.prod(self.shape)))
    dtype = np.dtype(bool)

    def settled(self) -> Flags:
        """The booleans, if every box knows them and all agree; else Split is raised."""
        boxes = self.yes.shape[-1]
        yes, no = self.yes.reshape(-1, boxes), self.no.reshape(-1, boxes)
        undecided = np.flatnonzero(~(yes | no).all(axis=0))
        patterns: dict[bytes, list[int]] = {}
        for box in range(boxes):
            patterns.setdefault(yes[:, box].tobytes(), []).append(box)
        answers = self.run.answers
        if undecided.size and answers and "if" in answers.kinds and self.size == 1:
            answer = answers([False, True], apart=bool((self.apart | self.lost).any()))
            return np.full(self.shape, answer)
        if undecided.size or len(patterns) > 1:
            clear = [
                [b for b in group if b not in set(undecided.tolist())]
                for group in patterns.values()
            ]
            self.run.split(
                [np.array(g) for g in clear if g], undecided, "this decision is open over the box"
            )
        return self.yes[..., 0]

    def __bool__(self) -> bool:
        return bool(self.settled())

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return np.asarray(self.settled(), dtype)

    def __getitem__(self, place: Any) -> Decision:
        return Decision(
            self.run, self.yes[place], self.no[place], self.apart[place], self.lost[place]
        )

    def __len__(self) -> int:
        return len(self.yes)

    def any(self, *args: Any, **kwargs: Any) -> Any:
        """np.any of the settled booleans."""
        return np.any(self.settled(), *args, **kwargs)

    def all(self, *args: Any, **kwargs: Any) -> Any:
        """np.all of the settled booleans."""
        return np.all(self.settled(), *args, **kwargs)

    def _of(self, item: Any) -> Decision:
        if isinstance(item, Decision):
            return item
        yes = np.asarray(item, bool)[..., None]
        yes = np.broadcast_to(yes, (*yes.shape[:-1], self.yes.shape[-1]))
        return Decision(self.run, yes, ~yes, np.zeros_like(yes), np.zeros_like(yes))

    def __array_ufunc__(self, f: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs and f in _NOT:
            return Decision(self.run, self.no, self.yes, self.apart, self.lost)
        if method == "__call__" and not kwargs and f in _LOGIC:
            x, y = map(self._of, args)
            apart, lost = x.apart | y.apart, x.lost | y.lost
            if _LOGIC[f] == "and":
                return Decision(self.run, x.yes & y.yes, x.no | y.no, apart, lost)
            return Decision(self.run, x.yes | y.yes, x.no & y.no, apart, lost)
        settled = [a.settled() if isinstance(a, Decision) else a for a in args]
        return getattr(f, method)(*settled, **kwargs)

    def __array_function__(self, f: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if f is np.where and len(args) == 3 and args[0] is self:
            return self.run.where(self, args[1], args[2])
        settled = [a.settled() if isinstance(a, Decision) else a for a in args]
        return f(*settled, **kwargs)
