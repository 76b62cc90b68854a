"""Whether what two inputs both say is the same: small checks, one subject a file."""
