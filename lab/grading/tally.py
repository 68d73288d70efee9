"""What a class came to, counted student by student; nothing of a student is kept but what the summary shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import fmean, quantiles

from lab.errors import Outcome
from lab.grading import canvas, moodle
from lab.grading.assignment import Assignment
from lab.grading.graded import Graded
from lab.grading.reasons import Commonest, kinds_of, own_names, without_found

# How many students a list in the summary names; the rest are in the files.
LISTED = 50


@dataclass(frozen=True)
class Spread:
    """How the scores of a class are spread, quartiles as spreadsheets' QUARTILE.INC counts them."""

    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float
    mean: float


@dataclass(frozen=True)
class Named:
    """A student in a list of the summary, with what is said of them."""

    id: str
    name: str
    said: tuple[str, ...]


@dataclass
class Tally:
    """Counts of a class: students, scores (how often each came), outcomes and reasons by step, and flags."""

    assignment: Assignment
    graded: int = 0
    scores: Counter[float] = field(default_factory=Counter)
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: dict[str, Commonest] = field(default_factory=lambda: defaultdict(Commonest))
    public_reasons: dict[str, Commonest] = field(default_factory=lambda: defaultdict(Commonest))
    flags: Counter[str] = field(default_factory=Counter)
    not_graded: int = 0
    flagged: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    who_not_graded: list[Named] = field(default_factory=list)
    who_flagged: list[Named] = field(default_factory=list)

    def add(self, graded: Graded) -> None:
        student, score = graded.student, graded.score
        if score.earned is None:
            self.not_graded += 1
            if len(self.who_not_graded) < LISTED:
                self.who_not_graded.append(Named(student.id, student.name[:LISTED], (score.status[:1000],)))
        else:
            self.graded += 1
            self.scores[score.earned] += 1
        self.flags.update({flag.kind for flag in graded.flags})
        if graded.flags:
            self.flagged += 1
            if len(self.who_flagged) < LISTED:
                said = tuple(flag.reason[:1000] for flag in graded.flags[:5])
                self.who_flagged.append(Named(student.id, student.name[:LISTED], said))
        self.left_out.update({canvas.FILE: canvas.left_out(graded), moodle.FILE: moodle.left_out(graded)})
        self._add_steps(graded)

    def spread(self) -> Spread | None:
        """How the scores are spread, or None without any."""
        scores = sorted(self.scores.elements())
        if not scores:
            return None
        cuts = quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3
        return Spread(scores[0], cuts[0], cuts[1], cuts[2], scores[-1], fmean(scores))

    def _add_steps(self, graded: Graded) -> None:
        spec = self.assignment.spec
        open_steps = [step for step in graded.verdict.steps if step.outcome in ("failed", "inconclusive")]
        own = own_names(graded, spec) if open_steps else frozenset()
        for step in graded.verdict.steps:
            self.outcomes[step.id][step.outcome] += 1
        for step in open_steps:
            kinds = list(kinds_of(step, spec, own))
            for kind in kinds:
                self.reasons[step.id].add(kind)
            for kind in dict.fromkeys(without_found(kind) for kind in kinds):
                self.public_reasons[step.id].add(kind)
