"""`python -m tests.suite.scenarios.mutation`: take each check of the lab away in turn; some scenario must notice.

Every scenario is run once, and what its stages came to is kept (`keeping`); the changed checks then judge that again,
without Azure. A check that no scenario notices is one that the catalogue does not show to matter. Scenarios that end
inconclusive are left out: there a stage gave up, whatever the checks say. An assertion may be one that only students'
environments need, which the same checks grade: then one of those (`borrowed`) must notice.

With `--raises` all scenarios run, and which of the places that give a step up are reached by any is told beside.
"""

from __future__ import annotations

import argparse
import ast
import copy
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from lab.spec import LabSpec
from lab.spec_file import load_spec
from tests.suite.projects import ROOT
from tests.suite.scenarios.borrowed import variants
from tests.suite.scenarios.catalogue import Case, cases
from tests.suite.scenarios.keeping import OPTION, Results, read_results
from tests.suite.scenarios.raises import as_coverage
from tests.suite.scenarios.rejudged import Judged, LabTest, Sources, judged_again, lab_sources, lab_tests

PATIENCE = 180.0
PLUGIN = "tests.suite.scenarios.keeping"


@dataclass(frozen=True)
class Mutant:
    """The lab's checks with one thing taken away: what that is, and what is left."""

    name: str
    sources: Sources = field(repr=False)


@dataclass(frozen=True)
class Fate:
    """Who noticed: the ids of the scenarios that no longer come to what they expect.

    `borrowed` names what, changed in an environment that somebody else built, is no longer noticed.
    """

    mutant: str
    noticed_by: tuple[str, ...]
    borrowed: tuple[str, ...] = ()

    @property
    def is_noticed(self) -> bool:
        """Whether a scenario noticed; for an assertion alone, a student's environment is as good."""
        return bool(self.noticed_by or (", assertion " in self.mutant and self.borrowed))


def mutants(sources: Sources) -> Iterator[Mutant]:
    """The checks without each of their tests, and without each of their assertions."""
    for path, tree in sources.items():
        tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        for test in tests:
            yield _without(sources, path, test, f"{path.stem}::{test.name}")
            for number, line in enumerate(_assertions(test), start=1):
                name = f"{path.stem}::{test.name}, assertion {number}: {ast.unparse(line.test)}"
                yield _without(sources, path, line, name)


def _assertions(test: ast.FunctionDef) -> list[ast.Assert]:
    return [node for node in ast.walk(test) if isinstance(node, ast.Assert)]


def _without(sources: Sources, path: Path, gone: ast.stmt, name: str) -> Mutant:
    class Taken(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            is_it = isinstance(node, type(gone)) and (node.lineno, node.col_offset) == (gone.lineno, gone.col_offset)
            return ast.copy_location(ast.Pass(), node) if is_it else self.generic_visit(node)

    return Mutant(name, {**sources, path: cast(ast.Module, Taken().visit(copy.deepcopy(sources[path])))})


def is_expected(case: Case, judged: Judged) -> bool:
    """Whether a run came to what its scenario expects, as far as the checks decide it."""
    expected = case.expected
    outcome = {"broken": "failed", "inconclusive": "inconclusive"}.get(expected.verdict)
    found = (judged.verdict, judged.step, judged.outcome)
    return found == (expected.verdict, expected.step, outcome) and expected.reason in judged.reason


def fates(spec: LabSpec, sources: Sources, kept: Mapping[str, tuple[Case, Results]]) -> Iterator[Fate]:
    """What becomes of each mutant under all scenarios."""
    for mutant in mutants(sources):
        tests = lab_tests(mutant.sources)
        noticed = [
            identity
            for identity, (case, results) in kept.items()
            if not is_expected(case, judged_again(spec, tests, results))
        ]
        yield Fate(mutant.name, tuple(noticed), () if noticed else tuple(_borrowed(spec, sources, tests, kept)))


def _borrowed(
    spec: LabSpec, sources: Sources, tests: list[LabTest], kept: Mapping[str, tuple[Case, Results]]
) -> Iterator[str]:
    """What is found wrong in a student's environment by all checks, and not by these."""
    healthy = next((results for case, results in kept.values() if case.expected.verdict == "works"), {})
    all_tests = lab_tests(sources)
    for name, results in variants(healthy):
        if judged_again(spec, all_tests, results) != judged_again(spec, tests, results):
            yield name


def not_as_expected(spec: LabSpec, sources: Sources, kept: Mapping[str, tuple[Case, Results]]) -> list[str]:
    """The scenarios that do not come to what they expect even with all checks: they can prove nothing."""
    tests = lab_tests(sources)
    return [
        identity
        for identity, (case, results) in kept.items()
        if not is_expected(case, judged_again(spec, tests, results))
    ]


def telling() -> list[Case]:
    """The scenarios whose end the checks decide."""
    return [case for case in cases() if case.expected.verdict != "inconclusive"]


def kept_results(chosen: Iterable[Case], folder: Path, jobs: int = 2) -> dict[str, tuple[Case, Results]]:
    """Run the scenarios that are not kept in the folder yet, and read what all of them came to."""
    listed = list(chosen)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda case: _kept(case, folder), listed))
    return {case.id: (case, read_results(folder / f"{case.id}.pickle")) for case in listed}


def _kept(case: Case, folder: Path) -> None:
    path = folder / f"{case.id}.pickle"
    if path.exists():
        return
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", PLUGIN]
        command += ["--emulator", "--scenario", str(case.path), "--report-dir", place, "--state-dir", place]
        done = subprocess.run(
            [*command, OPTION, str(path)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    if not path.exists():
        raise RuntimeError(f"scenario {case.id}: the run kept nothing:\n{done.stdout}")


def main(arguments: Sequence[str]) -> int:
    """Print who notices what; 1 when a check can be taken away unnoticed, or a scenario is not as expected."""
    given = _parser().parse_args(arguments)
    spec, sources = load_spec(ROOT / "data" / "lab.toml"), lab_sources()
    with tempfile.TemporaryDirectory() as place:
        folder = given.results or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        kept = kept_results(cases() if given.raises else telling(), folder, given.jobs)
    unsound = not_as_expected(spec, sources, kept)
    for identity in unsound:
        print(f"{identity}: NOT AS EXPECTED with all checks; it can prove nothing")
    found = list(fates(spec, sources, {name: one for name, one in kept.items() if name not in unsound}))
    for fate in found:
        print(f"{fate.mutant}\n    {_lines(fate)}")
    unnoticed = sum(not fate.is_noticed for fate in found)
    if given.raises:
        print("", as_coverage([results for _, results in kept.values()]), sep="\n")
    borrowed = sum(fate.is_noticed and not fate.noticed_by for fate in found)
    words = f"{len(found) - unnoticed} of {len(found)} changes to the checks are noticed"
    print(f"\n{words}, {borrowed} of them in students' environments only; {len(kept)} scenarios")
    return int(bool(unnoticed or unsound))


def _lines(fate: Fate) -> str:
    if fate.noticed_by:
        return f"{len(fate.noticed_by)} scenarios notice: {_first(fate.noticed_by)}"
    return f"in a student's environment: {_first(fate.borrowed)}" if fate.is_noticed else "NOBODY NOTICES"


def _first(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.suite.scenarios.mutation", description=__doc__)
    parser.add_argument("--results", type=Path, metavar="DIR", help="keep the runs here, and use those that are here")
    parser.add_argument("--raises", action="store_true", help="tell too which places that give a step up are reached")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="how many runs at a time (default 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
