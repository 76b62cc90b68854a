"""What the figures of a place are: the typed answer, rankings, places side by side, profiles, stations."""
