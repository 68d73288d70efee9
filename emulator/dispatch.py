"""Which plane a request is for, and what must hold before its handler is asked."""

from __future__ import annotations

import re
import sys
import traceback
from dataclasses import replace
from urllib.parse import unquote

from emulator import routes
from emulator.addresses import ACCOUNT_PREFIX, REGION_PREFIX
from emulator.behaviour.catalog import region_name
from emulator.data_access import account_of_host, account_of_key, check_data_access, only_account
from emulator.errors import FAILURE_CAUSE, AzureError, DataPlaneError, GatewayError
from emulator.headers import data_plane_headers, management_headers, without_limits
from emulator.management_access import check_management_access
from emulator.routing import RouteTable
from emulator.state.resources import Resource
from emulator.wire import Reply, Request
from emulator.world import World

PUBLIC_PATHS = re.compile(
    r"/(_emulator|MicrosoftLearning|metadata)/.*|/[^/]+/(v2\.0/\.well-known|oauth2|discovery)/.*", re.IGNORECASE
)

_PROVIDER = re.compile(r".*/providers/([^/]+)/(.+)", re.IGNORECASE)


class Dispatcher:
    """Answers every request: an Azure error for what Azure would refuse, 500 for a fault of the emulator's own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._public = RouteTable(routes.PUBLIC)
        self._management = RouteTable(routes.MANAGEMENT)
        self._data = RouteTable(routes.DATA)

    def answer(self, request: Request) -> Reply:
        """The answer to one request, whatever happens."""
        try:
            return self._routed(request)
        except AzureError as error:
            return _refused(error, self._world)
        except Exception:  # the server must go on; the traceback is for whoever mends the emulator
            traceback.print_exc(file=sys.stderr)
            return _refused(
                AzureError(500, "InternalServerError", "The emulator failed; see its standard error."), self._world
            )

    def _routed(self, request: Request) -> Reply:
        if PUBLIC_PATHS.fullmatch(request.path):
            return self._call(self._public, request)
        data_request = self._for_data_plane(request)
        if data_request is not None:
            return self._on_data_plane(data_request)
        return self._on_management_plane(request)

    def _on_management_plane(self, request: Request) -> Reply:
        world = self._world
        headers = management_headers(request, world)
        try:
            check_management_access(world, request)
            reply = self._call(self._management, request)
        except AzureError as error:
            reply = _refused(error, world)
        if FAILURE_CAUSE in reply.headers:
            headers = without_limits(headers)
        return replace(reply, headers={**headers, **reply.headers})

    def _on_data_plane(self, request: Request) -> Reply:
        world = self._world
        try:
            account = self._account(request)
            check_data_access(world, request, account)
            region = world.catalog.title(region_name(account.location))
            headers = data_plane_headers(region)
            try:
                reply = self._call(self._data, replace(request, parameters={"account": account.id}))
            except AzureError as error:
                reply = _refused(error, world)
        except AzureError as error:
            headers = data_plane_headers(None)
            reply = _refused(error, world)
        return replace(reply, headers={**headers, **reply.headers})

    def _for_data_plane(self, request: Request) -> Request | None:
        """The request with its data-plane prefix moved into its parameters; None when it has none."""
        for prefix, name in ((ACCOUNT_PREFIX, "sub_domain"), (REGION_PREFIX, "region")):
            if request.path.startswith(prefix):
                place, _, rest = request.path.removeprefix(prefix).partition("/")
                return replace(request, path=f"/{rest}", parameters={name: unquote(place)})
        sub_domain = account_of_host(request.headers.get("host", ""))
        if sub_domain is not None:
            return replace(request, parameters={"sub_domain": sub_domain})
        return request if request.path.lower().startswith("/openai/") else None

    def _account(self, request: Request) -> Resource:
        world = self._world
        if "sub_domain" in request.parameters:
            wanted = request["sub_domain"].lower()
            for account in world.resources.of_type("Microsoft.CognitiveServices/accounts"):
                if str(account.properties.get("customSubDomainName", "")).lower() == wanted:
                    return account
            raise DataPlaneError(404, "404", "Resource not found")
        if "region" in request.parameters:
            return account_of_key(world, request)
        return only_account(world, request)

    def _call(self, table: RouteTable, request: Request) -> Reply:
        found = table.find("GET" if request.method == "HEAD" else request.method, request.path)
        if request.method == "HEAD":
            found = table.find("HEAD", request.path) or found
        if found is not None:
            return found.handler(self._world, replace(request, parameters={**request.parameters, **found.parameters}))
        if table is self._data:
            raise DataPlaneError(404, "404", "Resource not found")
        raise self._no_route(table, request)

    def _no_route(self, table: RouteTable, request: Request) -> AzureError:
        methods = table.methods(request.path)
        if methods:
            named = ", ".join(methods)
            return AzureError(
                405, "MethodNotAllowed", f"{request.method} is not among the methods of this address: {named}."
            )
        provider = _PROVIDER.fullmatch(request.path)
        if provider is None:
            return GatewayError(404, "NotFound", f"There is nothing at the address '{request.path}'.")
        known = self._world.providers.find(provider[1])
        if known is None:
            return GatewayError(404, "InvalidResourceNamespace", f"The resource namespace '{provider[1]}' is invalid.")
        wanted = "/".join(provider[2].split("/")[::2])
        return GatewayError(
            404,
            "InvalidResourceType",
            f"The resource type '{wanted}' could not be found in the namespace '{known.namespace}' "
            f"for api version '{request.api_version}'.",
        )


def _refused(error: AzureError, world: World) -> Reply:
    return Reply(error.status, error.document(world.now), headers=error.headers)
