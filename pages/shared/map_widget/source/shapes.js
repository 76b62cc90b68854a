// What the map is drawn from, fetched once.
const NEAR = 7.5      // zoom from which shapes are drawn with all their points, and stations
const held = new Map()      // address → a promise of what is there

// A layer of straight pieces draws the lines of a file: a quarter of the work of a layer of paths, which has corners.
function pieces({ features }) {
  return features.flatMap(({ geometry: { type, coordinates } }) => (type === "LineString" ? [coordinates] : coordinates))
    .flatMap((line) => line.slice(1).map((to, n) => ({ from: line[n], to })))
}

function load(address, unpack = (content) => content) {
  if (!held.has(address)) {
    const answer = fetch(address).then(async (response) => {
      if (!response.ok) throw new Error(`${address}: ${response.status}`)
      return unpack(await response.json())
    })
    answer.catch(() => held.delete(address))
    held.set(address, answer)
  }
  return held.get(address)
}

// Forgets what none of these layers is drawn from: each is several megabytes when unpacked.
export function keepOnly(layers) {
  const used = new Set(layers.flatMap(({ data, near, facts }) => [data, near, facts]))
  for (const address of held.keys()) if (!used.has(address)) held.delete(address)
}

export function isNear({ zoom }) {
  return zoom >= NEAR
}

export function loadShapes({ "@@type": type, data, near: better }, near) {
  const address = near && better ? better : data
  return typeof address === "string" ? load(address, type === "LineLayer" ? pieces : undefined) : address
}

export async function loadFacts(layers) {
  return Object.fromEntries(await Promise.all(
    layers.filter(({ facts }) => facts).map(async ({ id, facts }) => [id, await load(facts)])))
}
