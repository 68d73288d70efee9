"""A secret scanner that this project did not write looks at the cassettes that it ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

detect_secrets = pytest.importorskip("detect_secrets", reason="the scanner is installed for development only")

CASSETTES = Path(__file__).parents[3] / "cassettes"


def _findings(path: Path) -> list[str]:
    """Scan a file with every plugin and filter that detect-secrets has by default."""
    from detect_secrets.core.secrets_collection import SecretsCollection
    from detect_secrets.settings import default_settings

    secrets: Any = SecretsCollection()
    with default_settings():
        secrets.scan_file(str(path))
    return [f"{path.name}:{secret.line_number}: {secret.type}" for _, secret in secrets]


@pytest.mark.parametrize("cassette", sorted(CASSETTES.rglob("*.yaml")) or [None], ids=lambda path: path and path.stem)
def test_a_cassette_holds_no_secret(cassette: Path | None) -> None:
    if cassette is None:
        pytest.skip("there are no cassettes yet; record them: pytest --emulator --record")
    assert _findings(cassette) == []


def test_the_scanner_finds_a_planted_key(tmp_path: Path) -> None:
    planted = tmp_path / "planted.yaml"
    key = "".join(chr(ord("a") + (number * 7) % 26) + str(number % 10) for number in range(42))
    planted.write_text(f"body:\n  json:\n    api_key: '{key}'\n", "utf-8")
    assert any("Keyword" in finding for finding in _findings(planted))
