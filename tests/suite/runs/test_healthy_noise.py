"""No false alarm on a healthy day: `python -m benchmarks.healthy_noise` makes a hundred such runs."""

from __future__ import annotations

import pytest

from benchmarks.healthy_noise import is_well, noisy_run


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_that_means_nothing_raises_no_alarm(seed: int) -> None:
    run, left = noisy_run(seed)
    assert is_well(run, left), f"left: {left}\n{run.output}"
