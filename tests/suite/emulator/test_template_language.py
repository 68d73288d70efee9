"""Expressions and functions of ARM templates, by the examples of Microsoft's documentation."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.behaviour.template import Plan, read_template
from emulator.behaviour.template_syntax import TemplateError
from emulator.behaviour.template_values import Place, Values

PLACE = Place(
    subscription={"subscriptionId": "sub", "tenantId": "ten"},
    group={"name": "rg", "location": "westus"},
    deployment={"name": "dep"},
    reference=lambda wanted, whole: {"endpoint": f"https://{wanted}"} if not whole else {"kind": "X"},
)
VALUES = Values(
    PLACE,
    {"name": "one", "list": ["a", "b"], "settings": {"Deep": {"er": 5}}},
    {"joined": "[concat(parameters('name'), '-two')]", "broken": "[nothing()]"},
)
STORAGE = "Microsoft.Storage/storageAccounts"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        ("[[not evaluated]", "[not evaluated]"),
        ("[concat('a', parameters('name'), string(3))]", "aone3"),
        ("[concat('it''s')]", "it's"),
        ("[concat(parameters('list'), createArray('c'))]", ["a", "b", "c"]),
        ("[variables('joined')]", "one-two"),
        ("[if(equals(parameters('name'), 'one'), 'yes', variables('broken'))]", "yes"),
        ("[if(or(not(equals(1, 1)), empty('')), 'yes', 'no')]", "yes"),
        ("[and(equals('a', 'a'), equals(true(), 1))]", False),
        ("[parameters('list')[1]]", "b"),
        ("[parameters('settings').deep['er']]", 5),
        ("[json('null')]", None),
        ("[json('{\"a\": [1]}').a[0]]", 1),
        ("[array('x')]", ["x"]),
        ("[toLower(resourceGroup().NAME)]", "rg"),
        ("[subscription().tenantId]", "ten"),
        ("[deployment().name]", "dep"),
        ("[reference('x').endpoint]", "https://x"),
        ("[reference('x', '2024-01-01', 'Full').kind]", "X"),
        ("[format('{0}-{1}', 'a', 2)]", "a-2"),
        ("[union(createObject('a', 1), createObject('b', 2))]", {"a": 1, "b": 2}),
        ("[length(split('a,b', ','))]", 2),
        ("[substring('abcdef', 2, 3)]", "cde"),
    ],
)
def test_an_expression_has_this_value(expression: str, value: Any) -> None:
    assert VALUES.of(expression) == value


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        (f"[resourceId('{STORAGE}', 'sa')]", "/subscriptions/sub/resourceGroups/rg/providers"),
        (f"[resourceId('other', '{STORAGE}', 'sa')]", "/subscriptions/sub/resourceGroups/other/providers"),
        (f"[resourceId('s2', 'other', '{STORAGE}', 'sa')]", "/subscriptions/s2/resourceGroups/other/providers"),
        (f"[subscriptionResourceId('{STORAGE}', 'sa')]", "/subscriptions/sub/providers"),
    ],
)
def test_ids_are_those_of_the_place_unless_told_otherwise(expression: str, path: str) -> None:
    assert VALUES.of(expression) == f"{path}/{STORAGE}/sa"


def test_an_id_of_a_child_takes_a_name_for_each_part() -> None:
    assert str(VALUES.of("[resourceId('A.B/c/d', 'one', 'two')]")).endswith("/providers/A.B/c/one/d/two")
    with pytest.raises(TemplateError, match=r"needs 2 name\(s\), and 1 were given"):
        VALUES.of("[resourceId('A.B/c/d', 'one')]")


def test_unique_strings_and_guids_depend_on_nothing_but_their_arguments() -> None:
    unique = VALUES.of("[uniqueString('a', 'b')]")
    assert unique == VALUES.of("[uniqueString('a', 'b')]") != VALUES.of("[uniqueString('a', 'c')]")
    assert (len(unique), unique.isalnum()) == (13, True)
    assert VALUES.of("[guid('a')]") == VALUES.of("[guid('a')]")


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("[concat('a']", "cannot be parsed"),
        ("[concat('a') 'b']", "cannot be parsed"),
        ("[concat(%)]", "cannot be parsed"),
        ("[nothing()]", "'nothing' is not valid"),
        ("[if(true())]", "takes 3 arguments"),
        ("[variables('missing')]", "variable 'missing' is not found"),
        ("[parameters('settings').missing]", "property 'missing'"),
        ("[int('x')]", "Unable to evaluate template language function 'int'"),
    ],
)
def test_what_cannot_be_evaluated_says_why(expression: str, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        VALUES.of(expression)


def read(template: dict[str, Any], **given: Any) -> Plan:
    return read_template(template, {name: {"value": value} for name, value in given.items()}, PLACE)


def test_parameters_may_refer_to_later_ones_and_secrets_are_not_shown() -> None:
    plan = read(
        {
            "parameters": {
                "first": {"type": "string", "defaultValue": "[concat(parameters('last'), '!')]"},
                "last": {"type": "string", "defaultValue": "z"},
                "password": {"type": "secureString"},
                "unset": {"type": "string", "defaultValue": "own"},
            }
        },
        password="p",
        unset=None,
    )
    assert plan.parameters == {
        "first": {"type": "String", "value": "z!"},
        "last": {"type": "String", "value": "z"},
        "password": {"type": "SecureString"},
        "unset": {"type": "String", "value": "own"},
    }


def test_all_that_is_wrong_with_parameters_is_said_at_once() -> None:
    template = {"parameters": {"a": {"type": "string"}, "b": {"type": "string"}}}
    with pytest.raises(TemplateError, match=r"'c' is not in the template.*'a' is not provided.*'b' is not provided"):
        read(template, c=1)
    typed = {"parameters": {"a": {"type": "string", "allowedValues": ["x", "y"]}, "b": {"type": "int"}}}
    with pytest.raises(TemplateError, match=r"not part of the allowed value\(s\): 'x,y'.*'b' is of type 'bool'"):
        read(typed, a="z", b=True)


def resource(name: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"type": STORAGE, "apiVersion": "1", "name": name, "dependsOn": list(needs), **more}


def test_a_plan_leaves_out_what_is_not_wanted_and_does_not_wait_for_it() -> None:
    unwanted = resource("b", condition="[equals(1, 2)]")
    plan = read({"resources": [resource("a", "b", f"[resourceId('{STORAGE}', 'c')]"), unwanted, resource("c")]})
    assert [planned.name for planned in plan.resources] == ["a", "c"]
    assert plan.resources[0].needs == {plan.resources[1].id.lower()}


def test_a_child_resource_has_its_parents_type_and_name() -> None:
    child = {"type": "blobServices", "apiVersion": "1", "name": "default"}
    (_, planned) = read({"resources": [resource("a", resources=[child])]}).resources
    assert (planned.type, planned.name) == (f"{STORAGE}/blobServices", "a/default")


def test_a_body_has_its_values_and_none_of_the_templates_own_members() -> None:
    plan = read({"resources": [resource("a", location="[resourceGroup().location]", tags={"t": "[concat('x')]"})]})
    assert plan.body(plan.resources[0]) == {"location": "westus", "tags": {"t": "x"}}


@pytest.mark.parametrize("inner", [True, False], ids=["inner", "outer"])
def test_a_nested_template_is_evaluated_in_the_scope_it_asks_for(inner: bool) -> None:
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "1",
        "name": "nested",
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner" if inner else "outer"},
            "parameters": {"p": {"value": "[variables('v')]"}},
            "template": {"resources": ["[variables('v')]"]},
        },
    }
    plan = read({"variables": {"v": "outside"}, "resources": [nested]})
    properties = plan.body(plan.resources[0])["properties"]
    assert properties["parameters"] == {"p": {"value": "outside"}}
    assert properties["template"] == {"resources": ["[variables('v')]" if inner else "outside"]}


@pytest.mark.parametrize(
    ("resources", "problem"),
    [
        ([resource("a"), resource("A")], "defined multiple times"),
        ([resource("a", "b"), resource("b", "a")], "Circular dependency"),
        ([resource("a", "missing")], "is not defined in the template"),
        ([resource("a/b")], "incorrect segment lengths"),
        ([resource("a", copy={"name": "loop"})], "copy loops"),
    ],
    ids=["twice", "circle", "unknown", "segments", "copy"],
)
def test_a_template_that_cannot_be_deployed_says_why(resources: list[Any], problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        read({"resources": resources})


def test_variables_in_a_circle_are_refused() -> None:
    circle = {"a": "[variables('b')]", "b": "[variables('a')]"}
    with pytest.raises(TemplateError, match="in a circle"):
        read({"variables": circle, "resources": [resource("[variables('a')]")]})
