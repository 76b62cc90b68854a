// Where the map looks, as it stands in the link.
const NAMES = ["lat", "lon", "zoom"]

export function spellCamera({ latitude, longitude, zoom }) {
  return { lat: latitude.toFixed(4), lon: longitude.toFixed(4), zoom: zoom.toFixed(2) }
}

export function readCamera(camera) {
  return Object.fromEntries(NAMES.map((name) => [name, Number(camera[name])]))
}

// Exactly as the server will write it, so that moving a map adds nothing to 'Back'.
export function rewriteLink(camera, { after, edition }) {
  const query = new URLSearchParams(window.location.search)
  const later = [...after, "edition", "embed", "embed_options"]
  const kept = later.filter((name) => query.has(name)).map((name) => [name, query.get(name)])
  for (const name of [...NAMES, ...later]) query.delete(name)
  for (const name of NAMES) query.set(name, camera[name])
  for (const [name, value] of kept) if (after.includes(name)) query.set(name, value)
  query.set("edition", edition)
  for (const [name, value] of kept) if (name.startsWith("embed")) query.set(name, value)
  window.history.replaceState(window.history.state, "", `${window.location.pathname}?${query}`)
}
