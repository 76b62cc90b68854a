// The parts of the widget beside the drawing: its buttons, its scale, its legend, the words at the pointer.
const ICONS = {
  full: "M1 5V1h4M11 1h4v4M15 11v4h-4M5 15H1v-4",
  nearer: "M8 2v12M2 8h12",
  farther: "M2 8h12",
}
const EARTH = 40075016.686      // metres round the equator
const TILE = 512                // pixels that is at zoom 0
const LONGEST = 90              // pixels
const UNITS = [["mile", "miles", 1609.344], ["km", "km", 1000]]

export function make(tag, name, within) {
  const made = document.createElement(tag)
  made.className = name
  within.append(made)
  return made
}

function addButton(within, name, words, act) {
  const button = make("button", `map-button map-${name}`, within)
  button.type = "button"
  button.ariaLabel = button.title = words
  button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`
  button.onclick = act
}

// Buttons for those who neither pinch nor roll, and one that takes back to the place.
export function addButtons(figure, frame, { zoom, goHome }) {
  const buttons = make("div", "map-buttons", frame)
  if (document.fullscreenEnabled) addButton(buttons, "full", "Full screen", () =>
    (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen()))
  addButton(buttons, "nearer", "Nearer", () => zoom(1))
  addButton(buttons, "farther", "Farther", () => zoom(-1))
  const home = make("button", "map-button map-home", frame)
  home.type = "button"
  home.hidden = true
  home.onclick = goHome
  return home
}

export function showLegend(box, html) {
  if (box.dataset.html === html) return
  const open = box.querySelector("details")?.open ?? true
  box.innerHTML = box.dataset.html = html      // written by the server, all names in it escaped
  box.querySelector("details").open = open
}

// Two bars, of the longest round number of miles and of kilometres there is room for.
export function showScale(box, { latitude, zoom }) {
  const pixel = EARTH * Math.cos((latitude * Math.PI) / 180) / (TILE * 2 ** zoom)
  box.replaceChildren(...UNITS.map(([one, many, metres]) => {
    const most = (LONGEST * pixel) / metres
    const ten = 10 ** Math.floor(Math.log10(most))
    const number = ten * [5, 2, 1].find((times) => times * ten <= most)
    const bar = document.createElement("div")
    bar.style.width = `${(number * metres) / pixel}px`
    bar.textContent = `${number} ${number === 1 ? one : many}`
    return bar
  }))
}

// Words in braces are properties of what is pointed at: text, whatever is in them.
function fill(line, properties) {
  return line.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(properties, name) ? properties[name] : whole))
}

export function showTooltip(box, lines, facts, { x, y }) {
  box.hidden = !facts || !lines.length
  if (box.hidden) return
  box.replaceChildren()
  lines.forEach((line, number) => {
    make(number ? "div" : "strong", "", box).textContent = fill(line, facts)
  })
  // Beside the pointer, on the side where there is room.
  const { clientWidth, clientHeight } = box.parentElement
  const left = x + 12 + box.offsetWidth <= clientWidth ? x + 12 : Math.max(0, x - 12 - box.offsetWidth)
  const top = y + 12 + box.offsetHeight <= clientHeight ? y + 12 : Math.max(0, y - 12 - box.offsetHeight)
  box.style.transform = `translate(${left}px, ${top}px)`
}
