// The map: draws what pydeck wrote, and tells the server what was clicked on and where the reader looks.
import { Deck } from "@deck.gl/core"
import { JSONConverter } from "@deck.gl/json"
import { GeoJsonLayer, ScatterplotLayer } from "@deck.gl/layers"
import { addHints, CooperativeController } from "./gestures.js"
import { readCamera, rewriteLink, spellCamera } from "./link.js"
import { NamesLayer } from "./names.js"
import { addButtons, make, showLegend, showScale, showTooltip } from "./parts.js"

const REST = 250      // milliseconds after which a map that moved has come to rest
const KEYS = "Map: arrow keys move it, plus and minus change its size"
const CODES = { "+": "Equal", "-": "Minus" }      // deck.gl knows keys by where they are on one keyboard

const configuration = { classes: { GeoJsonLayer, NamesLayer, ScatterplotLayer } }
const maps = new WeakMap()

class MapWidget {
  constructor(parent) {
    this.parent = parent
    this.figure = make("div", "map-widget", parent)
    this.figure.role = "figure"
    this.frame = make("div", "map-frame", this.figure)
    this.canvas = make("canvas", "map-canvas", this.frame)
    this.canvas.role = "application"
    this.canvas.ariaLabel = KEYS
    this.scale = make("div", "map-scale", this.frame)
    this.scale.ariaHidden = true
    this.home = addButtons(this.figure, this.frame, {
      zoom: (steps) => this.zoom(steps),
      goHome: () => this.goHome(),
    })
    addHints(this.frame, this.canvas, make)
    this.tooltip = make("div", "map-tooltip", this.frame)
    this.tooltip.hidden = this.tooltip.ariaHidden = true
    this.legend = make("div", "map-legend", this.figure)
    this.canvas.addEventListener("keydown", (event) => this.press(event), { capture: true })
    this.listen = () => this.data.link && this.forget()
    window.addEventListener("popstate", this.listen)
    this.calls = 0       // of `update`
    this.reports = 0     // of the camera, numbered: the server says which it has heard
    this.known = ""      // the camera that the server and the reader both know
  }

  update({ data, setStateValue, setTriggerValue }) {
    this.data = data
    this.say = { camera: setStateValue, click: setTriggerValue }
    this.figure.ariaLabel = data.alt
    this.home.textContent = `Back to ${data.place}`
    showLegend(this.legend, data.legend)
    this.frame.style.height = `${data.height}px`
    const { layers, initialViewState } = new JSONConverter({ configuration }).convert(data.deck)
    const asked = JSON.stringify(spellCamera(initialViewState))
    // What was written before the server heard of the last move is not obeyed: it would take the reader back.
    if (asked !== this.known && data.heard >= this.reports) {
      this.known = asked
      this.camera = initialViewState
      clearTimeout(this.timer)
    }
    this.layers = layers
    this.draw({ layers: this.drawn(), viewState: this.camera })
    this.tell()
    const call = ++this.calls
    // Streamlit also ends a call that a later one has overtaken: the map is the later one's then.
    return () => setTimeout(() => call === this.calls && this.end())
  }

  // Names come after the shapes, which are what a reader waits for.
  drawn() {
    return this.named ? this.layers : this.layers.filter((layer) => !(layer instanceof NamesLayer))
  }

  name() {
    if (this.named || !this.layers.every((layer) => layer instanceof NamesLayer || layer.isLoaded)) return
    this.named = true
    this.deck.setProps({ layers: this.layers })
  }

  draw(props) {
    if (this.deck) {
      this.deck.setProps(props)
      return
    }
    this.deck = new Deck({
      ...props,
      canvas: this.canvas,
      controller: { type: CooperativeController, dragRotate: false },
      getCursor: ({ isDragging, isHovering }) =>
        isDragging ? "grabbing" : isHovering && this.data.clicks ? "pointer" : "grab",
      onViewStateChange: ({ viewState }) => this.move(viewState),
      onInteractionStateChange: ({ inTransition, isDragging }) => { this.busy = inTransition || isDragging },
      onHover: (found) => showTooltip(this.tooltip, this.data.tooltip, found),
      onClick: (found) => this.click(found),
      onAfterRender: () => this.name(),
    })
  }

  move(viewState) {
    this.camera = viewState
    this.deck.setProps({ viewState })
    this.tooltip.hidden = true
    this.tell()
    if (this.data.link) this.wait()
  }

  tell() {
    showScale(this.scale, this.camera)
    this.home.hidden = JSON.stringify(spellCamera(this.camera)) === JSON.stringify(spellCamera(this.data.home))
  }

  zoom(steps) {
    const { zoom, minZoom, maxZoom } = this.camera
    this.move({ ...this.camera, zoom: Math.min(maxZoom, Math.max(minZoom, zoom + steps)) })
  }

  goHome() {
    this.move({ ...this.camera, ...this.data.home })
    this.canvas.focus()      // the button is gone
  }

  // After 'Back' the map looks where that link says, wherever it was on its way to.
  forget() {
    clearTimeout(this.timer)
    this.known = ""
  }

  wait() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => (this.busy ? this.wait() : this.report()), REST)
  }

  report() {
    const camera = spellCamera(this.camera)
    const now = JSON.stringify(camera)
    if (now === this.known) return
    this.known = now
    rewriteLink(camera, this.data.link)
    this.say.camera("camera", { ...readCamera(camera), report: ++this.reports })
  }

  click({ object }) {
    if (!this.data.clicks) return
    this.say.click("click", {
      properties: object?.properties ?? null,
      camera: readCamera(spellCamera(this.camera)),
    })
  }

  press(event) {
    const code = CODES[event.key] ?? event.code
    if (event.ctrlKey || event.metaKey || event.altKey) event.stopPropagation()      // the browser's own
    else if (event.key.startsWith("Arrow")) event.preventDefault()      // the map moves, not the page
    else if (code !== event.code) {
      event.stopPropagation()
      event.target.dispatchEvent(new KeyboardEvent("keydown", { code, key: code, bubbles: true }))
    }
  }

  end() {
    clearTimeout(this.timer)
    window.removeEventListener("popstate", this.listen)
    this.deck.finalize()
    this.figure.remove()
    maps.delete(this.parent)
  }
}

// Streamlit calls this with every change: a map that stands is changed in its place.
export function showMap(component) {
  const { parentElement } = component
  if (!maps.has(parentElement)) maps.set(parentElement, new MapWidget(parentElement))
  return maps.get(parentElement).update(component)
}
