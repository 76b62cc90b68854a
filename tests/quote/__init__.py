"""What a text claims, read and checked."""
