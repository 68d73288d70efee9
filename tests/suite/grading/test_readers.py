"""Reading students' environments in one process: against an emulator that holds a small class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.options import Options
from emulator.server import Emulator, serve_in_thread
from fixtures.grading.environments import Readers
from fixtures.grading.options import GradingOptions
from fixtures.grading.plan import Grading
from lab.errors import Blocked, Broken, StepError
from lab.grading.evidence import FILE
from lab.grading.roster import Roster, Student
from lab.settings import ClientSecret, Endpoints, Setting, Settings
from tests.suite.emulator.settings import settings_of as told_by
from tests.suite.fixtures.test_options import NONE
from tests.suite.lab.fakes import settings_of, the_spec

pytestmark = pytest.mark.server

SPEED = 1000.0
CLASS = "\n".join(f'[[student]]\nid = "s00{n}"\nresource_group = "rg-s00{n}"\n' for n in (1, 2, 3))
NO_ROLE = """
id = "no-role"
title = "Whoever grades has no role on the account of one student"
source = "by design"
[[rule]]
when = { method = "GET", path = "*/_account/*s002*/openai/*" }
then = { status = 401, body = { error = { code = "PermissionDenied", message = "PRINCIPAL of TENANT has no role" } } }
"""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("class")
    (folder / "class.toml").write_text(CLASS)
    with serve_in_thread(Options(speed=SPEED)) as other:
        told = told_by(other)
    scenario = NO_ROLE.replace("PRINCIPAL", told["principal_id"]).replace("TENANT", told["tenant_id"])
    (folder / "no-role.toml").write_text(scenario)
    options = Options(speed=SPEED, class_file=folder / "class.toml", scenario=folder / "no-role.toml")
    with serve_in_thread(options) as running:
        yield running


@pytest.fixture
def told(emulator: Emulator) -> dict[str, Any]:
    return told_by(emulator)


@pytest.fixture
def settings(emulator: Emulator, told: dict[str, Any]) -> Settings:
    return settings_of(
        mode="emulator",
        speed=SPEED,
        subscription_id=Setting(told["subscription_id"], "emulator"),
        endpoints=Endpoints(told["url"], told["authority"], None, emulator.ca_file),
        sign_in=ClientSecret(told["tenant_id"], told["client_id"], told["client_secret"]),
    )


def the_class(subscription: str = "") -> tuple[Student, ...]:
    return tuple(
        Student(row, f"s00{row}", f"rg-s00{row}", subscription=subscription if row == 3 else "") for row in (1, 2, 3)
    )


@pytest.fixture
def readers(settings: Settings, told: dict[str, Any], tmp_path: Path) -> Iterator[Readers]:
    students = the_class(told["subscription_id"])
    options = replace(NONE, grading=GradingOptions(grade=Path("roster.csv")))
    grading = Grading(options, Roster(students, "0" * 64), students, directory=tmp_path)
    made = Readers(the_spec(), settings, grading, block=3)
    yield made
    made.close()


def asked(emulator: Emulator, group: str) -> int:
    """How many requests there were so far about a group."""
    return sum(f"resourcegroups/{group}" in str(served["path"]).lower() for served in emulator.world.log.document())


def test_a_block_is_read_together_and_each_student_once(readers: Readers, emulator: Emulator) -> None:
    first, _, third = readers.grading.students
    evidence = readers.evidence(first)
    assert evidence.is_whole
    assert evidence.result("deployment").capacity == 5
    readers.evidence(third)
    requests = asked(emulator, "rg-s001")
    assert requests > 0
    assert readers.evidence(first) == evidence
    assert asked(emulator, "rg-s001") == requests


def test_what_cannot_be_read_of_one_costs_the_others_nothing_and_names_nobody(
    readers: Readers, told: dict[str, Any], tmp_path: Path
) -> None:
    second = readers.grading.students[1]
    evidence = readers.evidence(second)
    job = evidence.outcomes["job"]
    assert isinstance(job, StepError)
    assert not isinstance(job, (Blocked, Broken))
    assert "PermissionDenied: <principal> of <tenant> has no role" in job.reason
    for student in readers.grading.students:
        readers.evidence(student)
        text = (tmp_path / "students" / student.id / FILE).read_text(encoding="utf-8").lower()
        hidden = ("principal_id", "tenant_id", "subscription_id", "client_id", "client_secret")
        assert not [name for name in hidden if told[name].lower() in text]
    assert readers.evidence(readers.grading.students[0]).is_whole


def test_the_clients_of_a_subscription_are_closed_when_nobody_is_read_there(readers: Readers) -> None:
    for student in readers.grading.students:
        readers.evidence(student)
    readers._reading.stop()
    assert readers._clients == {}


def test_a_resumed_run_asks_again_only_for_what_could_not_be_read(readers: Readers, emulator: Emulator) -> None:
    for student in readers.grading.students:
        readers.evidence(student)
    again = replace(readers.grading, options=replace(readers.grading.options, resume="live-1"))
    before = {group: asked(emulator, group) for group in ("rg-s001", "rg-s002")}
    resumed = Readers(readers.spec, readers.settings, again, block=3)
    for student in again.students:
        resumed.evidence(student)
    resumed.close()
    assert asked(emulator, "rg-s001") == before["rg-s001"]
    assert asked(emulator, "rg-s002") > before["rg-s002"]


def test_a_damaged_file_is_read_again(readers: Readers, tmp_path: Path) -> None:
    first = readers.grading.students[0]
    readers.evidence(first)
    (tmp_path / "students" / first.id / FILE).write_text("{", encoding="utf-8")
    again = replace(readers.grading, options=replace(readers.grading.options, resume="live-1"))
    resumed = Readers(readers.spec, readers.settings, again, block=1)
    assert resumed.evidence(first).is_whole
    resumed.close()
