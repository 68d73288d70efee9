"""The settings: each remembers where it was taken from, and the secret is never shown."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from lab.settings import ClientSecret, Setting, new_suffix, subscription, trusted_authorities
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
