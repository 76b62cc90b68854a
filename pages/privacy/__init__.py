"""Privacy and cookies."""
