"""The printed maps of a pack: `compose` lays them out from page, body, labels, legend, scale bar and texts."""
