"""The settings: each remembers where it was taken from, and the secret is never shown."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path

import pytest

from lab.settings import ClientSecret, Setting, cli_default, new_suffix, subscription, trusted_authorities
from tests.suite.lab.fakes import settings_of

ENVIRONMENT = {"AZURE_SUBSCRIPTION_ID": "from-environment"}


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        pytest.param("given", ENVIRONMENT, Setting("given", "--subscription"), id="option-first"),
        pytest.param(None, ENVIRONMENT, Setting("from-environment", "AZURE_SUBSCRIPTION_ID"), id="then-environment"),
        pytest.param(None, {"AZURE_SUBSCRIPTION_ID": ""}, None, id="empty-is-not-set"),
        pytest.param(None, {}, None, id="neither"),
    ],
)
def test_the_subscription(option: str | None, environ: dict[str, str], expected: Setting[str] | None) -> None:
    assert subscription(option, environ) == expected


def a_profile(directory: Path, content: str) -> Path:
    """A profile of the Azure CLI, written as the CLI writes it."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "azureProfile.json"
    path.write_text(content, encoding="utf-8-sig")
    return path


PROFILE = json.dumps(
    {
        "subscriptions": [
            {"id": "other", "name": "Other", "state": "Enabled", "isDefault": False},
            {
                "id": "of-the-cli",
                "name": "실습",
                "state": "Enabled",
                "isDefault": True,
                "environmentName": "AzureCloud",
            },
        ]
    },
    ensure_ascii=False,
)


def test_the_azure_clis_default_comes_last(tmp_path: Path) -> None:
    a_profile(tmp_path / "config", PROFILE)
    environ = {"AZURE_CONFIG_DIR": str(tmp_path / "config"), "HOME": str(tmp_path)}
    assert subscription(None, environ) == Setting("of-the-cli", "the Azure CLI's default")
    assert subscription(None, environ | ENVIRONMENT) == Setting("from-environment", "AZURE_SUBSCRIPTION_ID")


@pytest.mark.parametrize("variable", ["HOME", "USERPROFILE"])
def test_the_azure_clis_profile_is_looked_for_at_home(tmp_path: Path, variable: str) -> None:
    a_profile(tmp_path / ".azure", PROFILE)
    assert subscription(None, {variable: str(tmp_path)}) == Setting("of-the-cli", "the Azure CLI's default")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="cut-off"),
        pytest.param("[]", id="not-an-object"),
        pytest.param("{}", id="no-subscriptions"),
        pytest.param('{"subscriptions": [{"id": "x"}]}', id="no-default-member"),
        pytest.param('{"subscriptions": []}', id="signed-out"),
        pytest.param(PROFILE.replace("AzureCloud", "AzureChinaCloud"), id="another-cloud"),
        pytest.param(PROFILE.replace("true", "false"), id="no-default"),
    ],
)
def test_a_profile_that_names_none_is_passed_over(tmp_path: Path, content: str) -> None:
    assert cli_default(a_profile(tmp_path, content)) == ""


def test_without_a_profile_there_is_no_default(tmp_path: Path) -> None:
    assert cli_default(tmp_path / "azureProfile.json") == ""


def test_the_processs_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", "of-the-process")
    monkeypatch.setenv("SSL_CERT_FILE", "ca.pem")
    assert subscription(None) == Setting("of-the-process", "AZURE_SUBSCRIPTION_ID")
    assert trusted_authorities() == Path("ca.pem")


@pytest.mark.parametrize("environ", [{}, {"SSL_CERT_FILE": ""}], ids=["unset", "empty"])
def test_without_a_ca_file_there_is_none(environ: dict[str, str]) -> None:
    assert trusted_authorities(environ) is None


def test_a_secret_is_not_shown() -> None:
    shown = repr(settings_of(sign_in=ClientSecret("tenant", "client", "do-not-show")))
    assert "client" in shown
    assert "do-not-show" not in shown


def test_a_suffix_is_eight_lower_case_letters_and_digits() -> None:
    for _ in range(100):
        suffix = new_suffix()
        assert len(suffix) == 8
        assert set(suffix) <= set(string.ascii_lowercase + string.digits)


def test_suffixes_differ_but_for_the_same_seed() -> None:
    assert len({new_suffix() for _ in range(100)}) == 100
    assert new_suffix(random.Random("seed")) == new_suffix(random.Random("seed"))
