"""What is made ready before readers are let in: what they see first."""

from geo.core.mapped import share_in, usual_folder
from geo.edition.store import Edition
from geo.figures.stations import ground_of
from pages.contents import PAGES
from pages.plain.first_screen import first_screen
from pages.shared.find import warm_search
from pages.shared.map_files import warm
from pages.shared.serving import compress_files
from pages.shared.shelf import usual_edition


def first_seen() -> Edition:
    """Work out the first page, read the names, compress the scripts, chart the ways to stations; give the edition.

    What is large is held in common with the other processes of the machine.
    """
    share_in(usual_folder())
    warm()
    for page in PAGES:
        first_screen(page.url_path, {})
    warm_search()
    compress_files()
    served = usual_edition()
    ground_of(served)
    return served
