"""Each rule of the checker finds an error planted in a body that was right, in models of both generations."""

from __future__ import annotations

import copy
import pkgutil
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from tests.suite.lab.bodies.forms import TEXT, Choice
from tests.suite.lab.bodies.models import record_of
from tests.suite.lab.bodies.sent import SENT
from tests.suite.lab.bodies.typed_models import Newer, Rule, problems

LEFT_OUT = object()
BY_ID = {sent.id: sent for sent in SENT}
COGNITIVE = "azure.mgmt.cognitiveservices.models:"
LEARNING = "azure.mgmt.machinelearningservices.models:"


@dataclass(frozen=True)
class Planted:
    """An error put into one of our bodies: the member, what it becomes, the rule that finds it and what it says."""

    sent: str
    path: str
    value: Any
    rule: Rule
    says: str


PLANTED = (
    Planted("storage-account", "properties.allowBlobPublicAcess", False, "unknown member", "expected one of "),
    Planted("role-assignment", "properties.principalKind", "User", "unknown member", "expected one of "),
    Planted("connection-as-of-an-account", "properties.credentials", {}, "unknown member", "expected one of "),
    Planted("storage-account", "sku.name", LEFT_OUT, "missing", "Azure asks for it"),
    Planted("key-vault", "properties.tenantId", LEFT_OUT, "missing", "Azure asks for it"),
    Planted("role-assignment", "properties.principalId", LEFT_OUT, "missing", "Azure asks for it"),
    Planted("role-assignment", "properties", LEFT_OUT, "missing", "Azure asks for it"),
    Planted("connection-as-of-an-account", "properties.authType", LEFT_OUT, "missing", "Azure asks for it"),
    Planted("account", "properties.endpoint", "https://x", "read-only", "found 'https://x'; only Azure sets it"),
    Planted("key-vault", "properties.hsmPoolResourceId", "1", "read-only", "found '1'; only Azure sets it"),
    Planted("hub", "properties.workspaceId", "1", "read-only", "found '1'; only Azure sets it"),
    Planted("storage-account", "kind", "StorageV3", "unknown value", "found 'StorageV3', expected one of Storage, "),
    Planted("key-vault", "properties.sku.name", "Standard", "unknown value", "expected one of standard, premium"),
    Planted("account", "properties.publicNetworkAccess", "enabled", "unknown value", "expected one of Enabled, "),
    Planted("hub", "identity.type", "System", "unknown value", "expected one of None, SystemAssigned, "),
    Planted("connection-as-of-an-account", "properties.authType", "Entra", "unknown value", "expected one of AAD, "),
    Planted("connection-as-of-an-account", "properties.authType", 1, "wrong type", "found 1, expected a text"),
    Planted("deployment", "sku.capacity", "5", "wrong type", "found '5', expected a whole number"),
    Planted("deployment", "sku.capacity", True, "wrong type", "found True, expected a whole number"),
    Planted("key-vault", "properties.softDeleteRetentionInDays", 7.5, "wrong type", "expected a whole number"),
    Planted("storage-account", "properties.allowBlobPublicAccess", "no", "wrong type", "expected true or false"),
    Planted("storage-account", "kind", 2, "wrong type", "found 2, expected a text"),
    Planted("storage-account", "location", None, "wrong type", "found None, expected a text"),
    Planted("storage-account", "sku", "Standard_LRS", "wrong type", "found 'Standard_LRS', expected an object"),
    Planted("key-vault", "properties.accessPolicies", {}, "wrong type", "found {}, expected a list"),
    Planted("resource-group", "tags", ["lab"], "wrong type", "found ['lab'], expected an object"),
    Planted("resource-group", "tags.lab-run", 1, "wrong type", "found 1, expected a text"),
    Planted("connection-as-of-an-account", "properties.metadata.ApiType", 1, "wrong type", "expected a text"),
)


class Odd:
    """A model of the older generation with a limit that no model in use has."""

    _attribute_map: ClassVar = {"size": {"key": "size", "type": "int"}}
    _validation: ClassVar = {"size": {"multiple": 2}}


class Strange:
    """A model of the newer generation with a type that no model in use has."""

    _is_model = True
    sizes: set[int] = SimpleNamespace(_rest_name_input=None, _visibility=None)  # type: ignore[assignment]


def body_with(sent: str, path: str, value: Any) -> Any:
    """One of our bodies, but for one member."""
    body = copy.deepcopy(BY_ID[sent].body())
    *parents, name = path.split(".")
    inner = body
    for parent in parents:
        inner = inner[parent]
    if value is LEFT_OUT:
        del inner[name]
    else:
        inner[name] = value
    return body


def model(name: str) -> type:
    """A model class by `package:class`."""
    found = pkgutil.resolve_name(name)
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize("planted", [pytest.param(p, id=f"{p.sent}-{p.path}-{p.rule}") for p in PLANTED])
def test_a_planted_error_is_the_only_one_found(planted: Planted) -> None:
    sent = BY_ID[planted.sent]
    body = body_with(planted.sent, planted.path, planted.value)
    (found,) = problems(body, sent.model, sent.newer)
    assert (found.rule, found.path) == (planted.rule, planted.path)
    assert planted.says in found.text


def test_all_errors_are_found_at_once_each_with_its_path() -> None:
    body = {"sku": {"name": "Cheap", "size": 1}, "kind": "StorageV2", "properties": {"networkAcls": {"ipRules": [{}]}}}
    assert {(problem.rule, problem.path) for problem in problems(body, BY_ID["storage-account"].model)} == {
        ("missing", "location"),
        ("unknown value", "sku.name"),
        ("unknown member", "sku.size"),
        ("missing", "properties.networkAcls.defaultAction"),
        ("missing", "properties.networkAcls.ipRules[0].value"),
    }


@pytest.mark.parametrize(
    ("name", "member", "value", "expected"),
    [
        pytest.param(f"{COGNITIVE}ApiProperties", "superUser", "x" * 501, "a length of 500 or less", id="max_length"),
        pytest.param(f"{COGNITIVE}ApiProperties", "eventHubConnectionString", "x", "a text like ^( *)E", id="pattern"),
        pytest.param(f"{COGNITIVE}DeploymentCapacitySettings", "priority", -1, "0 or more", id="minimum"),
        pytest.param(f"{LEARNING}AssetJobInput", "uri", "", "a length of 1 or more", id="min_length"),
    ],
)
def test_a_value_beyond_a_limit_is_found(name: str, member: str, value: Any, expected: str) -> None:
    found = problems({member: value}, model(name))
    assert {(problem.rule, problem.path) for problem in found} == {("limit", member)}
    assert found[0].text.startswith(f"found {value!r}, expected {expected}")


def test_an_open_model_takes_members_of_other_names() -> None:
    assert problems({"superUser": "me", "mine": 1}, model(f"{COGNITIVE}ApiProperties")) == []


def test_a_subtype_s_own_members_are_held_to_the_subtype() -> None:
    body = body_with("connection-as-of-an-account", "properties.authType", "ApiKey")
    body["properties"]["credentials"] = {"key": 1}
    (found,) = problems(body, BY_ID["connection-as-of-an-account"].model)
    assert str(found) == "properties.credentials.key: wrong type: found 1, expected a text"


def test_a_body_that_is_no_object_is_found() -> None:
    (found,) = problems([], BY_ID["hub"].model)
    assert str(found) == "the body: wrong type: found [], expected an object"


def test_what_is_newer_than_the_package_is_held_to_its_own_form() -> None:
    sent = BY_ID["project"]
    (found,) = problems(body_with("project", "properties.hubResourceId", 1), sent.model, sent.newer)
    assert str(found) == "properties.hubResourceId: wrong type: found 1, expected a text"
    (found,) = problems(body_with("project", "kind", "project"), sent.model, sent.newer)
    assert str(found) == "kind: unknown value: found 'project', expected one of Project"


def test_what_is_newer_than_the_package_excuses_nothing_else() -> None:
    newer = (Newer("id", TEXT, "a source"),)
    found = problems({"location": "swedencentral", "id": "1"}, BY_ID["resource-group"].model, newer)
    assert [problem.rule for problem in found] == ["read-only", "not needed"]


def test_an_entry_that_the_package_has_caught_up_with_is_found() -> None:
    sent = BY_ID["account"]
    (found,) = problems(sent.body(), sent.model, (Newer("kind", Choice(("OpenAI",)), "a source"),))
    assert (found.rule, found.path) == ("not needed", "kind")


def test_a_class_that_is_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match="int: found neither _attribute_map nor rest fields"):
        record_of(int)


def test_a_limit_that_the_checker_does_not_know_is_not_passed_over() -> None:
    with pytest.raises(TypeError, match="found limit 'multiple' in a model"):
        problems({"size": 3}, Odd)


def test_a_type_that_the_reader_does_not_know_is_not_passed_over() -> None:
    with pytest.raises(TypeError, match=r"found type set\[int\] in a model"):
        record_of(Strange)
