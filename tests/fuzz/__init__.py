"""Whether damaged input files are noticed: small copies of the publishers' files, mutated by seed, read and built."""
