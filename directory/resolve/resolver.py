"""Clusters of records from the chances of pairs and the judgements of people.

Agglomerative clustering with constraints: the likeliest pair first, two clusters become one only when their records
agree on average and no record of one source stands against another. Whatever two clusters the rest of the country
holds, the same records always give the same clusters, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

MEAN_CHANCE: Final = 0.45
"""Least mean chance over all pairs between two clusters that become one: above half of a likely pair and none."""
LARGEST_COMPLETED: Final = 30
"""Records of a connected part up to which every pair in it gets a chance."""
Pair = tuple[int, int]


@dataclass(frozen=True)
class Judged:
    """Pairs of rows (smaller first) that people have judged to be one place, or two."""

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


@dataclass
class _Clusters:
    """Records in clusters that grow: `home` names the cluster of each record by one of its rows."""

    home: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)

    def of(self, row: int) -> int:
        if row not in self.home:
            self.home[row] = row
            self.members[row] = [row]
        return self.home[row]

    def join(self, one: int, other: int) -> None:
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        for row in self.members.pop(other):
            self.home[row] = one
            self.members[one].append(row)

    def join_where(self, pairs: Iterable[Pair], allows: Callable[[list[int], list[int]], bool]) -> None:
        """Join the clusters of each pair in turn, where the rows of both may come together."""
        for left, right in pairs:
            one, other = self.of(left), self.of(right)
            if one != other and allows(self.members[one], self.members[other]):
                self.join(one, other)


@dataclass(frozen=True)
class _Rules:
    """What two clusters have to fulfil to become one."""

    chances: dict[Pair, float]
    threshold: float
    judged: Judged
    source: list[str]
    numbering: list[tuple[str, str] | None]
    unit: dict[int, int]

    def nobody_objects(self, one: list[int], other: list[int]) -> bool:
        """No person has said that a record of the one and a record of the other are two places."""
        return not any(_pair(left, right) in self.judged.different for left in one for right in other)

    def agree(self, one: list[int], other: list[int]) -> bool:
        """Nobody objects, no source says that they are two places, and they are alike on average.

        Records that a publisher or a person calls one count as one, by the likeliest of them: that one of them bears
        another name, as the English feed does or an operator's edit, says nothing against the others.
        """
        if not self.nobody_objects(one, other):
            return False
        best: dict[Pair, float] = {}
        one_source: set[Pair] = set()
        for left in one:
            for right in other:
                units = (self.unit.get(left, left), self.unit.get(right, right))
                best[units] = max(self._chance(_pair(left, right)), best.get(units, 0.0))
                if self._one_source(left, right):
                    one_source.add(units)
        if any(best[units] < self.threshold for units in one_source):
            return False
        return sum(best.values()) >= MEAN_CHANCE * len(best)

    def _chance(self, pair: Pair) -> float:
        return 1.0 if pair in self.judged.same else self.chances.get(pair, 0.0)

    def _one_source(self, left: int, right: int) -> bool:
        if self.source[left] == self.source[right]:
            return True
        one, other = self.numbering[left], self.numbering[right]
        return one is not None and other is not None and one[0] == other[0] and one[1] != other[1]


def _pair(left: int, right: int) -> Pair:
    return (left, right) if left < right else (right, left)


def _units(numbering: list[tuple[str, str] | None], judged: Judged) -> dict[int, int]:
    """Row -> a row that stands for all that are one by a publisher's number or a person's word."""
    first: dict[tuple[str, str], int] = {}
    numbered = [(first.setdefault(number, row), row) for row, number in enumerate(numbering) if number is not None]
    clusters = _Clusters()
    clusters.join_where([*numbered, *sorted(judged.same)], lambda _one, _other: True)
    return clusters.home


def connected_parts(edges: Iterable[Pair]) -> list[list[int]]:
    """The connected parts of a graph of pairs, each as its rows in order."""
    clusters = _Clusters()
    clusters.join_where(edges, lambda _one, _other: True)
    return sorted(sorted(part) for part in clusters.members.values())


def settled_pairs(scored: pl.DataFrame, threshold: float, judged: Judged) -> pl.DataFrame:
    """The likely pairs whose two records have no other likely pair and were not judged: left, right, chance.

    Each is a cluster of two whatever the rest holds; most places that two sources state are such.
    """
    likely = scored.filter(pl.col("chance") >= threshold)
    named = {row for pair in (*judged.same, *judged.different) for row in pair}
    ends = pl.concat([likely["left"], likely["right"]]).alias("row").to_frame()
    busy = pl.Series(sorted(named), dtype=pl.UInt32)
    single = ends.group_by("row").len().filter(pl.col("len") == 1, ~pl.col("row").is_in(busy.implode()))["row"]
    both = pl.col("left").is_in(single.implode()) & pl.col("right").is_in(single.implode())
    return likely.filter(both & (pl.col("chance") >= MEAN_CHANCE))


def _between_others(scored: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """The pairs without those of a record that is settled."""
    rows = pl.concat([settled["left"], settled["right"]]).implode()
    return scored.filter(~(pl.col("left").is_in(rows) | pl.col("right").is_in(rows)))


def missing_pairs(scored: pl.DataFrame, threshold: float, judged: Judged) -> pl.DataFrame:
    """Pairs inside connected parts of at least three records that have no chance yet: left, right, in order.

    Parts larger than LARGEST_COMPLETED are left as they are; their unknown pairs count as impossible.
    """
    open_pairs = _between_others(scored, settled_pairs(scored, threshold, judged))
    likely = open_pairs.filter(pl.col("chance") >= threshold).select("left", "right").iter_rows()
    pairs = [
        (left, right)
        for part in connected_parts([*likely, *sorted(judged.same)])
        if 2 < len(part) <= LARGEST_COMPLETED
        for number, left in enumerate(part)
        for right in part[number + 1 :]
    ]
    frame = pl.DataFrame(pairs, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    return frame.join(scored, on=["left", "right"], how="anti").sort("left", "right")


def cluster(scored: pl.DataFrame, threshold: float, places: pl.DataFrame, judged: Judged) -> dict[int, int]:
    """Row -> smallest row of its cluster, for every row that is not alone.

    scored: left, right (left < right), chance. places: source, family, link_id of each row, in the order of the
    record keys; two records of one source, or with different numbers of one publisher, come together only where their
    own chance or a person says that they are one place.
    """
    settled = settled_pairs(scored, threshold, judged)
    pairs = list(_between_others(scored, settled).select("left", "right", "chance").iter_rows())
    numbering = [
        (family, link_id) if family is not None and link_id is not None else None
        for family, link_id in places.select("family", "link_id").iter_rows()
    ]
    rules = _Rules(
        {(left, right): chance for left, right, chance in pairs},
        threshold,
        judged,
        places["source"].to_list(),
        numbering,
        _units(numbering, judged),
    )
    clusters = _Clusters()
    clusters.join_where(sorted(judged.same), rules.nobody_objects)
    likely = sorted((-chance, left, right) for left, right, chance in pairs if chance >= threshold)
    clusters.join_where(((left, right) for _, left, right in likely), rules.agree)
    home = {row: min(rows) for rows in clusters.members.values() if len(rows) > 1 for row in rows}
    for left, right in settled.select("left", "right").iter_rows():
        home[left] = home[right] = left
    return home
