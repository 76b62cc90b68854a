"""What changed since an earlier edition: by how much, from what, and whether trains became slower."""

from geo.edition.store import Edition
from geo.figures.changes import PlaceChanges, same_inputs, source_changes
from geo.figures.profile import PlaceProfile
from geo.pack.changed_tables import CHANGES, STATIONS
from geo.pack.report.blocks import Block, Heading, Paragraph, Table, plain
from geo.pack.report.chapters.need import LONGEST_TABLE
from geo.pack.report.chapters.opening import marks
from geo.words import changes as words

_TIMES = ("typical", "average", "departures")


def since(profile: PlaceProfile) -> list[Block]:
    """Say what changed since the edition that the view is compared with; nothing where it is compared with none."""
    earlier, edition, found = profile.earlier, profile.edition, profile.changes
    if earlier is None or found is None:
        return []
    names = words.named_apart(earlier, edition)
    blocks: list[Block] = [
        Heading(words.since_heading(names), 2, key=CHANGES), plain(words.compared(earlier, edition), "small"),
        *(plain(said, "mark") for said in words.about_grounds(earlier, edition))]
    blocks += [plain(words.not_before(found, names))] if found.there != "both" else [
        *_figures(profile, found, names), *_trains(profile, earlier, found)]
    return [*blocks, *_sources(earlier, edition), plain(words.HOW_TOLD_APART, "small")]


def _figures(profile: PlaceProfile, found: PlaceChanges, names: tuple[str, str]) -> list[Block]:
    """Say how the gap changed, beside the region's, and table the figures that a bid needs."""
    view, shown = profile.view, words.for_a_bid(found, profile.view)
    if not found.figures:
        return [plain(words.NOTHING)]
    beside = "" if profile.region_changes is None else words.beside_region(found, profile.region_changes, view)
    (counted,) = profile.answer["premises"].basis
    grounds = (counted, *(str(basis) for edition in (profile.earlier, profile.edition) if edition is not None
                          for basis in (edition.broadband_basis, edition.rail_basis)))
    table = Table(
        words.figures_caption(found, f"tables/{CHANGES}.csv"), words.FIGURES_HEADER,
        tuple(tuple(_unbroken(cell) for cell in row) for row in words.figure_rows(shown, view)), right=(1, 2),
        widths=(2.6, 1, 1, 1.9, 2.5), basis=marks(dict.fromkeys(grounds)), key="what-changed")
    return [Paragraph(tuple(_unbroken(piece) for piece in words.headline(found, view, names))),
            *[plain(_unbroken(beside))] * bool(beside), *[table] * bool(shown.figures)]


def _trains(profile: PlaceProfile, earlier: Edition, found: PlaceChanges) -> list[Block]:
    """Answer whether trains became slower, with the stations of the place whose journeys changed."""
    view, stations = profile.view, profile.changed_stations
    said = _unbroken(words.slower(found, view, earlier, profile.edition))
    blocks: list[Block] = [Paragraph(("", f"{words.asked_slower(view)} ", said)),
                           plain(words.JOURNEYS_COUNTED, "small")]
    if stations is None or stations.empty:
        return blocks
    times = [name for name in _TIMES if stations[[f"{name}_before", f"{name}_after"]].notna().any(axis=None)]
    shown = stations.head(LONGEST_TABLE)
    return [*blocks, Table(
        words.short_stations_caption(view.hub, len(stations), len(shown), f"tables/{STATIONS}.csv"),
        words.stations_header(times), tuple(words.station_rows(shown, times)),
        right=tuple(range(1, 2 * len(times) + 1)), widths=(2.4, *[1.0] * (2 * len(times))), basis=marks(dict.fromkeys(
            str(edition.rail_basis) for edition in (earlier, profile.edition))), key=STATIONS)]


def _sources(earlier: Edition, edition: Edition) -> list[Block]:
    """List the publishers' files that are not the same in both editions."""
    said, rows = words.sources_caption(same_inputs(earlier, edition)), words.source_rows(
        source_changes(earlier, edition))
    return [Table(said, words.SOURCES_HEADER, tuple(rows), widths=(3, 1.5, 1.5))] if rows else [plain(said)]


def _unbroken(text: str) -> str:
    return text.replace(" %", "\u00a0%")
