"""The chapters of a report: what each says, as blocks, a file a subject."""
