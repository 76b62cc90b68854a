"""What a text claims of places, and whether it is so."""
