"""junit.xml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lab.spec import STEP_IDS
from tests.suite.grading.classes import ADA, BEN, HOSTILE, grade, the_assignment, write

FOUND = {
    "1.3": ("inconclusive", "no right to read the hub"),
    "3.2": ("failed", "capacity of d: found 10, the lab asks for 5"),
    "3.3": ("blocked", "not tried, because step 3.2 did not come about"),
}


def suites(directory: Path) -> list[ET.Element]:
    root = ET.fromstring((directory / "junit.xml").read_bytes())
    assert root.tag == "testsuites"
    return list(root)


def test_every_student_is_a_suite_and_every_step_a_case(tmp_path: Path) -> None:
    write(tmp_path, [grade(ADA, FOUND), grade(BEN)])  # type: ignore[arg-type]
    ada, ben = suites(tmp_path)
    assert [suite.get("name") for suite in (ada, ben)] == ["s001", "00123"]
    assert [case.get("name", "").split()[0] for case in ada] == list(STEP_IDS)
    assert {case.get("classname") for case in ada} == {"s001"}
    counts = ("tests", "failures", "errors", "skipped", "time", "timestamp")
    assert [ada.get(count) for count in counts] == ["19", "1", "1", "3", "17.000", "2026-11-20T09:00:00Z"]
    assert [ben.get(count) for count in counts[:4]] == ["19", "0", "0", "2"]


def test_a_step_says_what_it_came_to_and_why(tmp_path: Path) -> None:
    write(tmp_path, [grade(ADA, FOUND)])  # type: ignore[arg-type]
    (ada,) = suites(tmp_path)
    children = {str(case.get("name"))[:3]: [(child.tag, child.attrib) for child in case] for case in ada}
    assert children["1.1"] == []
    ((tag, attributes),) = children["3.2"]
    assert (tag, attributes["type"]) == ("failure", "failed")
    assert attributes["message"].startswith("capacity of d: found 10, the lab asks for 5. Next: ")
    ((tag, attributes),) = children["1.3"]
    assert (tag, attributes["type"]) == ("error", "inconclusive")
    assert children["3.3"] == [("skipped", {"message": "not tried, because step 3.2 did not come about"})]
    assert [tag for tag, _ in children["5.1"]] == ["skipped"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_valid_xml_whatever_a_student_writes(tmp_path: Path, text: str) -> None:
    honest = [grade(BEN), grade(ADA, {"4.2": ("failed", "found x")})]
    write(tmp_path / "honest", honest)
    hostile = grade(replace(ADA, name=text), {"4.2": ("failed", f"found {text}")})
    write(tmp_path / "hostile", [honest[0], hostile], the_assignment(title='<Lab> & "more"'))
    expected, found = suites(tmp_path / "honest"), suites(tmp_path / "hostile")
    assert ET.tostring(found[0]) == ET.tostring(expected[0])
    assert [(case.tag, case.attrib) for case in found[1]] == [(case.tag, case.attrib) for case in expected[1]]
    assert (tmp_path / "hostile" / "junit.xml").stat().st_size < 64 * 1024


def test_names_are_not_in_it(tmp_path: Path) -> None:
    write(tmp_path, [grade(ADA)])
    assert "Lovelace" not in (tmp_path / "junit.xml").read_text(encoding="utf-8")
