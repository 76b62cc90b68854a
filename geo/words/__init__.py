"""Sentences and spelled numbers made from the figures, as plain text: pages and the evidence pack read them here."""
