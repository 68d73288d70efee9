"""`python -m emulator`: start a stand-in for Azure and say how to use it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from emulator.options import OptionsError, parse
from emulator.server import run
from emulator.world import World

REFUSED = 4


def main(arguments: Sequence[str]) -> int:
    """Run until stopped. Exit code 0, or 4 with a line on stderr when the options cannot be used."""
    try:
        run(parse(arguments), announce)
    except OptionsError as error:
        for problem in error.problems:
            print(f"emulator: {problem}", file=sys.stderr)
        return REFUSED
    return 0


def announce(world: World) -> None:
    """Print where the emulator is and the settings that point clients at it; the last line is `ready`."""
    print(settings_text(world), flush=True)


def settings_text(world: World) -> str:
    """The announcement: comments, `export` lines and `az` commands, so that a shell can run it."""
    url, directory = world.settings.url, world.directory
    exports = {
        "AZURE_AUTHORITY_HOST": url,
        "AZURE_TENANT_ID": directory.tenant_id,
        "AZURE_CLIENT_ID": directory.client_id,
        "AZURE_CLIENT_SECRET": directory.client_secret,
        "AZURE_SUBSCRIPTION_ID": world.settings.subscription_id,
        "SSL_CERT_FILE": str(world.settings.ca_file),
        "REQUESTS_CA_BUNDLE": str(world.settings.ca_file),
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "EMULATOR_URL": url,
    }
    register = (
        "az cloud register -n AzureEmulator --skip-endpoint-discovery"
        f" --endpoint-resource-manager {url} --endpoint-active-directory {url} "
        "--endpoint-active-directory-resource-id https://management.azure.com/ "
        f"--endpoint-active-directory-graph-resource-id {url}/"
    )
    login = (
        f"az login --service-principal -u {directory.client_id} -p {directory.client_secret} --tenant "
        f"{directory.tenant_id}"
    )
    return "\n".join(
        (
            f"# The Azure emulator is serving on {url}",
            f"# CA file: {world.settings.ca_file}",
            "# For azure-identity (with disable_instance_discovery=True), azure-mgmt, azure-ai-ml and openai:",
            *(f"export {name}={value}" for name, value in exports.items()),
            "# For the Azure CLI, with an AZURE_CONFIG_DIR of its own:",
            *(f"# {command}" for command in (register, "az cloud set -n AzureEmulator", login)),
            "ready",
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
