// Gestures that leave the page its own: one finger and the wheel scroll it; two fingers, or Ctrl and the wheel, are the
// map's. In full screen there is no page, and all of them are.
import { MapController } from "@deck.gl/core"

const SHOWN = 1500      // milliseconds that a hint stands
const MAC = /Mac|iPhone|iPad/.test(navigator.platform)
const TOUCH = "Use two fingers to move the map"
const WHEEL = `Hold ${MAC ? "⌘" : "Ctrl"} and scroll to zoom the map`

const filled = () => Boolean(document.fullscreenElement)

export class CooperativeController extends MapController {
  handleEvent(event) {
    const { ctrlKey, metaKey } = event.srcEvent
    if (event.type === "wheel" && !ctrlKey && !metaKey && !filled()) return false
    if (event.type === "panstart" && event.pointerType === "touch" && !filled()) return false
    return super.handleEvent(event)
  }
}

export function addHints(frame, canvas, make) {
  const hint = make("div", "map-hint", frame)
  hint.role = "status"
  let timer
  function show(text) {
    if (filled()) return
    hint.textContent = text
    clearTimeout(timer)
    timer = setTimeout(hide, SHOWN)
  }
  function hide() {
    clearTimeout(timer)
    hint.textContent = ""
  }
  canvas.addEventListener("wheel", ({ ctrlKey, metaKey }) => (ctrlKey || metaKey ? hide() : show(WHEEL)), { passive: true })
  canvas.addEventListener("touchmove", ({ touches }) => (touches.length > 1 ? hide() : show(TOUCH)), { passive: true })
}
