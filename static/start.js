// Else each page but the first is taken for an app's folder first: two requests that fail, and a later start.
window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }
// Streamlit drops it when it writes the query; static/open_part.js goes to what it names.
window.swatheHash = location.hash
// Streamlit notes for each page that the reader has chosen nothing. No note is needed for that (docs/privacy.md).
{
  const NOTHING_CHOSEN = [["stActiveTheme-", '"System"'], ["stSidebarSectionsState-", "{}"]]
  const keep = Storage.prototype.setItem
  Storage.prototype.setItem = function (name, text) {
    if (NOTHING_CHOSEN.some(([begin, none]) => name.startsWith(begin) && text === none)) this.removeItem(name)
    else keep.call(this, name, text)
  }
}
