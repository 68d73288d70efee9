"""Deployments of ARM templates: what a client sees of them from the PUT to the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.suite.emulator import lab
from tests.suite.emulator.clients import Answer, Azure

STORAGE = "Microsoft.Storage/storageAccounts"
HUB = "Microsoft.MachineLearningServices/workspaces"
LONG_S = 120.0

pytestmark = pytest.mark.server


def storage(name: str, **more: Any) -> dict[str, Any]:
    sku = {"name": "Standard_LRS"}
    return {"type": STORAGE, "apiVersion": "2022-09-01", "name": name, "location": "westus", "sku": sku, **more}


def path(sdk: Azure, group: str, name: str) -> str:
    return f"{sdk.subscription}/resourcegroups/{group}/providers/Microsoft.Resources/deployments/{name}"


def deploy(sdk: Azure, group: str, name: str, resources: list[Any], **template: Any) -> Answer:
    properties = {"mode": "incremental", "template": {"resources": resources, **template}}
    return sdk.call("PUT", path(sdk, group, name), {"properties": properties})


def ended(sdk: Azure, group: str, name: str, later: lab.Later) -> dict[str, Any]:
    """The deployment's properties after two minutes."""
    later(LONG_S)
    document = sdk.call("GET", path(sdk, group, name)).body
    properties: dict[str, Any] = document["properties"]
    return properties


def test_a_deployment_is_accepted_runs_and_succeeds(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-template")
    output = {"blob": {"type": "string", "value": f"[reference(resourceId('{STORAGE}', 'sttpl1')).accessTier]"}}
    begun = deploy(sdk, group, "first", [storage("sttpl1")], outputs=output)
    assert (begun.status, begun.body["properties"]["provisioningState"]) == (201, "Accepted")
    assert begun.body["properties"]["mode"] == "Incremental"
    assert "location" not in begun.headers
    address = begun.headers["azure-asyncoperation"]
    assert "/deployments/first/operationStatuses/" in address
    later(2)
    assert sdk.poll(address).body == {"status": "Running"}
    properties = ended(sdk, group, "first", later)
    assert sdk.poll(address).body == {"status": "Succeeded"}
    assert properties["provisioningState"] == "Succeeded"
    assert properties["outputs"] == {"blob": {"type": "String", "value": "Hot"}}
    made = f"{sdk.subscription}/resourceGroups/{group}/providers/{STORAGE}/sttpl1"
    assert properties["outputResources"] == [{"id": made}]
    assert properties["duration"].startswith("PT")
    assert sdk.call("GET", made).body["properties"]["provisioningState"] == "Succeeded"
    assert sdk.call("HEAD", path(sdk, group, "first")).status == 204


def test_a_resource_waits_for_those_it_depends_on(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-order")
    deploy(sdk, group, "ordered", [storage("sttpl3", dependsOn=["sttpl2"]), storage("sttpl2")])
    later(3)
    operations = f"{sdk.subscription}/resourcegroups/{group}/deployments/ordered/operations"
    (running,) = sdk.call("GET", operations).body["value"]
    assert running["properties"]["targetResource"]["resourceName"] == "sttpl2"
    assert (running["properties"]["provisioningState"], running["properties"]["statusCode"]) == ("Running", "Accepted")
    ended(sdk, group, "ordered", later)
    listed = sdk.call("GET", f"{path(sdk, group, 'ordered')}/operations").body["value"]
    assert [found["properties"]["targetResource"]["resourceName"] for found in listed] == ["sttpl3", "sttpl2"]
    assert {found["properties"]["provisioningState"] for found in listed} == {"Succeeded"}
    one = sdk.call("GET", f"{operations}/{listed[0]['operationId']}").body
    assert one == listed[0]


def test_what_a_provider_refuses_fails_the_deployment_and_what_depends_on_it(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-refused")
    deploy(sdk, group, "refused", [storage("NOT VALID"), storage("sttpl4", dependsOn=["NOT VALID"])])
    properties = ended(sdk, group, "refused", later)
    assert properties["provisioningState"] == "Failed"
    assert properties["error"]["code"] == "DeploymentFailed"
    assert [detail["code"] for detail in properties["error"]["details"]] == ["AccountNameInvalid"]
    (operation,) = sdk.call("GET", f"{path(sdk, group, 'refused')}/operations").body["value"]
    assert operation["properties"]["statusCode"] == "BadRequest"
    assert operation["properties"]["statusMessage"]["error"]["code"] == "AccountNameInvalid"
    missing = sdk.call("GET", f"{sdk.subscription}/resourceGroups/{group}/providers/{STORAGE}/sttpl4")
    assert missing.code == "ResourceNotFound"


def test_a_deployment_inside_a_deployment_makes_its_own_resources(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-nested")
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2020-06-01",
        "name": "inside",
        "properties": {"mode": "Incremental", "template": {"resources": [storage("[variables('account')]")]}},
    }
    deploy(sdk, group, "outside", [nested], variables={"account": "sttpl5"})
    assert ended(sdk, group, "outside", later)["provisioningState"] == "Succeeded"
    listed = sdk.call("GET", f"{sdk.subscription}/resourcegroups/{group}/providers/Microsoft.Resources/deployments")
    assert [found["name"] for found in listed.body["value"]] == ["outside", "inside"]
    in_group = sdk.call("GET", f"{sdk.subscription}/resourceGroups/{group}/resources").body["value"]
    assert [found["name"] for found in in_group] == ["sttpl5"]


@pytest.mark.parametrize(
    ("resources", "code"),
    [
        ([storage("[nothing()]")], "InvalidTemplate"),
        ([{**storage("x"), "type": "Microsoft.Nothing/things"}], "InvalidTemplateDeployment"),
    ],
    ids=["expression", "type"],
)
@pytest.mark.parametrize("how", ["PUT", "validate"])
def test_a_template_that_is_not_valid_makes_nothing(sdk: Azure, how: str, resources: list[Any], code: str) -> None:
    group = lab.group(sdk, "rg-invalid")
    body = {"properties": {"mode": "Incremental", "template": {"resources": resources}}}
    own = path(sdk, group, "invalid")
    answer = sdk.call("POST", f"{own}/validate", body) if how == "validate" else sdk.call("PUT", own, body)
    assert (answer.status, answer.code) == (400, code)
    assert sdk.call("GET", own).code == "DeploymentNotFound"


def test_validating_says_what_would_be_made(sdk: Azure) -> None:
    group = lab.group(sdk, "rg-validate")
    body = {"properties": {"mode": "Incremental", "template": {"resources": [storage("sttpl6")]}}}
    answer = sdk.call("POST", f"{path(sdk, group, 'dry')}/validate", body)
    (validated,) = answer.body["properties"]["validatedResources"]
    assert validated["id"].endswith("/storageAccounts/sttpl6")
    assert sdk.call("GET", validated["id"]).code == "ResourceNotFound"


def test_a_name_can_be_used_again_when_its_deployment_is_over(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-again")
    deploy(sdk, group, "again", [storage("sttpl7")])
    assert deploy(sdk, group, "again", []).code == "DeploymentActive"
    ended(sdk, group, "again", later)
    assert deploy(sdk, group, "again", []).status == 200
    assert ended(sdk, group, "again", later)["provisioningState"] == "Succeeded"


def test_a_deployment_goes_with_its_group(sdk: Azure, later: lab.Later) -> None:
    group = lab.group(sdk, "rg-gone")
    deploy(sdk, group, "gone", [storage("sttpl8")])
    sdk.call("DELETE", f"{sdk.subscription}/resourcegroups/{group}")
    later(LONG_S)
    assert group not in sdk.raw("GET", "/_emulator/state").body["resource_groups"]
    assert "gone" not in sdk.raw("GET", "/_emulator/state").body["template_deployments"]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"resources": [3]}, "must be an object; it is 3"),
        ({"resources": [None]}, "must be an object"),
        ({"resources": "x"}, "must be an array"),
        ({"resources": [{}]}, "the member 'type'"),
        ({"resources": [{"type": STORAGE, "name": 5}]}, "the member 'name'"),
        ({"resources": [{"type": STORAGE, "name": "a", "resources": [3]}]}, "must be an object; it is 3"),
        ({"resources": [{"type": STORAGE, "name": "a", "dependsOn": 5}]}, "'dependsOn'"),
        ({"resources": [], "parameters": [1]}, "The template's parameters must be an object"),
        ({"resources": [], "parameters": {"a": 1}}, "'a' of the template's parameters must be an object"),
        ({"resources": [], "variables": "x"}, "The template's variables must be an object"),
        ({"resources": [], "outputs": {"a": 1}}, "'a' of the template's outputs must be an object"),
        ({"resources": [], "outputs": {"a": {"value": 1}}}, "must have a type"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_template_of_another_form_is_refused(sdk: Azure, template: dict[str, Any], words: str) -> None:
    group = lab.group(sdk, "rg-odd-template")
    for address, method in ((path(sdk, group, "odd"), "PUT"), (f"{path(sdk, group, 'odd')}/validate", "POST")):
        refused = sdk.call(method, address, {"properties": {"mode": "incremental", "template": template}})
        assert (refused.status, refused.code) == (400, "InvalidTemplate")
        assert words in refused.body["error"]["message"]


@pytest.mark.parametrize("given", ["x", [1], {"a": 1}])
def test_parameters_of_another_form_are_refused(sdk: Azure, given: Any) -> None:
    group = lab.group(sdk, "rg-odd-template")
    properties = {"mode": "incremental", "template": {"resources": []}, "parameters": given}
    refused = sdk.call("PUT", path(sdk, group, "odd"), {"properties": properties})
    assert (refused.status, refused.code) == (400, "InvalidTemplate")
