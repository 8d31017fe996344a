"""Clusters of records from the chances of pairs and the judgements of people.

Agglomerative clustering with constraints: the likeliest pair first, two clusters become one only when their records
agree on average and no record of one source stands against another. Whatever two clusters the rest of the country
holds, the same records always give the same clusters, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

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

    @property
    def named(self) -> frozenset[int]:
        """Rows that a judgement is about."""
        return frozenset(row for pair in (*self.same, *self.different) for row in pair)


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
    source: dict[int, str]
    numbering: dict[int, tuple[str, str] | None]
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


def _units(numbering: dict[int, tuple[str, str] | None], judged: Judged) -> dict[int, int]:
    """Row -> a row that stands for all that are one by a publisher's number or a person's word."""
    first: dict[tuple[str, str], int] = {}
    numbered = [(first.setdefault(number, row), row) for row, number in numbering.items() if number is not None]
    clusters = _Clusters()
    clusters.join_where([*numbered, *sorted(judged.same)], lambda _one, _other: True)
    return clusters.home


def connected_parts(edges: pl.DataFrame) -> pl.DataFrame:
    """The connected parts of a graph of pairs (left, right): row, part (its number), of every row in a pair."""
    rows = pl.concat([edges["left"], edges["right"]]).unique().sort().alias("row")
    ends = (rows.search_sorted(edges[side]).to_numpy() for side in ("left", "right"))
    graph = coo_array((np.ones(edges.height, dtype=np.bool_), tuple(ends)), shape=(len(rows), len(rows)))
    _, labels = connected_components(graph, directed=False)
    return pl.DataFrame([rows, pl.Series("part", labels, dtype=pl.Int32)])


def settled_parts(scored: pl.DataFrame, threshold: float, places: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    """Rows of the connected parts that are one cluster at a glance, with the smallest row of each: row, home.

    In such a part every two records are a likely pair, nobody has judged one of them, and no two records speak
    against each other as records of one source or as numbers of one publisher do; or it is a single likely pair. Most
    places that several sources state are such. places: as for `cluster`.
    """
    named = pl.Series(sorted(judged.named), dtype=pl.UInt32)
    likely = scored.filter(pl.col("chance") >= threshold)
    parts = connected_parts(likely)
    numbered = pl.col("family").filter(pl.col("link_id").is_not_null())
    members = places.select("source", "family", "link_id")[parts["row"]]
    alike = (
        pl.concat([parts, members], how="horizontal")
        .group_by("part")
        .agg(
            apart=(pl.col("source").n_unique() == pl.len()) & (numbered.n_unique() == numbered.len()),
            judged=pl.col("row").is_in(named.implode()).any(),
            size=pl.len(),
        )
    )
    known = likely.join(parts, left_on="left", right_on="row").group_by("part").agg(pl.len(), pl.col("chance").min())
    whole = alike.join(known, on="part").filter(
        ~pl.col("judged"),
        pl.col("len") == pl.col("size") * (pl.col("size") - 1) // 2,
        pl.col("apart") | (pl.col("size") == 2),
        pl.col("chance") >= MEAN_CHANCE,
    )
    settled = parts.join(whole.select("part"), on="part", how="semi")
    return settled.select("row", home=pl.col("row").min().over("part")).sort("row")


def _between_others(scored: pl.DataFrame, settled: pl.Series) -> pl.DataFrame:
    """The pairs without those of a record that is settled."""
    rows = settled.implode()
    return scored.filter(~(pl.col("left").is_in(rows) | pl.col("right").is_in(rows)))


def missing_pairs(scored: pl.DataFrame, threshold: float, judged: Judged) -> pl.DataFrame:
    """Pairs inside connected parts of at least three records that have no chance yet: left, right, in order.

    Parts larger than LARGEST_COMPLETED are left as they are; their unknown pairs count as impossible.
    """
    said = pl.DataFrame(sorted(judged.same), schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    edges = pl.concat([scored.filter(pl.col("chance") >= threshold).select("left", "right"), said]).unique()
    parts = connected_parts(edges)
    known = edges.join(parts, left_on="left", right_on="row").group_by("part").agg(pl.len().alias("pairs"))
    sizes = parts.group_by("part").agg(pl.col("row").sort().alias("rows"), pl.len()).join(known, on="part")
    unknown = sizes.filter(
        pl.col("len").is_between(3, LARGEST_COMPLETED), pl.col("pairs") < pl.col("len") * (pl.col("len") - 1) // 2
    )
    pairs = [pair for rows in unknown["rows"].to_list() for pair in combinations(rows, 2)]
    frame = pl.DataFrame(pairs, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    return frame.join(scored, on=["left", "right"], how="anti").sort("left", "right")


def cluster(scored: pl.DataFrame, threshold: float, places: pl.DataFrame, judged: Judged) -> dict[int, int]:
    """Row -> smallest row of its cluster, for every row that is not alone.

    scored: left, right (left < right), chance. places: source, family, link_id of each row, in the order of the
    record keys; two records of one source, or with different numbers of one publisher, come together only where their
    own chance or a person says that they are one place.
    """
    settled = settled_parts(scored, threshold, places, judged)
    pairs = list(_between_others(scored, settled["row"]).select("left", "right", "chance").iter_rows())
    rows = sorted({row for left, right, _ in pairs for row in (left, right)} | judged.named)
    of_rows = places.select("source", "family", "link_id")[rows]
    numbering = {
        row: (family, link_id) if family is not None and link_id is not None else None
        for row, family, link_id in zip(rows, of_rows["family"], of_rows["link_id"], strict=True)
    }
    rules = _Rules(
        {(left, right): chance for left, right, chance in pairs},
        threshold,
        judged,
        dict(zip(rows, of_rows["source"], strict=True)),
        numbering,
        _units(numbering, judged),
    )
    clusters = _Clusters()
    clusters.join_where(sorted(judged.same), rules.nobody_objects)
    likely = sorted((-chance, left, right) for left, right, chance in pairs if chance >= threshold)
    clusters.join_where(((left, right) for _, left, right in likely), rules.agree)
    home = {row: min(rows) for rows in clusters.members.values() if len(rows) > 1 for row in rows}
    return home | dict(settled.select("row", "home").iter_rows())
