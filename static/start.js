// Else each page but the first is taken for an app's folder first: two requests that fail, and a later start.
window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }
// Streamlit drops it when it writes the query; static/open_part.js goes to what it names.
window.swatheHash = location.hash
