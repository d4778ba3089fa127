"""Sets that only ever grow together: a union-find over 0..n-1 without recursion, the smaller number leading."""

from __future__ import annotations


class Unions:
    """`find(i)` is the smallest member of i's set: independent of the order of the `join`s."""

    def __init__(self, n: int) -> None:
        self.up = list(range(n))

    def find(self, i: int) -> int:
        up = self.up
        while up[i] != i:
            up[i] = up[up[i]]
            i = up[i]
        return i

    def join(self, i: int, j: int) -> None:
        i, j = self.find(i), self.find(j)
        if i < j:
            self.up[j] = i
        elif j < i:
            self.up[i] = j

    def add(self) -> int:
        """One more set of one; its number."""
        self.up.append(len(self.up))
        return len(self.up) - 1
