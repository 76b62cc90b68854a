"""The command line: what may be asked, what is answered, and its tables for people."""
