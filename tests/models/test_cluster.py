"""A cluster tells what this machine tells."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import polars as pl
import pytest

from models.cluster import fitting_on, on_cluster
from models.statistical import statistical_forecasts
from tic.core.errors import NotFound

HAS_RAY = importlib.util.find_spec("ray") is not None


def test_models_are_fitted_here_unless_a_cluster_is_named() -> None:
    with fitting_on("local"):
        assert not on_cluster()
    assert not on_cluster()


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed here")
def test_a_cluster_without_its_package_says_what_to_install() -> None:
    with pytest.raises(NotFound, match="Ray is not installed"), fitting_on("ray"):
        pass


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed: `pip install .[ray]`")
def test_a_local_ray_cluster_tells_the_same_as_this_machine(
    make_series: Callable[..., pl.DataFrame], seasonal: Callable[..., list[float]]
) -> None:
    import ray

    panel = pl.concat([make_series(seasonal(48, spread=0.1, seed=seed), name=f"s{seed}") for seed in range(3)])
    here = statistical_forecasts(panel, horizon=3, season=12)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        with fitting_on("ray"):
            there = statistical_forecasts(panel, horizon=3, season=12)
    finally:
        ray.shutdown()
    assert there.select(pl.exclude("yhat")).equals(here.select(pl.exclude("yhat")))
    assert (there["yhat"] / here["yhat"] - 1).abs().max() < 1e-6
