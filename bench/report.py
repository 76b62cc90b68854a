"""Figures beside their targets: a table for people, one line of JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPORT = Path(__file__).parent / "report.md"


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Parameters
    ----------
    name
        For programs.
    value
        None where it could not be measured (the meaning says why).
    unit
        What it is in.
    target
        What it should not exceed; None for information alone.
    meaning
        For people.
    """

    name: str
    value: float | None
    unit: str
    target: float | None
    meaning: str

    def verdict(self) -> str:
        """Say whether the target is met.

        Returns
        -------
        str
            "met", "NOT MET", or "" where there is nothing to say.
        """
        if self.value is None:
            return "not measured"
        return "" if self.target is None else "met" if self.value <= self.target else "NOT MET"


def write(figures: Sequence[Figure], machine: str) -> None:
    """Print the figures, and keep them in bench/report.md.

    Parameters
    ----------
    figures
        In the order they are shown.
    machine
        What they were measured on.
    """
    lines = [f"# Bench\n\n{machine}\n", "| what | measured | target | |", "| --- | ---: | ---: | --- |"]
    for figure in figures:
        value = "-" if figure.value is None else f"{figure.value:,.4g} {figure.unit}"
        target = "" if figure.target is None else f"{figure.target:g} {figure.unit}"
        lines.append(f"| {figure.meaning} | {value} | {target} | {figure.verdict()} |")
    text = "\n".join(lines) + "\n"
    REPORT.write_text(text, encoding="utf-8")
    print(text)
    print(json.dumps({"machine": machine, **{figure.name: figure.value for figure in figures}}))
