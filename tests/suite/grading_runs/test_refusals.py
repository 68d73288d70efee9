"""What cannot be graded with is refused before the first request, with every problem, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.suite.grading_runs.reports import Report
from tests.suite.projects import Project, Run
from tests.suite.running import RunningEmulator

pytestmark = pytest.mark.server

CLASS = '[[student]]\nid = "s1"\nresource_group = "rg-s1"\n'
GOOD = "id,name,resource_group\ns1,Ann,rg-s1\n"
HEAD = "id,resource_group,subscription,email\n"


@pytest.fixture(scope="module")
def emulator(
    start_emulator: Callable[..., RunningEmulator], tmp_path_factory: pytest.TempPathFactory
) -> RunningEmulator:
    file = tmp_path_factory.mktemp("class") / "class.toml"
    file.write_text(CLASS, encoding="utf-8")
    return start_emulator("--class", str(file))


@pytest.fixture
def refused(project: Project, emulator: RunningEmulator, tmp_path: Path) -> Callable[..., str]:
    """Start a grading run that is to be refused, and return what it said: nothing was asked, nothing written."""
    (tmp_path / "roster.csv").write_text(GOOD, encoding="utf-8")
    emulator.forget_requests()

    def run(*arguments: str, roster: bytes | None = None) -> str:
        if roster is not None:
            (tmp_path / "roster.csv").write_bytes(roster)
        out = tmp_path / "out"
        given = ("--grade", str(tmp_path / "roster.csv"), "--report-dir", str(out), *arguments)
        ended = project.run(*emulator.arguments, *given, "-q", **emulator.environment)
        assert ended.code == 4, ended.output
        assert "Traceback" not in ended.output
        assert emulator.requests() == []
        assert not out.exists()
        return ended.output

    return run


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        pytest.param("name,group\nAnn,rg-s1\n", ["row 1: column id", "row 1: column resource_group"], id="no-columns"),
        pytest.param(HEAD, ["found no students"], id="no-rows"),
        pytest.param("", ["row 1: found no header"], id="empty"),
        pytest.param(
            HEAD + "s1,rg-a,,\ns2,rg-b,,\nS1,rg-c,,\n", ["row 4: id: found the same as in row 2"], id="id-twice"
        ),
        pytest.param(
            HEAD + "s1,rg-a,my-subscription,\ns2,rg.,,x\n",
            ["row 2: subscription: found 'my-subscription'", "row 3: resource_group", "row 3: email"],
            id="bad-cells",
        ),
        pytest.param(
            HEAD + "../s1,rg-a,,\nCON,rg-b,,\n.x,rg-c,,\ns\t4,rg-d,,\n,rg-e,,\n",
            ["row 2: id", "row 3: id", "row 4: id", "row 5: id", "row 6: id: is empty"],
            id="unsafe-ids",
        ),
        pytest.param(HEAD + "s1,rg-a\n", ["row 2: found 2 cells, expected 4"], id="few-cells"),
    ],
)
def test_a_bad_roster_is_refused_with_every_row(roster: str, said: list[str], refused: Callable[..., str]) -> None:
    output = refused(roster=roster.encode())
    for words in said:
        assert words in output, output


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp949", "row 2: is not UTF-8"), ("utf-16", "looks like UTF-16"), ("latin-1", "row 2: is not UTF-8")],
)
def test_another_encoding_is_refused_by_its_name(encoding: str, said: str, refused: Callable[..., str]) -> None:
    name = "Zoë" if encoding == "latin-1" else "김하늘"
    output = refused(roster=f"id,name,resource_group\ns1,{name},rg-s1\n".encode(encoding))
    assert said in output
    assert "UTF-8" in output


def test_a_hundred_thousand_rows_are_refused_at_once(refused: Callable[..., str]) -> None:
    rows = "".join(f"s{n},rg-{n}\n" for n in range(100_000))
    output = refused(roster=f"id,resource_group\n{rows}".encode())
    assert "row 20002: found more than 20,000 students" in output
    assert output.count("\n") < 70


def test_more_students_than_a_session_takes_are_sent_to_shards(refused: Callable[..., str]) -> None:
    rows = "".join(f"s{n},rg-{n}\n" for n in range(2_500))
    output = refused(roster=f"id,resource_group\n{rows}".encode())
    assert "found 2,500 students, expected 1,000 at most in one session; give --shard 1/3 to --shard 3/3" in output


def test_a_damaged_option_is_refused_with_all_others(refused: Callable[..., str]) -> None:
    output = refused("--shard", "5/3", "--deadline", "x", "--keep")
    for words in ("--shard: found '5/3'", "--deadline: found 'x'", "--grade: found it with --keep"):
        assert words in output, output


def test_a_roster_that_is_not_there_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    output = refused("--grade", str(tmp_path / "none.csv"))
    assert "none.csv cannot be used" in output
    assert "found nothing there, expected a roster" in output


def graded(project: Project, emulator: RunningEmulator, roster: Path, *arguments: str) -> Run:
    given = ("--grade", str(roster), "--report-dir", str(roster.parent / "graded"), "-q", *arguments)
    return project.run(*emulator.arguments, *given, **emulator.environment)


def test_a_run_goes_on_only_as_it_was_begun_and_where_it_is(
    project: Project, emulator: RunningEmulator, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(GOOD, encoding="utf-8")
    run = graded(project, emulator, roster)
    assert run.code == 0, run.output
    report = Report(tmp_path / "graded")
    before, asked = report.of_the_class(), emulator.requests()
    begun = report.verdict("s1")["run"]
    for arguments, text, said in (
        ((), GOOD, ["found files in", "expected an empty folder"]),
        (("--resume", begun), GOOD.replace("Ann", "Bob"), ["roster (SHA-256): found"]),
        (("--resume", "emulator-1"), GOOD, ["run: found emulator-1", f"expected {begun}"]),
        (("--resume", begun, "--shard", "1/1", "--expect-clean"), GOOD, ["--expect-clean: found True, expected False"]),
    ):
        roster.write_text(text, encoding="utf-8")
        run = graded(project, emulator, roster, *arguments)
        assert run.code == 4, run.output
        for words in said:
            assert words in run.output, run.output
        assert report.of_the_class() == before
    assert emulator.requests() == asked
