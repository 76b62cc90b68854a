"""The report of a pack: its blocks as plain data, and what sets them as PDF and as Word document."""
