"""
Answers that readers share: computed once, however many ask at the same moment, and kept within a bound.

Streamlit's own cache does the same, but it reads the signature of a function and hashes every argument
at each call; a page asks some twenty times in a run. Here a key is a tuple of what the answer depends on,
the dataset's version first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass
class _Slot(Generic[Answer]):
    """Where one answer stands; who holds the lock computes it, the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: list[Answer] = field(default_factory=list)
    weight: int = 0


class Shared(Generic[Answer]):
    """
    A store of answers by key; what was not asked for the longest time goes first.

    Parameters
    ----------
    count
        Answers that are kept at most.
    weight
        What they may weigh together; the newest is kept whatever it weighs.
    weigh
        Weight of one answer. Without it only the number counts.
    """

    def __init__(
        self, count: int, weight: int | None = None, weigh: Callable[[Answer], int] | None = None
    ) -> None:
        self._count = count
        self._limit = weight
        self._weigh = weigh
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot[Answer]] = OrderedDict()
        self._total = 0

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """
        Return the answer for a key; `make` is called where nobody has asked
        before. An error is not kept.
        """
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot()
            else:
                self._slots.move_to_end(key)
        if slot.answers:
            return slot.answers[0]
        with slot.lock:
            if slot.answers:
                return slot.answers[0]
            try:
                answer = make()
            except BaseException:
                self.forget(key)
                raise
            slot.answers.append(answer)
            self._make_room(key, slot, answer)
            return answer

    def answers(self) -> list[Answer]:
        """Return what is kept now."""
        with self._lock:
            return [answer for slot in self._slots.values() for answer in slot.answers]

    def forget(self, key: Hashable) -> None:
        """Let go of an answer, so that it is computed again."""
        with self._lock:
            gone = self._slots.pop(key, None)
            if gone is not None:
                self._total -= gone.weight

    def _make_room(self, key: Hashable, slot: _Slot[Answer], answer: Answer) -> None:
        with self._lock:
            if self._slots.get(key) is not slot:
                return  # forgotten while it was computed
            slot.weight = self._weigh(answer) if self._weigh else 0
            self._total += slot.weight
            for other in [other for other in self._slots if other != key]:
                is_heavy = self._limit is not None and self._total > self._limit
                if len(self._slots) <= self._count and not is_heavy:
                    break
                # One that is still being computed has no weight yet; whoever waits for it has it in hand.
                self._total -= self._slots.pop(other).weight

    def __len__(self) -> int:
        return len(self._slots)
