"""Whole runs, as somebody who waits sees them, and the pace of their questions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from lab.spec import STEP_IDS
from tests.suite.projects import PATIENCE, Project
from tests.suite.running import RunningEmulator

pytestmark = pytest.mark.server
# Step 1.5 is a look at what step 1.4 found: nothing is waited for.
WAITED_FOR = sorted(set(STEP_IDS) - {"1.5"})
# Slow enough for training to be told of while it goes on: in a log after five seconds, in a table after one.
LOG_SPEED, TABLE_SPEED = "300", "800"


def steps_done(output: str) -> list[str]:
    """The ids in the lines that say that a step is done."""
    return re.findall(r"^([1-5]\.[1-6]) .*: done in [\d:.]+(?: s)?, usually \d+ \w+ on Azure", output, re.MULTILINE)


@pytest.mark.parametrize("arguments", [("-q",), ("-n", "2")], ids=["quiet", "two-workers"])
def test_a_log_has_a_line_for_each_step(project: Project, arguments: tuple[str, ...]) -> None:
    run = project.run("--emulator", "--speed", LOG_SPEED, *arguments, TERM="xterm")
    assert run.code == 0, run.output
    assert sorted(steps_done(run.output)) == WAITED_FOR
    assert re.search(r"^2\.5 Training: 0:0\d, usually 33 min on Azure; running", run.output, re.MULTILINE), run.output
    assert re.search(r"^2\.5 Training: done in .*training loss[ =]\d", run.output, re.MULTILINE), run.output
    assert "\x1b" not in run.output


def test_all_that_a_run_says_of_itself_is_korean_when_asked_for(project: Project) -> None:
    run = project.run("--emulator", "--lang", "ko")
    assert run.code == 0, run.output
    for line in (
        r"실습: Azure AI 스튜디오에서 .*",
        r"모드: emulator\(지정됨\)",
        r"구독: e000… \(emulator\)",
        r"2\.5 학습 완료: [\d.]+초 만에 완료, Azure에서는 보통 33분; .*",
        r"=+ 실습 결과: 정상 =+",
        r"1\.3 경고: region switzerlandnorth, .*",
        r"전체 19단계 중 19단계 통과, 보고서: .*verdict\.json",
    ):
        assert re.search(f"^{line}$", run.output, re.MULTILINE), (line, run.output)


@pytest.mark.parametrize("arguments", [("--emulator", "-qq"), ("tests/lab",)], ids=["very-quiet", "replay"])
def test_nothing_is_shown_where_nobody_waits(project: Project, arguments: tuple[str, ...]) -> None:
    run = project.run(*arguments)
    assert run.code == 0, run.output
    assert steps_done(run.output) == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals; the table itself is tested without one")
@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}], ids=["colours", "no-colours"])
def test_a_terminal_has_a_table_in_place(project: Project, environment: dict[str, str]) -> None:
    output = on_a_terminal(project, {"TERM": "xterm", **environment})
    text = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", output).replace("\r", "\n")
    assert re.search(r"2\.5 Training +0:0\d +usually 33 min on Azure +running", text), text
    assert sorted(steps_done(text)) == WAITED_FOR
    assert ("\x1b[2K" in output, "\x1b[?25h" in output) == (True, True), "the table is erased and the cursor comes back"
    assert bool(re.search(r"\x1b\[[\d;]*3[1-7]m", output)) is not bool(environment)


def on_a_terminal(project: Project, environment: dict[str, str]) -> str:
    """All that a run writes to a terminal of its own."""
    ours, theirs = os.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "CI")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--report-dir", "report"]
    process = subprocess.Popen(
        [*command, "--emulator", "--speed", TABLE_SPEED],
        cwd=project.root,
        env={**inherited, "COLUMNS": "150", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    written = bytearray()
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:
        # How Linux says that nobody has the terminal open any more.
        pass
    finally:
        late.cancel()
        os.close(ours)
    assert process.wait() == 0, written.decode(errors="replace")
    return written.decode(errors="replace")


@pytest.mark.parametrize("asks", [3, 5])
def test_no_question_is_asked_too_fast(
    project: Project, start_emulator: Callable[..., RunningEmulator], asks: int
) -> None:
    spec = project.root / "data" / "lab.toml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("asks = 3", f"asks = {asks}"), encoding="utf-8")
    emulator = start_emulator()
    run = project.run(*emulator.arguments, **emulator.environment)
    assert run.code == 0, run.output
    statuses = [status for _, path, status in emulator.requests() if path.endswith("/chat/completions")]
    assert statuses.count(200) == 1 + 2 * asks
    assert 429 not in statuses
