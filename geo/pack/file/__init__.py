"""The file of a pack: its archive, manifest and README, and the checks of one that somebody else may have changed."""
