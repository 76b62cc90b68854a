"""Swathe's analysis: who could work from home but can't, and how far from London by train.

Nothing in this package imports streamlit or pydeck: it works in a notebook and on the command line.
"""

__version__ = "0.1.0"
