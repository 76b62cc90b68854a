"""What a program is answered: the same from the command line and from the server."""
