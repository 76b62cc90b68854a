"""Sources, and how anyone can check the pack."""

from geo.figures.profile import PlaceProfile
from geo.pack.report.blocks import Block, Bullets, Heading, Table
from geo.pack.report.prose import prose, prose_rows
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words.method import missing_table, sources_table


def sources(profile: PlaceProfile) -> list[Block]:
    """List the sources, with vintage, licence and the attributions that publishers ask for."""
    manifest = profile.edition.manifest
    rows = tuple((source["title"], source["publisher"], str(source["vintage"]), source["licence"])
                 for source in sources_table(manifest).to_dict("records"))
    lacking = tuple((str(lack["title"]), str(lack["without_it"]))
                    for lack in missing_table(manifest).to_dict("records"))
    blocks: list[Block] = [
        Heading("Sources", key="sources"),
        Table(prose("caption", "sources", profile),
              ("Source", "Publisher", "Vintage", "Licence"), rows, widths=(3, 2, 1.5, 1.3)),
    ]
    if lacking:
        blocks.append(Table("What it was made without.", ("Source", "What that costs"), lacking, widths=(2, 3)))
    credits_ = credit_sentences(without_share_alike(profile.all_sources))
    return [*blocks, Heading("Attributions", 2), Bullets(tuple(credits_))]


def check(profile: PlaceProfile, same_view: str) -> list[Block]:
    """Say how anyone can check the pack."""
    said = tuple(row[0] for row in prose_rows("check", profile, 1))
    return [Heading("How to check this pack", key="check"), Bullets((*said, *filter(None, [same_view])))]
