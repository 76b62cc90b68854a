// A combobox as the ARIA Authoring Practices describe it: the focus stays in the input, the list says which is meant.
const WAIT = 200     // milliseconds after the last letter
const boxes = new WeakMap()

function closeDrawer(host) {
  const sidebar = host.closest('[data-testid="stSidebar"]')
  if (sidebar && window.innerWidth <= 768) sidebar.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

// The focus goes to the heading of what was chosen, when that has come: the box may have gone with its page.
function followTo(name) {
  const watch = new MutationObserver(look)
  function look() {
    const heading = document.querySelector("main .opening h1")
    if (!location.pathname.endsWith("/place") || heading?.innerText !== name) return
    watch.disconnect()
    heading.tabIndex = -1
    heading.focus()
  }
  watch.observe(document, { subtree: true, childList: true, characterData: true })
  for (const kind of ["keydown", "pointerdown"]) {      // the reader has gone on
    window.addEventListener(kind, () => watch.disconnect(), { once: true, capture: true })
  }
  look()
}

// What was typed before the app had come is taken over, by the one box that stands for it.
function takeOver(input, large) {
  if (large !== location.pathname.endsWith("/")) return
  const early = document.querySelector("#first-screen input[name=q]")
  if (!early) {
    input.value = window.swatheTyped ?? ""     // left by static/first_screen.js
    delete window.swatheTyped
    return
  }
  early.dataset.taken = "yes"
  const copy = () => { input.value = early.value }
  early.addEventListener("input", copy)
  copy()
}

function open(parentElement) {
  const find = (selector) => parentElement.querySelector(selector)
  const input = find("input"), list = find("ul"), said = find(".said"), heard = find(".heard")
  const box = { data: {}, choose: () => {} }
  let places = [], shown = "", at = -1, timer = 0, request = new AbortController()

  function move(to) {
    list.children[at]?.setAttribute("aria-selected", "false")
    at = to
    const option = list.children[at]
    if (!option) return input.removeAttribute("aria-activedescendant")
    option.setAttribute("aria-selected", "true")
    option.scrollIntoView({ block: "nearest" })
    input.setAttribute("aria-activedescendant", option.id)
  }

  function close() {
    clearTimeout(timer)
    request.abort()
    move(-1)
    list.hidden = true
    input.setAttribute("aria-expanded", "false")
  }

  function say(sentence, count = 0) {
    said.textContent = sentence
    said.hidden = !sentence
    heard.textContent = `${sentence} ${count ? `${count} ${count === 1 ? "place" : "places"} to choose from.` : ""}`.trim()
  }

  function take(place) {
    const typed = input.value
    close()
    input.value = shown = ""
    places = []
    say("")
    // An address without a query keeps the place when it is gone 'Back' to, as the navigation's links do.
    if (!window.location.search) window.history.replaceState(window.history.state, "", `?edition=${box.data.edition}`)
    box.choose("chosen", { code: place.code, typed })
    closeDrawer(box.host)
    followTo(place.name)
  }

  function show(found) {
    places = found.places
    list.replaceChildren(...places.map((place, number) => {
      const option = document.createElement("li"), name = document.createElement("b"), about = document.createElement("span")
      option.id = `place-${number}`
      option.setAttribute("role", "option")
      option.setAttribute("aria-selected", "false")
      name.textContent = place.name
      about.textContent = place.about
      option.append(name, " ", about)
      option.onclick = () => take(place)
      return option
    }))
    move(-1)
    list.hidden = !places.length
    input.setAttribute("aria-expanded", String(!list.hidden))
    say(found.said && !places.length ? `${found.said} ${box.data.still}` : found.said, places.length)
  }

  async function look() {
    clearTimeout(timer)
    request.abort()
    const mine = request = new AbortController(), typed = input.value
    try {
      const url = new URL("find.json", document.baseURI)
      url.searchParams.set("q", typed)
      url.searchParams.set("edition", box.data.edition)
      const answer = await fetch(url, { signal: mine.signal })
      if (!answer.ok) throw new Error(answer.status)
      const found = await answer.json()
      if (mine.signal.aborted) return
      shown = typed
      show(found)
    } catch {
      if (mine.signal.aborted) return
      close()
      say("The search cannot be reached. Please try again.")
    }
  }

  async function enter() {
    if (places[at] && !list.hidden) return take(places[at])
    if (shown !== input.value || list.hidden) await look()
    const exact = places.filter((place) => place.exact)
    if (list.hidden || shown !== input.value) return
    if (exact.length === 1) take(exact[0])
    else move(0)
  }

  async function arrow(step) {
    if (list.hidden) await look()
    if (places.length) move(at < 0 && step < 0 ? places.length - 1 : (at + step + places.length) % places.length)
  }

  input.oninput = () => {
    clearTimeout(timer)
    request.abort()
    move(-1)
    if (input.value.trim()) timer = setTimeout(look, WAIT)
    else { close(); say("") }
  }
  input.onclick = () => { if (!input.value && list.hidden) look() }     // the councils, for whoever would rather not type
  input.onblur = close
  list.onmousedown = (event) => event.preventDefault()     // the focus stays in the input
  input.onkeydown = (event) => {
    if (event.isComposing) return
    const act = {
      ArrowDown: () => arrow(1), ArrowUp: () => arrow(-1), Enter: () => input.value.trim() || at >= 0 ? enter() : null,
      Escape: () => {
        if (list.hidden) input.value = ""
        close()
        say("")
      },
    }[event.key]
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    act()
  }
  return box
}

export default function ({ parentElement, data, setTriggerValue }) {
  let box = boxes.get(parentElement)
  if (!box) {
    box = open(parentElement)
    boxes.set(parentElement, box)
    takeOver(parentElement.querySelector("input"), data.large)
  }
  const find = (selector) => parentElement.querySelector(selector)
  Object.assign(box, { data, choose: setTriggerValue, host: parentElement.host ?? parentElement })
  find("label").textContent = data.label
  find("input").placeholder = data.hint
  find("ul").setAttribute("aria-label", data.places)
  find("label").parentElement?.classList.toggle("large", data.large)
  return () => find("input")?.blur()
}
