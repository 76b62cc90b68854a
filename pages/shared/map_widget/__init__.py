"""The map of a page: layers, legend, picture and what the reader does with it, drawn by a widget of the app's own."""
