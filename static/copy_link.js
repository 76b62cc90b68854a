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
  const button = find("button.copy"), said = find("span"), label = find("label"), box = find("input")
  const share = find("button.share"), panel = find("section")

  // The address bar's link, so that a map just moved is in it; the edition pins the figures.
  function address() {
    const url = new URL(window.location.href)
    for (const name of ["embed", "embed_options"]) url.searchParams.delete(name)
    url.searchParams.set("edition", data.edition)
    return url
  }
  async function copied(text, from) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {       // not offered outside https and localhost
      if (from === box) {
        label.hidden = false
        box.value = text
      }
      from.select()
      return document.execCommand("copy")
    }
  }
  function tell(words) {
    said.textContent = words
    setTimeout(() => { said.textContent = "" }, 4000)
  }
  button.onclick = async () => {
    const done = await copied(address().href, box)
    label.hidden = done
    if (done) button.focus()
    if (done) tell("Link copied")
    else said.textContent = "Copy the link from here:"
  }

  const make = (kind, text, parent) => {
    const made = document.createElement(kind)
    made.textContent = text
    parent.append(made)
    return made
  }
  // What the server says of the view, with the address that the reader sees: no other is known for sure.
  function show({ texts, files, said: beside }) {
    const url = address(), site = new URL("./", url).href
    panel.replaceChildren()
    for (const { label: heading, text } of texts) {
      const head = make("h2", heading, panel)
      const area = make("textarea", text.replaceAll("{link}", url.href).replaceAll("{site}", site).replaceAll("{query}", url.search), panel)
      area.readOnly = true
      area.ariaLabel = heading
      area.onfocus = () => area.select()
      const copy = make("button", "Copy", head)
      copy.type = "button"
      copy.ariaLabel = `Copy: ${heading}`
      copy.onclick = async () => tell(await copied(area.value, area) ? "Copied" : "Copy the text that is marked")
    }
    if (files.length) {
      make("h2", "Files of what is shown", panel)
      const list = make("ul", "", panel)
      for (const { label: name, href } of files) {
        const link = make("a", name, make("li", "", list))
        link.href = new URL(href, site)
        link.download = ""
      }
    }
    if (beside) make("p", beside, panel)
  }
  function close() {
    panel.hidden = true
    share.ariaExpanded = "false"
  }
  share.onclick = async () => {
    if (!panel.hidden) return close()
    panel.hidden = false
    share.ariaExpanded = "true"
    panel.textContent = "One moment …"
    const url = address(), asked = new URL("share.json", url)
    asked.search = url.search
    asked.searchParams.set("page", url.pathname.split("/").pop())
    try {
      const answer = await fetch(asked)
      if (!answer.ok) throw new Error(String(answer.status))
      show(await answer.json())
    } catch {
      panel.textContent = "This could not be fetched. The link can be copied all the same; try again for the rest."
    }
  }
  panel.onkeydown = share.onkeydown = (event) => {
    if (event.key !== "Escape" || panel.hidden) return
    close()
    share.focus()
  }
  // What was said is of the view that was shown then.
  if (panel.dataset.view !== window.location.search) close()
  panel.dataset.view = window.location.search
}
