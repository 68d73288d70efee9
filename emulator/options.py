"""What the emulator can be told at its start, checked before anything is started."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import NoReturn

from emulator.directory import TOKEN_LIFETIME_S
from emulator.faults import FaultRate

DEFAULT_START = datetime(2024, 11, 15, 9, tzinfo=timezone.utc)
DEFAULT_SPEED = 1000.0
FASTEST = 1_000_000.0
DATA = Path(__file__).parent.parent / "data"


class OptionsError(Exception):
    """Options that cannot be used: all of the problems at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def default_dataset() -> Path | None:
    """The project's own training data, if there is one."""
    return next(iter(sorted(DATA.glob("*-finetune.jsonl"))), None)


@dataclass(frozen=True)
class Options:
    """How to start: durations are divided by `speed`; with `step` (seconds) the clock moves only with requests."""

    port: int = 0
    start: datetime | None = None
    speed: float = DEFAULT_SPEED
    step: float | None = None
    dataset: Path | None = field(default_factory=default_dataset)
    class_file: Path | None = None
    scenario: Path | None = None
    faults: FaultRate | None = None
    noise: int | None = None
    token_lifetime_s: float = TOKEN_LIFETIME_S
    exit_with_stdin: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionsError([message])


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; raises `OptionsError` with every problem found."""
    given = _parser().parse_args(arguments)
    problems: list[str] = []
    options = Options(
        port=_port(given.port, problems),
        start=None if given.start is None else _moment(given.start, problems),
        speed=_number("--speed", given.speed, problems, at_most=FASTEST),
        step=None if given.step is None else _number("--step", given.step, problems, at_most=86_400.0),
        dataset=_file("--dataset", given.dataset, problems) or default_dataset(),
        class_file=_file("--class", given.class_file, problems),
        scenario=_file("--scenario", given.scenario, problems),
        faults=None if given.faults is None else _fault_rate(given.faults, problems),
        noise=None if given.noise is None else _seed(given.noise, problems),
        token_lifetime_s=_number("--token-lifetime", given.token_lifetime, problems, at_most=86_400.0),
        exit_with_stdin=given.exit_with_stdin,
    )
    if problems:
        raise OptionsError(problems)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m emulator", description="A local stand-in for Azure, on https at 127.0.0.1.")
    parser.add_argument(
        "--port", default="0", metavar="P", help="the port to listen on; 0 (the default) is any free one"
    )
    parser.add_argument(
        "--class", dest="class_file", metavar="FILE", help="a TOML file of student environments to start with"
    )
    parser.add_argument("--scenario", metavar="FILE", help="a TOML file of ways in which to misbehave")
    parser.add_argument(
        "--faults",
        metavar="RATE[:SEED]",
        help="answer this share of requests (0 to 1) with 429, 500, 503, late or not at all, picked at random by SEED",
    )
    parser.add_argument(
        "--noise",
        metavar="SEED",
        help="change what has no meaning: new members and headers, orders, delays; picked by SEED",
    )
    parser.add_argument(
        "--speed", default=str(DEFAULT_SPEED), metavar="X", help="divide Azure's usual durations by X (default 1000)"
    )
    parser.add_argument(
        "--start", metavar="TIME", help="the emulator's clock at start, ISO 8601 (default 2024-11-15T09:00:00Z)"
    )
    parser.add_argument("--step", metavar="SECONDS", help="stop the clock; every request moves it on by this much")
    parser.add_argument("--dataset", metavar="FILE", help="serve this as the public training data set")
    parser.add_argument(
        "--token-lifetime",
        default=str(TOKEN_LIFETIME_S),
        metavar="SECONDS",
        help="how long a token is good for, in real seconds (default 3600)",
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input is closed")
    return parser


def _port(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65_535:
        return int(text)
    problems.append(f"--port {text}: expected a number from 0 to 65535, such as --port 8443")
    return 0


def _number(name: str, text: str, problems: list[str], *, at_most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if 0 < value <= at_most:
        return value
    problems.append(f"{name} {text}: expected a number above 0 and up to {at_most:g}, such as {name} 60")
    return 1.0


def _fault_rate(text: str, problems: list[str]) -> FaultRate | None:
    share, _, seed = text.partition(":")
    try:
        rate = FaultRate(float(share), int(seed or "0"))
    except ValueError:
        rate = FaultRate(math.nan)
    if 0 <= rate.share <= 1:
        return rate
    problems.append(f"--faults {text}: expected a share from 0 to 1 and a whole number, such as --faults 0.1:7")
    return None


def _seed(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    problems.append(f"--noise {text}: expected a whole number, such as --noise 7")
    return 0


def _moment(text: str, problems: list[str]) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        problems.append(f"--start {text}: expected a date and time in ISO 8601, such as --start 2024-11-15T09:00:00Z")
        return DEFAULT_START
    if not 2000 <= moment.year <= 2999:
        problems.append(f"--start {text}: expected a year from 2000 to 2999, such as --start 2024-11-15T09:00:00Z")
        return DEFAULT_START
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)


def _file(name: str, text: str | None, problems: list[str]) -> Path | None:
    if text is None:
        return None
    path = Path(text)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        problems.append(f"{name} {text}: cannot be read ({error.strerror}); give the path of a file that can be")
        return None
