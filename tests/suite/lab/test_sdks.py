"""The SDKs are loaded at once, and the garbage collector does not look at them again."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.suite.lab.fakes import ROOT

# In a process of its own: what is put out of the collector's sight here would stay so for all tests.
PROGRAM = """
import gc, sys
from lab.sdks import SDKS, load_sdks

if {paused}:
    gc.disable()
load_sdks()
assert all(name in sys.modules for name in SDKS)
assert gc.isenabled() is not {paused}
out_of_sight = gc.get_freeze_count()
assert out_of_sight > 10_000
keep = [[] for _ in range(100)]
load_sdks()
assert gc.get_freeze_count() == out_of_sight, "what was made since is looked at"
"""


@pytest.mark.server
@pytest.mark.parametrize("paused", [False, True], ids=["collecting", "paused-before"])
def test_they_are_loaded_once_and_out_of_the_collectors_sight(paused: bool) -> None:
    program = PROGRAM.replace("{paused}", str(paused))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
