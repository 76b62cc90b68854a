// Else each page but the first is taken for an app's folder first: two requests that fail, and a later start.
window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }
// Streamlit drops it when it writes the query; Place opens what it names (pages/place/sections.js).
window.swatheHash = location.hash
// Pages with a map: the graphics are started beside everything else, and the map's widget is fetched meanwhile.
if (/\/(explore|place|rail)?$/.test(location.pathname)) {
  window.swatheWarm = new Promise((done) => {
    const start = new Blob(['postMessage(Boolean(new OffscreenCanvas(1, 1).getContext("webgl2")))'])
    const worker = new Worker(URL.createObjectURL(start))
    worker.onmessage = ({ data }) => { done(data); worker.terminate() }
    worker.onerror = (error) => { error.preventDefault(); done() }
  })
  const link = document.createElement("link")
  Object.assign(link, { rel: "modulepreload", crossOrigin: "", href: "./MAP_WIDGET" })
  document.head.append(link)
}
