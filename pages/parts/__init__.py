"""What the pages share: the view, the sidebar, the map, words and serving."""
