// Streamlit writes a page turned to, and then its query, as two stops for 'Back'; where the server turns it, the query
// first, and then the page. The first stop, at which the figures would be others, is left out.
function oneStopAPage() {
  const push = window.history.pushState.bind(window.history)
  let turned = "", queried = false
  for (const kind of ["keydown", "pointerdown", "popstate"]) {
    window.addEventListener(kind, () => { turned = ""; queried = false }, { capture: true })
  }
  window.history.pushState = (state, title, url) => {
    const here = window.location, next = new URL(url ?? here.href, here.href)
    const byServer = queried && next.pathname !== here.pathname && next.search === here.search
    const again = byServer || (turned === next.pathname && here.pathname === turned && !here.search)
    turned = !again && next.pathname !== here.pathname && !next.search ? next.pathname : ""
    queried = next.pathname === here.pathname
    if (again) window.history.replaceState(state, title, url)
    else push(state, title, url)
  }
}

export default function ({ parentElement, data }) {
  if (!window.swatheStops) {
    window.swatheStops = true
    oneStopAPage()
  }
  const find = (selector) => parentElement.querySelector(selector)
  const button = find("button"), said = find("span"), label = find("label"), box = find("input")

  // The address bar's link, so that a map just moved is in it; the edition pins the figures.
  function address() {
    const url = new URL(window.location.href)
    for (const name of ["embed", "embed_options"]) url.searchParams.delete(name)
    url.searchParams.set("edition", data.edition)
    return url.href
  }
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {       // not offered outside https and localhost
      label.hidden = false
      box.value = text
      box.select()
      return document.execCommand("copy")
    }
  }
  button.onclick = async () => {
    const done = await copied(address())
    label.hidden = done
    if (done) button.focus()
    said.textContent = done ? "Link copied" : "Copy the link from here:"
    if (done) setTimeout(() => { said.textContent = "" }, 4000)
  }
}
