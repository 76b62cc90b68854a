"""What is asked of the program, so that a change of its structure changes none of its answers."""

PLACES = (
    "E12000009",
    "E06000052", "E06000053", "E06000023", "E06000058", "E07000041", "E07000047", "E07000046", "E06000066",
    "E10000008", "E10000013",
    "E37000005", "E37000016", "E37000037",
    "E14001552", "E14001131", "E14001399", "E14001575",
    "E05010550", "E05012115", "E05013282", "E05012259", "E05010305", "E05014362",
    "E02003932", "E02004191", "E02003024", "E02004235", "E02003094", "E02004205",
    "E01019077", "E01014485", "E01020260", "E01014887", "E01018937", "E01020312",
    "E07000047+E07000046", "E06000052+E06000053+E10000008",
    "E06000046", "E07000084",
)
"""Codes of forty places: every kind, partnerships, the islands, neighbours."""

VIEWS = (
    {},
    {"speed": "10", "hub": "exeter", "minutes": "60", "clock": "door"},
    {"speed": "gigabit", "hub": "bristol", "minutes": "90", "work": "dingel-neiman", "access": "walk"},
    {"speed": "uso", "hub": "plymouth", "minutes": "45", "clock": "door", "access": "walk"},
)

RANKINGS = tuple(
    {"by": kind, "measure": measure, **more}
    for measure, more in (
        ("people_in_gap", {}), ("nowhere_to_turn", {"per": "rate"}), ("premises_below", {"speed": "100"}),
        ("remote_capable", {"work": "dingel-neiman"}), ("cut_off_by_rail", {"hub": "bristol", "minutes": "75"}),
        ("train_to_hub_minutes", {}), ("imd_decile", {}), ("mobile_4g", {"within": "all"}),
    ) for kind in ("authority", "constituency", "ward")
)

STATIONS = ("PNZ", "EXD", "BRI", "TVP", "OKE", "BPW", "SWI", "Weymouth", "Barnstaple", "GCR")

SEARCHES = ("okehampton", "EX20 1AA", "EX2", "torbay", "isle of", "st marys", "E01019077", "north devon", "zzzz qqqq")

PACKS = (
    {"place": "E07000047", "author": "West Devon Borough Council", "note": "First line.\nSecond line."},
    {"place": "E06000053", "speed": "uso", "access": "walk", "clock": "door"},
    {"place": "E14001552", "speed": "gigabit", "hub": "exeter", "minutes": "60", "title": "Broadband & trains"},
    {"place": "E01020260+E05010550"},
)

PAGE_VIEWS = (
    {},
    {"place": "E07000047", "speed": "10", "hub": "exeter", "minutes": "60", "clock": "door", "by": "ward",
     "show": "cut_off_by_rail", "beside": "E06000052.E14001552", "station": "OKE"},
    {"place": "E05010550", "speed": "gigabit", "work": "dingel-neiman", "show": "premises_below", "by": "constituency",
     "ranked": "constituency", "per": "rate"},
    {"place": "E01020260", "show": "imd_decile", "by": "authority", "ranked": "ward", "within": "E07000047"},
)
