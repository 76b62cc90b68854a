"""What we make of the sources, area by area: pure functions on columns."""
