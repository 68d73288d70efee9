"""The shape of a reply: how long it is, whether it came to an end, how it repeats itself."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container

from lab.judge.evidence import Evidence
from lab.judge.places import find_places
from lab.judge.text import is_korean, tokens, words

_ENDED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f)\]}\"'\u00bb\u201d*_`:;]\s*$")
_LIST_LINE = re.compile(r"\s*(?:[-*\u2022\u2013\u2714|]|\d+[.)]|[a-z]\)|[\U0001F300-\U0001FAFF\u2600-\u27bf])")
_KOREAN_END = re.compile(r"(다|요|죠|까|네|세|니|지|걸|군|나|야|자|함|음|기|게|어|아|래|든|데|듯)$")
_MACHINE = re.compile(r"[{}<>]|%[A-Z_]+%|\w\(|\b[a-z]+_[a-z]+|://|Error\b|\b[45]\d\d\b")
_OPEN_SIGNS = ",-\u2013\u2014(:;/|"
_SHORT_SENTENCE = 4
_REPEATS_FROM_WORDS = 5


def shape_of(evidence: Evidence, known: Container[str], unfinished: Container[str]) -> dict[str, float]:
    """Measure a reply; `known` holds words that are whole, `unfinished` those that no sentence ends with."""
    text = evidence.text
    signs, own = tokens(text), words(text)
    count = len(own)
    small = [word.lower() for word in own]
    last = own[-1] if own else ""
    ended = bool(_ENDED.search(text)) or (bool(signs) and not signs[-1][0].isalnum() and signs[-1] not in _OPEN_SIGNS)
    korean = is_korean(last)
    in_list = "\n" in text or bool(_LIST_LINE.match(text))
    # "Barcel" may be a name that the lists lack, or one that was cut off.
    cut_name = last[:1].isupper() and last.lower() not in known and not find_places(last).places
    cut_word = last.lower() not in known and not last[:1].isupper() and not korean
    return {
        "words": math.log1p(count),
        "no words": float(count == 0),
        "three words at most": float(1 <= count <= 3),
        "sentences": math.log1p(len(evidence.sentences)),
        "ended": float(ended),
        "announces only": float(text.endswith((":", "\uff1a")) and len(evidence.sentences) <= 1),
        "last word open": float(not ended and (last.lower() in unfinished or cut_word)),
        "last name open": float(not ended and count > 1 and cut_name and not korean),
        "Korean without its end": float(korean and not ended and not _KOREAN_END.search(last))
        * (max(0, min(count - 2, 2)) + (len(last) == 1)),
        "sentence without its end": float(not ended and count > _SHORT_SENTENCE and not in_list),
        "ends in a comma": float(text.endswith((",", "-", "\u2013", "("))),
        "different words": len(set(small)) / count if count else 1.0,
        "most frequent word": Counter(small).most_common(1)[0][1] / count if count >= _REPEATS_FROM_WORDS else 0.0,
        "commas": sum(sign in ",;\u3001" for sign in signs) / max(count, 1),
        "hashes": sum(sign == "#" for sign in signs) / max(count, 1),
        "a machine's signs": float(bool(_MACHINE.search(text))),
        "pictures": float(count > 0 and any(ord(char) > 0x2600 and not char.isalpha() for char in text)),
        "digits": sum(char.isdigit() for char in text) / max(len(text), 1),
        "asked": float(evidence.asked),
    }
