"""Rail: timetable → connections → connection scan → minutes from every postcode's door to every hub."""
