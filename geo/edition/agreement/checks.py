"""All the checks, in the order in which their findings are told."""

from collections.abc import Callable, Iterable

from geo.core.errors import SwatheError
from geo.edition.agreement import doors, indices, lines, neighbours, people, places, planned
from geo.edition.agreement.facts import REFUSE, Facts, Finding

CHECKS: tuple[Callable[[Facts], Iterable[Finding]], ...] = (
    places.whole_authorities, places.names_beside_codes, places.msoas_in_one_authority,
    places.in_one_piece, places.drawn_once,
    people.same_totals, people.persons_to_a_household, people.workers_to_a_resident, people.occupations_like_neighbours,
    people.occupations_of_england, people.those_at_home, neighbours.like_neighbours,
    lines.one_vintage, lines.premises_to_a_household, lines.constituencies_add_up, lines.counts_as_percentages,
    lines.same_as_published_shares, lines.output_areas_placed,
    lines.mobile_covers, lines.nation_and_authorities, lines.localities_and_authorities,
    lines.shares_of_localities,
    doors.postcodes_in_their_authority, doors.whole_postcode_areas, doors.few_stand_ins,
    doors.households_to_a_postcode, doors.stops_are_stations,
    indices.deprivation_in_order, indices.connectivity_as_defined, indices.series_cover,
    indices.series_without_gaps, indices.region_is_whole, indices.claimants_like_the_region,
    planned.whole_list, planned.one_release,
)


def findings(facts: Facts) -> list[Finding]:
    """Return everything that the inputs do not agree about; nothing when all is well."""
    return [finding for check in CHECKS for finding in check(facts)]


def warnings_of(facts: Facts) -> list[str]:
    """Return what is only to be warned of.

    Raises
    ------
    SwatheError
        When inputs contradict each other so that figures would be wrong; all of it at once.
    """
    found = findings(facts)
    refused = [finding.text for finding in found if finding.severity == REFUSE]
    if refused:
        raise SwatheError("; ".join(refused))
    return [finding.text for finding in found]
