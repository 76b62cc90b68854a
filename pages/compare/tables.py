"""The table of places side by side, and what its figures rest on."""

from collections.abc import Collection, Sequence

from geo.core.measures import BASES
from geo.core.view import View
from geo.edition.facts import EditionFacts
from geo.figures.place import Figure
from geo.figures.side_by_side import Row
from geo.words.definitions import basis_meaning
from geo.words.place import comparison_labels, figure_texts
from pages.shared.parts import badges_html, marks_html
from pages.shared.tables_html import Cell, table_html


def comparison_html(caption: str, names: Sequence[str], rows: Sequence[Row], view: View) -> str:
    """Draw places side by side."""
    cells: list[list[Cell]] = []
    headings: dict[int, str] = {}
    for number, row in enumerate(rows):
        bases, (heading, label) = [figure.basis for figure in row.figures if figure], comparison_labels(row, view)
        if heading not in headings.values():
            headings[number] = heading
        same = len(set(bases)) == 1
        cells.append([(label, marks_html(bases[0]) if same else ""),
                      *(_texts(figure, basis=not same) for figure in row.figures if figure)])
    return table_html(caption, ["Figure", *names], cells, layout="blocks", headings=headings)


def _texts(figure: Figure, basis: bool) -> list[str]:
    """Write one figure, and where the row's places differ in basis, its basis."""
    return [*figure_texts(figure), *([BASES[name].mark for name in figure.basis] if basis else [])]


def bases_html(rows: Sequence[Row], edition: EditionFacts, without: Collection[str]) -> str:
    """Explain every basis that a comparison has, but for those explained already."""
    there = {name for row in rows for figure in row.figures if figure for name in figure.basis} - set(without)
    each = {basis.mark: name for name, basis in BASES.items() if name in there}     # several may say the same
    return badges_html({name: basis_meaning(name, edition) for name in each.values()})
