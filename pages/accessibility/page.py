"""The accessibility statement: the text of docs/accessibility.md, filled with who runs this copy of the app."""

import streamlit as st

from pages.accessibility.statement import TITLE, statement
from pages.shared.data import edition
from pages.shared.operator import operator
from pages.shared.parts import page_heading

page_heading(TITLE)
st.markdown(statement(operator(), edition().region))
