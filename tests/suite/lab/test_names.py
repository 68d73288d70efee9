"""The names of a run: within Azure's rules for each type, and the tags by which a sweep finds them.

The rules: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from lab.names import Names, tags
from lab.settings import new_suffix
from tests.suite.lab.fakes import STARTED

RULES = {
    "resource_group": r"[\w().-]{0,89}[\w()-]",
    "storage_account": r"[a-z0-9]{3,24}",
    "key_vault": r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
    "account": r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]",
    "hub": r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
    "project": r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
    "connection": r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
    "deployment": r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}[a-zA-Z0-9]",
}


@pytest.mark.parametrize("kind", RULES)
def test_every_name_keeps_azures_rules(kind: str) -> None:
    for suffix in ("00000000", "zzzzzzzz", new_suffix()):
        assert re.fullmatch(RULES[kind], getattr(Names(suffix), kind)), suffix


@pytest.mark.parametrize("kind", RULES)
def test_every_name_ends_in_the_suffix(kind: str) -> None:
    assert getattr(Names("ab12cd34"), kind).endswith("ab12cd34")


def test_the_role_assignment_is_one_uuid_for_every_try_of_a_run() -> None:
    first, again, other = Names("ab12cd34"), Names("ab12cd34"), Names("ab12cd35")
    assert str(uuid.UUID(first.role_assignment)) == first.role_assignment
    assert first.role_assignment == again.role_assignment
    assert first.role_assignment != other.role_assignment


def test_the_tags_say_whose_it_is_and_when_it_may_go() -> None:
    found = tags("ab12cd34", "principal-1", STARTED)
    assert found["lab-run"] == "ab12cd34"
    assert found["lab-owner"] == "principal-1"
    due = datetime.strptime(found["lab-delete-after"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert due - STARTED >= timedelta(hours=6), "a run with all its deadlines must not be swept while it works"


def test_the_tags_keep_azures_rules() -> None:
    for name, value in tags("ab12cd34", "x" * 36, STARTED).items():
        assert 0 < len(name) <= 512
        assert not re.search(r"[<>%&\\?/]", name)
        assert len(value) <= 256
