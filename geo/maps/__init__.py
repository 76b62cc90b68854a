"""How a figure is drawn: classes and colours, the files a browser reads, pictures, tooltips."""
