"""The interface for programs: places, figures, rankings and search, at /api/v1/."""
