// The map: draws what pydeck wrote, and tells the server what was clicked on and where the reader looks.
import { Deck, WebMercatorViewport } from "@deck.gl/core"
import { JSONConverter } from "@deck.gl/json"
import { GeoJsonLayer, LineLayer, ScatterplotLayer } from "@deck.gl/layers"
import { addHints, CooperativeController } from "./gestures.js"
import { readCamera, rewriteLink, spellCamera } from "./link.js"
import { NamesLayer } from "./names.js"
import { addButtons, make, showLegend, showScale, showTooltip } from "./parts.js"
import { isNear, keepOnly, loadFacts, loadShapes } from "./shapes.js"

const REST = 250      // milliseconds after which a map that moved has come to rest
const KEYS = "Map: arrow keys move it, plus and minus change its size"
const ZOOMS = { minZoom: 4, maxZoom: 15 }
const MARGIN = 12      // pixels free around the place that is shown
const LEGEND = { width: 180, from: 520 }      // pixels: it lies on a map at least so wide, as in the style sheet
const NARROW = 420     // pixels: on such a map many words at the pointer would hide it
const LOST = "Parts of the map did not arrive. Reload the page to try again; the tables have the same figures."
const CODES = { "+": "Equal", "-": "Minus" }      // deck.gl knows keys by where they are on one keyboard

const converter = new JSONConverter({ configuration: { classes: { GeoJsonLayer, LineLayer, NamesLayer, ScatterplotLayer } } })
const maps = new WeakMap()

class MapWidget {
  constructor(parent) {
    this.parent = parent
    parent.replaceChildren()      // the words that stood here
    this.figure = make("div", "map-widget", parent)
    this.figure.role = "figure"
    this.frame = make("div", "map-frame", this.figure)
    this.words = make("div", "wait", this.frame)
    this.words.textContent = "Drawing the map …"
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
    this.facts = {}      // layer → what is known of each of its shapes
    this.reports = 0     // of the camera, numbered: the server says which it has heard
    this.asked = ""      // what the server asked for last
    this.known = ""      // the camera that the server and the reader both know
  }

  update({ data, setStateValue, setTriggerValue }) {
    this.data = data
    this.say = { camera: setStateValue, click: setTriggerValue }
    this.figure.ariaLabel = data.alt
    this.home.textContent = `Back to ${data.place}`
    showLegend(this.legend, data.legend)
    this.frame.style.setProperty("--height", `${data.height}px`)
    this.start = this.fit()
    const { lat: latitude = this.start.latitude, lon: longitude = this.start.longitude, zoom = this.start.zoom } = data.camera
    const linked = Object.keys(data.camera).length === 3
    const asked = JSON.stringify(linked ? spellCamera({ latitude, longitude, zoom }) : [data.bounds, data.camera])
    // What was written before the server heard of the last move is not obeyed: it would take the reader back.
    if (asked !== this.asked && data.heard >= this.reports) {
      this.asked = asked
      this.camera = { ...ZOOMS, latitude, longitude, zoom }
      this.known = JSON.stringify(spellCamera(this.camera))
      clearTimeout(this.timer)
    }
    this.tell()
    const call = ++this.calls
    this.show()
    // Streamlit also ends a call that a later one has overtaken: the map is the later one's then.
    return () => setTimeout(() => call === this.calls && this.end())
  }

  // Where the whole place is seen, beside the legend.
  fit() {
    const { clientWidth, clientHeight } = this.frame
    const [width, height] = [Math.max(clientWidth, 200), Math.max(clientHeight, 200)]
    const left = this.data.besideLegend && width >= LEGEND.from ? LEGEND.width : MARGIN
    const [west, south, east, north] = this.data.bounds
    const { latitude, longitude, zoom } = new WebMercatorViewport({ width, height }).fitBounds(
      [[west, south], [east, north]],
      { maxZoom: this.data.closest, padding: { top: MARGIN, right: MARGIN, bottom: MARGIN, left } })
    return { latitude, longitude, zoom }
  }

  // All shapes are drawn at once, those from far off first, and names after them: without a graphics card each drawing
  // takes a second.
  async show() {
    const { calls, drawn } = this
    this.figure.ariaBusy = "true"
    try {
      await this.fetchAndDraw(calls, drawn && isNear(this.camera))
      if (calls !== this.calls || !drawn) return      // there is more to come
      this.words.remove()
    } catch (error) {
      console.error(error)
      if (calls !== this.calls) return
      this.words.textContent = LOST
      this.words.className = "lost"
      this.frame.append(this.words)      // also over a map that stands
    }
    this.figure.ariaBusy = "false"
  }

  async fetchAndDraw(calls, near) {
    const written = this.data.layers.filter((layer) =>
      (this.drawn || layer["@@type"] !== "NamesLayer") && (near || !layer.nearOnly))
    const shapes = await Promise.all(written.map((layer) => loadShapes(layer, near)))
    if (calls !== this.calls) return
    this.near = near
    const { layers } = converter.convert({ layers: written })
    this.draw({ layers: layers.map((layer, n) => layer.clone({ data: shapes[n] })), viewState: this.camera })
    keepOnly(this.data.layers)
    if (this.drawn) this.facts = await loadFacts(this.data.layers)
  }

  rendered() {
    if (this.drawn || !this.deck) return
    this.drawn = true
    this.words.remove()
    this.show()
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
      onHover: (found) => this.point(found),
      onClick: (found) => this.click(found),
      onAfterRender: () => this.rendered(),
    })
  }

  point(found) {
    const own = found.object?.properties
    const { tooltip, brief } = this.data
    const narrow = brief && this.frame.clientWidth < NARROW
    const facts = own && found.layer.props.facts ? this.facts[found.layer.id]?.[own.i] : own
    showTooltip(this.tooltip, narrow ? tooltip.slice(0, 1) : tooltip, facts, found)
  }

  move(viewState) {
    this.camera = viewState
    this.deck?.setProps({ viewState })
    if (this.drawn && !this.near && isNear(viewState)) this.show()
    this.tooltip.hidden = true
    this.tell()
    if (this.data.link) this.wait()
  }

  tell() {
    showScale(this.scale, this.camera)
    this.home.hidden = JSON.stringify(spellCamera(this.camera)) === JSON.stringify(spellCamera(this.start))
  }

  zoom(steps) {
    this.move({ ...this.camera, zoom: Math.min(ZOOMS.maxZoom, Math.max(ZOOMS.minZoom, this.camera.zoom + steps)) })
  }

  goHome() {
    this.move({ ...this.camera, ...this.start })
    this.canvas.focus()      // the button is gone
  }

  // After 'Back' the map looks where that link says, wherever it was on its way to.
  forget() {
    clearTimeout(this.timer)
    this.asked = ""
  }

  wait() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => (this.busy ? this.wait() : this.report()), REST)
  }

  report() {
    const camera = spellCamera(this.camera)
    const now = JSON.stringify(camera)
    if (now === this.known) return
    this.known = this.asked = now
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
    this.calls++       // what is still on its way comes too late
    clearTimeout(this.timer)
    window.removeEventListener("popstate", this.listen)
    this.deck?.finalize()
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
