"""Privacy and cookies: the text of docs/privacy.md, filled with who runs this copy of the app."""

import streamlit as st

from pages.privacy.notice import TITLE, notice
from pages.shared.data import edition
from pages.shared.operator import operator
from pages.shared.parts import page_heading

page_heading(TITLE)
st.markdown(notice(operator(), edition().region))
