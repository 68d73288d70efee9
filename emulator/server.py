"""Serving the emulator: in this process's main thread, or in a thread beside a test."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from emulator.app import Application
from emulator.certificates import Certificates, TemporaryCertificates
from emulator.classroom.build import BUILDING, build
from emulator.classroom.load import load_class
from emulator.classroom.students import ClassError, Classroom
from emulator.clock import Clock
from emulator.directory import Directory
from emulator.faults import Faults
from emulator.noise import Noise
from emulator.options import DEFAULT_START, Options, OptionsError
from emulator.protocol import Protocol
from emulator.scenario.load import ScenarioError, load_scenario
from emulator.scenario.rules import Scenario, Script
from emulator.world import Dataset, Settings, World

HOST = "127.0.0.1"
BACKLOG = 128
STOP_TIMEOUT_S = 10.0
LOOPS_TO_CLOSE = 5
"""Turns of the event loop in which aborted connections are closed."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator, as whoever started it needs to know it."""

    url: str
    ca_file: Path
    world: World
    stop: Callable[[], None]


@contextlib.contextmanager
def serve_in_thread(options: Options) -> Iterator[Emulator]:
    """Run an emulator in a thread for as long as the block lasts."""
    with _prepared(options) as (server, world, sock):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="emulator", daemon=True)
        thread.start()
        try:
            server.wait_until_started()
            yield Emulator(world.settings.url, world.settings.ca_file, world, server.ask_to_stop)
        finally:
            server.ask_to_stop()
            thread.join(STOP_TIMEOUT_S)


def run(options: Options, announce: Callable[[World], None]) -> None:
    """Run an emulator until SIGTERM, Ctrl-C or, when asked for, the end of standard input.

    `announce` is called when it serves.
    """
    with _prepared(options) as (server, world, sock):
        server.on_started = lambda: announce(world)

        def stop(number: int, frame: FrameType | None) -> None:
            server.ask_to_stop()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        if options.exit_with_stdin:
            threading.Thread(target=_stop_with_stdin, args=(server,), name="stdin", daemon=True).start()
        try:
            server.run(sockets=[sock])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Server(uvicorn.Server):
    """Leaves signals to its caller, and says when it has begun to listen."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.on_started: Callable[[], None] = lambda: None
        self._ready = threading.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready.set()
        self.on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close idle connections at once: a polite TLS close waits for clients that do not listen."""
        self._abort(lambda connection: connection.is_idle)
        await super().shutdown(sockets=sockets)
        self._abort(lambda connection: True)
        for _ in range(LOOPS_TO_CLOSE):
            await asyncio.sleep(0)

    def _abort(self, wanted: Callable[[Protocol], bool]) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, Protocol) and wanted(connection):
                connection.transport.abort()

    def wait_until_started(self) -> None:
        if not self._ready.wait(STOP_TIMEOUT_S):
            raise RuntimeError(f"the emulator did not start within {STOP_TIMEOUT_S:.0f} s")

    def ask_to_stop(self) -> None:
        self.should_exit = True


@contextlib.contextmanager
def _prepared(options: Options) -> Iterator[tuple[_Server, World, socket.socket]]:
    scenario = _scenario(options)
    classroom = _classroom(options)
    sock = _listening(options.port)
    try:
        with TemporaryCertificates() as certificates:
            world = _world(options, f"https://{HOST}:{sock.getsockname()[1]}", certificates, scenario)
            _seat(classroom, world)
            faults = Faults(options.faults) if options.faults else None
            noise = None if options.noise is None else Noise(options.noise)
            yield _server(Application(world, faults, noise), certificates), world, sock
    finally:
        sock.close()


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only on sockets that name their protocol; left on, it costs 40 ms an answer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        problem = (
            f"--port {port}: cannot listen on {HOST}:{port} ({error.strerror}); choose another, or 0 for any free one"
        )
        raise OptionsError([problem]) from error
    return sock


def _world(options: Options, url: str, certificates: Certificates, scenario: Scenario | None) -> World:
    dataset = Dataset(options.dataset.name, options.dataset.read_bytes()) if options.dataset else None
    start = options.start or (scenario.start if scenario else None) or DEFAULT_START
    settings = Settings(url=url, ca_file=certificates.ca_file, start=start, dataset=dataset)
    directory = Directory(token_lifetime_s=max(1, int(options.token_lifetime_s)))
    script = Script(scenario.rules, scenario.id) if scenario else None
    return World(settings, Clock(start, speed=options.speed, step=options.step), directory, script)


def _classroom(options: Options) -> Classroom | None:
    if options.class_file is None:
        return None
    try:
        return load_class(options.class_file, options.dataset)
    except ClassError as error:
        raise OptionsError([f"--class {problem}" for problem in error.problems]) from error


def _seat(classroom: Classroom | None, world: World) -> None:
    """Build a class in the hours before the emulator's start."""
    if classroom is None:
        return
    start = world.settings.start
    world.agenda.begin(start - BUILDING)
    try:
        build(world, classroom)
    except ClassError as error:
        raise OptionsError([f"--class {classroom.source}: {problem}" for problem in error.problems]) from error
    world.agenda.catch_up(start)
    world.clock.move_to(start)


def _scenario(options: Options) -> Scenario | None:
    if options.scenario is None:
        return None
    try:
        return load_scenario(options.scenario)
    except ScenarioError as error:
        raise OptionsError([f"--scenario {problem}" for problem in error.problems]) from error


def _server(application: Application, certificates: Certificates) -> _Server:
    config = uvicorn.Config(
        application,
        http=Protocol,
        proxy_headers=False,
        loop="asyncio",
        lifespan="off",
        ws="none",
        log_config=None,
        # Nothing else answers a warning of uvicorn's, and its output would stand in the middle of a test run's.
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=str(certificates.server_file),
        ssl_keyfile=str(certificates.server_file),
    )
    return _Server(config)


def _stop_with_stdin(server: _Server) -> None:
    while sys.stdin.buffer.read(4096):
        continue
    server.ask_to_stop()
