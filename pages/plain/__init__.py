"""Pages of plain HTML: what stands before the app's scripts, and pages that need none."""
