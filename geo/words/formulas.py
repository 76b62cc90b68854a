"""The formulas of the figures: a name, the formula in plain letters, and the same in words."""

from typing import NamedTuple


class Formula(NamedTuple):
    """One formula."""

    name: str
    text: str
    words: str


HEADING = "Formulas"

LETTERS = (
    "For neighbourhood i: W are residents in work (o: by occupation), τ the share of an occupation whose job can be "
    "done from home, N premises, B premises that cannot get the speed, k how much less often homes lack it than all "
    "premises (England, rural or urban), q the share of postcodes further from the hub than the limit, ψ the odds "
    "ratio between job and line (½ and 2).")

FORMULAS = (
    Formula("capable", "T(i) = Σ W(i,o) · τ(o), summed over occupations o",
            "T of i is the sum over occupations o of W of i and o times tau of o: residents who could work from home."),
    Formula("homes", "h(i) = min(1, k · B(i) / N(i))",
            "h of i is k times B of i over N of i, one at most: the share of homes that cannot get the speed."),
    Formula("gap", "D = Σ T(i) · h(i), summed over neighbourhoods i",
            "D is the sum over neighbourhoods i of T of i times h of i: people in the gap."),
    Formula("turn", "G = Σ T(i) · h(i) · q(i), summed over neighbourhoods i",
            "G is the sum over neighbourhoods i of T of i times h of i times q of i: nowhere to turn."),
    Formula("rate", "r = 1,000 · D / Σ W(i)",
            "r is a thousand times D over the sum of W of i: people in the gap of every 1,000 workers."),
    Formula("range", "s(i) = (a − √(a² − 4ψ(ψ − 1) · t(i) · h(i))) / (2(ψ − 1)), where a = 1 + (t(i) + h(i))(ψ − 1) "
                     "and t(i) = T(i) / W(i)",
            "The share s of workers of i who have such a job and a poor line, at an odds ratio of psi: a minus the "
            "root of a squared minus four psi times psi minus one times t times h, over two times psi minus one; a is "
            "one plus t plus h times psi minus one, and t is T over W. Low and high take psi as one half and two."),
)
