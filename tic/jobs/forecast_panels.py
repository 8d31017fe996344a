"""What `tic forecast run` forecasts: the monthly figures of the warehouse as panels with their hierarchies.

Group `arrivals`: the world, and the regions of residence (and the markets below them where they are published).
Group `provinces`: guests, visitors and receipts of provinces, regions and the country, of Thai and foreign visitors
where they are told apart, and occupancy. Group `others`: every other monthly series long enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import polars as pl

from models.hierarchy import Wholes, grouped_parts
from models.reconcile import sum_up
from models.series import COVID_19
from tic.analytics.observation import INDICATORS
from tic.analytics.summaries import SEPARATE_MARKETS
from tic.core.areas import COUNTRY, provinces
from tic.core.errors import BadInput

GroupName = Literal["arrivals", "provinces", "others"]
GROUPS: Final[tuple[GroupName, ...]] = get_args(GroupName)
TOTAL_OF_REGIONS: Final = "regions"
"""Market of the sum of all regions of residence, where they end before the country's own figures do."""
_PROVINCIAL: Final = "mots_province_"
"""How the names of the ministry's provincial feeds begin; of the same figure the newest statement holds."""
_ORIGINS: Final = ("thai", "foreign")
_STOPPED_AFTER_MONTHS: Final = 12
_LEAST_FIGURES: Final = 24
_PANEL: Final = {"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}
_STATED: Final = {"unique_id": pl.String, "source": pl.String, "as_of": pl.Date}


@dataclass(frozen=True, slots=True)
class Group:
    """Series that are forecast together: unique_id, ds, y; the hierarchies among them (unique_id, part); and who
    stated them last (unique_id, source, as_of)."""

    name: GroupName
    panel: pl.DataFrame
    hierarchies: tuple[pl.DataFrame, ...] = ()
    stated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_STATED))

    def version(self, models: str, *beside: pl.DataFrame) -> str:
        """A short name of the figures, of what is told beside them and of the models: it changes when, and only when, a
        forecast could."""
        told = [self.panel, *self.hierarchies, *beside]
        digest = hashlib.sha256("\n".join(frame.write_csv() for frame in told).encode())
        return f"{digest.hexdigest()[:12]}-{models}"

    @property
    def series(self) -> int:
        """How many series."""
        return self.panel["unique_id"].n_unique()


def chosen_groups(names: Collection[str] | None) -> tuple[GroupName, ...]:
    """The groups of those names, all where none is named. Raises BadInput for a name that is none."""
    wrong = sorted(set(names or ()) - set(GROUPS))
    if wrong:
        raise BadInput("There is no group {name}. Choose from: {known}.", name=wrong[0], known=", ".join(GROUPS))
    return tuple(name for name in GROUPS if not names or name in names)


def forecast_groups(observations: pl.LazyFrame) -> list[Group]:
    """The groups that have series, in the order of GROUPS.

    Left out are series that ended before COVID-19 did (nothing tells to which level they returned), that have fewer
    than two years of figures, or a figure below zero. Of a series that several publishers state, the one with the
    newest figure counts, then the one with most; figures of different publishers are never mixed.
    """
    monthly = observations.filter((pl.col("frequency") == "M") & (pl.col("status") != "forecast"))
    named = monthly.with_columns(
        unique_id=pl.concat_str("indicator", "area", "market", separator="/"), ds="period", y="value", feed="source"
    ).collect()
    usable = _usable(_corrected(named))
    arrivals, provincial = _arrivals(usable), _provincial(usable)
    taken = pl.concat([arrivals.panel, provincial.panel])
    # What the world and its regions add up to is told above, by the publishers that agree with one another.
    told = (pl.col("indicator") == "arrivals") & pl.col("market").is_in(["all", *SEPARATE_MARKETS])
    rest = usable.filter(~told).join(taken, on="unique_id", how="anti")
    single = _newest_publisher(rest)
    others = Group("others", _sorted([_panel(single)]), (), _stated(single))
    return [group for group in (arrivals, provincial, others) if group.series]


def _corrected(figures: pl.DataFrame) -> pl.DataFrame:
    """The ministry's provincial feeds as one, in which the newest statement of a figure holds."""
    provincial = pl.col("source").str.starts_with(_PROVINCIAL)
    newest = figures.filter(provincial).sort("as_of", "source").unique(["unique_id", "ds"], keep="last")
    return pl.concat([figures.filter(~provincial), newest.with_columns(source=pl.lit(_PROVINCIAL))])


def _usable(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures of series that can be forecast (see `forecast_groups`)."""
    return figures.filter(pl.col("y").is_not_null()).filter(
        (pl.col("ds").max().over("unique_id", "source") > COVID_19.end)
        & (pl.len().over("unique_id", "source") >= _LEAST_FIGURES)
        & (pl.col("y").min().over("unique_id", "source") >= 0)
        & pl.col("y").is_finite().all().over("unique_id", "source")
    )


def _arrivals(usable: pl.DataFrame) -> Group:
    """The world as the ministry's monthly releases state it, and the regions of residence as its table does."""
    figures = usable.filter((pl.col("indicator") == "arrivals") & (pl.col("area") == COUNTRY))
    world = figures.filter((pl.col("market") == "all") & (pl.col("source") == "mots_arrivals_monthly"))
    regional = figures.filter(
        pl.col("market").is_in(SEPARATE_MARKETS) & (pl.col("source") == "mots_arrivals_by_region")
    )
    leaves = _common_end(regional)
    regions = sorted(set(leaves["market"]))
    if not regions:
        return Group("arrivals", _panel(world), (), _stated(world))
    same_end = world["ds"].max() == leaves["ds"].max()
    top = "all" if same_end else TOTAL_OF_REGIONS
    parts = grouped_parts("arrivals", {COUNTRY: ()}, dict.fromkeys(regions, (top,)))
    summed = sum_up(_panel(leaves), parts)
    stated = pl.concat([_stated(world), _stated(leaves, parts)]).unique("unique_id", keep="first", maintain_order=True)
    return Group("arrivals", _sorted([summed] if same_end else [_panel(world), summed]), (parts,), stated)


def _provincial(usable: pl.DataFrame) -> Group:
    """Provinces up to the country for what adds up, provinces alone for rates."""
    newest = usable.filter((pl.col("source") == _PROVINCIAL) & pl.col("area").is_in(list(provinces())))
    panels: list[pl.DataFrame] = []
    hierarchies: list[pl.DataFrame] = []
    stated = [pl.DataFrame(schema=_STATED)]
    for (indicator,), figures in sorted(newest.partition_by("indicator", as_dict=True).items()):
        if not INDICATORS[indicator].additive:
            rates = figures.filter(pl.col("market") == "all")
            panels.append(_panel(rates))
            stated.append(_stated(rates))
            continue
        leaves = _common_end(_leaves(figures))
        parts = grouped_parts(str(indicator), _areas(leaves), _markets(leaves))
        known = parts.filter(pl.col("part").is_in(leaves["unique_id"].unique().to_list()))
        panels.append(sum_up(_panel(leaves), known))
        hierarchies.append(known)
        stated.append(_stated(leaves, known))
    return Group("provinces", _sorted(panels), tuple(hierarchies), pl.concat(stated))


def _leaves(figures: pl.DataFrame) -> pl.DataFrame:
    """The smallest parts of an indicator: Thai and foreign visitors where they are told apart, else all of them."""
    split = figures.filter(pl.col("market").is_in(_ORIGINS))
    return split if split.height else figures.filter(pl.col("market") == "all")


def _common_end(leaves: pl.DataFrame) -> pl.DataFrame:
    """Parts that can be summed: without those that stopped a year or more before the newest figure, and all of them
    up to the last month that each has; what a whole consists of must not change on the way."""
    newest = pl.col("ds").max()
    ended = pl.col("ds").max().over("unique_id")
    going = leaves.filter(ended > newest.dt.offset_by(f"-{_STOPPED_AFTER_MONTHS}mo"))
    last = going.group_by("unique_id").agg(last=pl.col("ds").max()).select(pl.col("last").min())
    return going.join(last, how="cross").filter(pl.col("ds") <= pl.col("last")).drop("last")


def _areas(leaves: pl.DataFrame) -> Wholes:
    known = provinces()
    return {code: (known[code].region, COUNTRY) for code in sorted(set(leaves["area"]))}


def _markets(leaves: pl.DataFrame) -> Wholes:
    return {market: (() if market == "all" else ("all",)) for market in sorted(set(leaves["market"]))}


def _newest_publisher(figures: pl.DataFrame) -> pl.DataFrame:
    """One publisher's figures of each series."""
    ranked = (
        figures.group_by("unique_id", "source")
        .agg(last=pl.col("ds").max(), count=pl.len())
        .sort("unique_id", "last", "count", "source", descending=[False, True, True, False])
        .unique("unique_id", keep="first", maintain_order=True)
    )
    return figures.join(ranked, on=["unique_id", "source"])


def _stated(figures: pl.DataFrame, parts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Who stated each series last, and when; of wholes, whoever stated one of their parts last."""
    if parts is not None:
        figures = parts.join(figures.rename({"unique_id": "part"}), on="part")
    newest = figures.group_by("unique_id").agg(
        source=pl.col("feed").sort_by("as_of", "feed").last(), as_of=pl.col("as_of").max()
    )
    return newest.select(pl.col(name).cast(kind) for name, kind in _STATED.items()).sort("unique_id")


def _panel(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.select(pl.col(name).cast(kind) for name, kind in _PANEL.items())


def _sorted(panels: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=_PANEL), *panels]).sort("unique_id", "ds")


def level_of(unique_id: pl.Expr) -> pl.Expr:
    """Where a series stands: `country`, `region` or `province` (`area` for any other), and `/market` if one is told."""
    area = unique_id.str.split("/").list.get(1)
    region = {province.region for province in provinces().values()}
    place = (
        pl.when(area == COUNTRY)
        .then(pl.lit("country"))
        .when(area.is_in(list(region)))
        .then(pl.lit("region"))
        .when(area.is_in(list(provinces())))
        .then(pl.lit("province"))
        .otherwise(pl.lit("area"))
    )
    whole = unique_id.str.ends_with("/all") | unique_id.str.ends_with(f"/{TOTAL_OF_REGIONS}")
    return pl.when(whole).then(place).otherwise(place + "/market")


def is_percent(unique_id: pl.Expr) -> pl.Expr:
    """Whether a series is a share in percent, which ends at 100."""
    shares = [code for code, item in INDICATORS.items() if item.unit == "percent"]
    return unique_id.str.split("/").list.first().is_in(shares)


def is_rate(unique_id: pl.Expr) -> pl.Expr:
    """Whether a series is averaged over time, not added."""
    rates = [code for code, item in INDICATORS.items() if not item.additive]
    return unique_id.str.split("/").list.first().is_in(rates)
