// The parts of the widget beside the drawing: its frame, the words at the pointer, the button for the full screen.
const CORNERS = "M1 5V1h4M11 1h4v4M15 11v4h-4M5 15H1v-4"

export function make(tag, name, within) {
  const made = document.createElement(tag)
  made.className = name
  within.append(made)
  return made
}

export function addFullScreen(frame) {
  if (!document.fullscreenEnabled) return
  const button = make("button", "map-full", frame)
  button.type = "button"
  button.ariaLabel = button.title = "Full screen"
  button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${CORNERS}"/></svg>`
  button.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen())
}

// Words in braces are properties of what is pointed at: text, whatever is in them.
function fill(line, properties) {
  return line.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(properties, name) ? properties[name] : whole))
}

export function showTooltip(box, lines, { object, x, y }) {
  box.hidden = !object?.properties || !lines.length
  if (box.hidden) return
  box.replaceChildren()
  lines.forEach((line, number) => {
    make(number ? "div" : "strong", "", box).textContent = fill(line, object.properties)
  })
  // Beside the pointer, on the side where there is room.
  const { clientWidth, clientHeight } = box.parentElement
  const left = x + 12 + box.offsetWidth <= clientWidth ? x + 12 : Math.max(0, x - 12 - box.offsetWidth)
  const top = y + 12 + box.offsetHeight <= clientHeight ? y + 12 : Math.max(0, y - 12 - box.offsetHeight)
  box.style.transform = `translate(${left}px, ${top}px)`
}
