"""Phrases that were renamed on purpose: as they are now, and as they were when the answers were recorded.

Each sentence that had several wordings has one: the definition of a figure, what broadband and rail rest on, how sure a
rank is, how far is too far, and each figure's label in the tables of a place.
"""

import re
from typing import Any

__all__ = ["renamed_back"]

_ESTIMATED = (r"Broadband is counted by Ofcom for each authority and constituency; how it is spread over the neighbourhoods "
              r"inside them is estimated\.")
_INDICATIVE = r"Rail times come from a pattern timetable compiled by hand, not from an official feed: minutes may be out\."
_UNSURE = (r"How certain a rank is has not been worked out yet: places that stand near each other may well stand the other "
           r"way round\.")
_RENAMED = (
    # In which answers (a pattern for the start of their names), the phrase now, the phrase then.
    ("pack|brief|page", rf"{_INDICATIVE} Rebuild", "Rail times are INDICATIVE: they come from a pattern timetable compiled by hand. Rebuild"),
    ("show|pack|brief|page", rf"(?<!estimated )(?<!estimated: )(?<!Estimated ){_ESTIMATED}",
     "Broadband below authority and constituency is ESTIMATED from Ofcom's counts for those areas."),
    ("show|pack|brief|page", rf"(?<!indicative )(?<!indicative: )(?<!Indicative ){_INDICATIVE}",
     "Rail times are INDICATIVE: a pattern timetable compiled by hand, not an official feed."),
    ("page compare", rf"(census Counted by .* estimated ){_ESTIMATED}",
     r"\1Ofcom counts premises by authority and constituency; how they are spread inside is estimated."),
    ("page compare", rf"(census Counted by .* indicative ){_INDICATIVE}",
     r"\1From a pattern timetable compiled by hand, not from an official feed: minutes may be out."),
    ("show", r"People in the gap: Residents in (.*?) cannot carry .*?\.\n",
     "People in the gap: residents in jobs that can be done from home, where the line cannot carry it.\n"),
    ("page compare", rf"^estimated {_ESTIMATED}",
     "estimated Ofcom counts premises by authority and constituency; how they are spread inside is estimated."),
    ("page compare", rf"^indicative {_INDICATIVE}",
     "indicative From a pattern timetable compiled by hand, not from an official feed: minutes may be out."),
    ("pack", "Its own: run times ± 4 to 7", "Compiled by hand; run times ± 4 to 7"),
    ("rank", _UNSURE,
     "How sure a rank is has not been worked out: places whose ranges overlap may stand in another order."),
    # The tables of a place: one label for each figure.
    ("page place|pack", r"Nowhere to turn: also more than (two hours|an hour) from .+?( by train|, counted from the door)",
     "Nowhere to turn"),
    ("page place|pack", r"(Cut off by rail: more than )two hours from (.+?) by train", r"\g<1>120 minutes by train from \2"),
    ("page place|pack", r"(Cut off by rail: more than )an hour from (.+?) by train", r"\g<1>60 minutes by train from \2"),
    ("page place|pack", r"(Cut off by rail: more than )two hours from (.+?), counted from the door",
     r"\g<1>120 minutes from the door from \2"),
    ("page place|pack", r"(Cut off by rail: more than )an hour from (.+?), counted from the door",
     r"\g<1>60 minutes from the door from \2"),
    ("page place|pack", r"(Of them, in jobs that can be done from home) \((ONS, April 2020|Dingel and Neiman)\)", r"\1"),
    ("page place|pack", "Of them, at home on census day, in lockdown", "Of them, at home on census day"),
    ("page place", r"Residents in rural areas (?=[\d.]+ % ([\d.]+ % )?([\d.]+ %|not known) Households)",
     "Residents in rural neighbourhoods "),
    ("pack .*(xlsx|csv)", "census-travel; census-occupations", "census-occupations; census-travel"),
    ("pack .*(xlsx|csv)", "21 March 2021, in lockdown: context only; 21 March 2021",
     "21 March 2021; 21 March 2021, in lockdown: context only"),
    # The sheet that says what a workbook holds.
    ("pack .*xlsx", r"(Residents in jobs .* cannot carry) the speed asked for", r"\1 the speed named"),
    ("pack .*xlsx", "People in the gap who also live further from the hub than the limit asked for",
     "Of those, the people who also live further than the time named from the hub"),
    ("pack .*xlsx", r"cannot get the speed asked for \(Ofcom\)", "cannot get the speed named (Ofcom)"),
    ("pack .*xlsx", "Residents who live further from the hub than the limit asked for",
     "Residents who live further than the time named from the hub"),
    ("pack", r"(Map\..*)Nowhere to turn per 1,000 workers", r"\1People with nowhere to turn per 1,000 workers"),
    # Explanations.
    ("page overview", r"in the gap\*\*: Residents in (jobs that can be done from home), where the line cannot carry the "
     r"speed asked for\. Nobody was asked: in each neighbourhood the number of\nsuch jobs \(from the occupations of its "
     r"residents\) is multiplied by the share of homes and businesses without the speed\.\nThe range shows how much lower or "
     r"higher it would be if the two went apart or together\.",
     r"in the gap** are residents in \1, at homes whose line cannot carry the speed you\nchose. Nobody was asked: in each "
     r"neighbourhood the number of such jobs (from the occupations of its residents) is\nmultiplied by the share of homes and "
     r"businesses without the speed. The range shows how much lower or higher it would be\nif the two went apart or together."),
    ("page overview", r"turn\*\*: People in the gap who also live further from the hub than the limit asked for\.",
     "turn** are those of them who also live too far from the city you chose to travel to work there."),
    ("page method", "Residents who live further from the hub than the limit asked for, or",
     "Residents whose journey to the hub takes longer than the limit asked for, or"),
    ("page method", "People in the gap who also live further from the hub than the limit asked for",
     "People in the gap who also live too far from the hub to travel to work there"),
    ("page method", r"that cannot get the speed asked for \(Ofcom\)", "whose line cannot carry the speed asked for"),
    ("page method", " For a larger place: the mean of its residents.", ""),
    ("page method", " For a larger place: the decile of the neighbourhood that its median resident lives in.", ""),
    ("page method", rf"Estimated {_ESTIMATED}",
     "Estimated Broadband inside an authority or constituency, spread from Ofcom's counts for the whole of it."),
    ("page method", rf"Indicative {_INDICATIVE}",
     "Indicative Rail times from a pattern timetable compiled by hand, not from an official feed."),
    ("page method", "Measured Broadband is counted from Ofcom's figures for each output area",
     "Measured Broadband counted from Ofcom's figures for small areas"),
    ("page explore", r"Index of Multiple Deprivation 2025: 1 is the most deprived tenth of England's neighbourhoods, 10 the "
     r"least\.", "How deprived an area is, by the English Indices of Deprivation."),
    ("page explore", r"Homes and businesses that cannot get a gigabit \(Ofcom\)\.", "Homes and businesses, below gigabit."),
    ("page explore", r"Residents who live (more than an hour from Exeter St Davids), counted from the door, or who have no "
     r"rail at all\.", r"Residents who live \1 door to hub."),
    # Places side by side.
    ("page compare", _UNSURE,
     "How sure a rank is has not been worked out: places whose ranges overlap may well be the other way round."),
    ("page compare", r"([\d.]+) of every 1,000 workers", r"\1 per 1,000 workers"),
    ("page compare", r"a tenth have (\d+) min or less", r"a tenth \1 or less"),
    ("page compare", r"a tenth (\d+) min or more", r"a tenth \1 or more"),
    ("page compare", r"a tenth no rail(?! or)", "a tenth no rail or more"),
    ("page compare", r"(\d+) min (?=a tenth)", r"\1 minutes "),
    ("page compare", r"Train to [\w ]+, median resident", "Time on the train, median"),
    ("page compare", r"Door to [\w ]+, median resident", "Door to hub, median (on foot or by car)"),
    ("page compare", r"more than two hours from (.+?) by train", r"more than 120 minutes from \1 by train"),
    ("page compare", r"more than an hour from (.+?), counted from the door", r"more than 60 minutes from \1 door to hub"),
    ("page compare", "Of them, in jobs that can be done from home", "Whose job can be done from home"),
    ("page compare", "Of them, at home on census day, in lockdown", "Worked from home on census day, in lockdown"),
    ("page compare", "In England’s most deprived fifth of neighbourhoods", "In the most deprived fifth of England"),
    ("page compare", "Within 30 minutes’ walk", "Within 30 minutes' walk"),
    ("page compare", "Decile of England, 1", "Decile of england, 1"),
    ("page place|pack", "all of it fewer than 1", "0 to 0"),
)


def renamed_back(name: str, answer: Any) -> Any:
    """Put the phrases that were renamed back as they were when the answers were recorded."""
    rules = [(new, old) for where, new, old in _RENAMED if re.match(where, name)]

    def back(part: Any) -> Any:
        if isinstance(part, str):
            for new, old in rules:
                part = re.sub(new, old, part)
            return part
        if isinstance(part, dict):
            return {key: back(value) for key, value in part.items()}
        return [back(value) for value in part] if isinstance(part, list | tuple) else part

    return back(answer)
