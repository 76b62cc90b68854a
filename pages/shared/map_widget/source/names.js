// The names on the map: the file says from which zoom there is room for each; here only those near are written.
import { CompositeLayer } from "@deck.gl/core"
import { TextLayer } from "@deck.gl/layers"

const STEP = 0.5            // of zoom, as in the file
const AUTHORITIES = 10.5    // from this zoom on one of them fills the map
const SIZES = { a: 12, l: 13, s: 12 }
const BELOW = 12            // pixels from a station's dot to its name
// Drawn small from a large pattern, with room for the halo.
const FONT = { sdf: true, fontSize: 32, buffer: 8, radius: 11, cutoff: 0.25, smoothing: 0.12 }
const HALO = 6              // pixels of the pattern, of the eleven that it knows the distance in

function rows({ features: [{ geometry, properties: { names, kinds, zooms } }] }) {
  return names.map((name, n) => ({ name, kind: kinds[n], zoom: zooms[n], at: geometry.coordinates[n] }))
}

export class NamesLayer extends CompositeLayer {
  shouldUpdateState({ changeFlags }) {
    return changeFlags.somethingChanged
  }

  // What is seen, with as much again on every side, so that moving a little writes nothing anew.
  near() {
    const { viewport } = this.context
    const step = Math.floor(viewport.zoom / STEP) * STEP
    const [west, south, east, north] = viewport.getBounds()
    const held = this.state.near
    if (held && held.of === this.props.data && held.step === step && held.west <= west && held.south <= south &&
        held.east >= east && held.north >= north) return held.rows
    const [wide, high] = [east - west, north - south]
    const near = { of: this.props.data, step, west: west - wide, south: south - high, east: east + wide, north: north + high }
    near.rows = this.props.data.filter(({ kind, zoom, at: [x, y] }) => zoom <= step &&
      x > near.west && x < near.east && y > near.south && y < near.north && (kind !== "a" || step < AUTHORITIES))
    this.state.near = near
    return near.rows
  }

  renderLayers() {
    const { ink, railway, halo } = this.props
    const data = this.near()
    return data.length > 0 && new TextLayer(this.getSubLayerProps({
      id: "text",
      data,
      characterSet: "auto",
      fontFamily: "system-ui, sans-serif",
      fontWeight: 600,
      fontSettings: FONT,
      outlineWidth: HALO,
      outlineColor: halo,
      getText: ({ name }) => name,
      getPosition: ({ at }) => at,
      getSize: ({ kind }) => SIZES[kind],
      getColor: ({ kind }) => (kind === "s" ? railway : ink),
      getPixelOffset: ({ kind }) => [0, kind === "s" ? BELOW : 0],
      updateTriggers: { getColor: [ink, railway] },
    }))
  }
}

NamesLayer.layerName = "NamesLayer"
NamesLayer.defaultProps = { dataTransform: { type: "function", value: rows }, ink: [0, 0, 0], railway: [0, 0, 0], halo: [255, 255, 255] }
