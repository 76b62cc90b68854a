// Else each page but the first is taken for an app's folder first: two requests that fail, and a later start.
window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }
// Pages with a map: the graphics are started beside everything else, and the map's widget is fetched meanwhile.
if (/\/(explore|rail)?$/.test(location.pathname)) {
  window.swatheWarm = new Promise((done) => {
    const start = new Blob(['new OffscreenCanvas(1, 1).getContext("webgl2"); postMessage(null)'])
    const worker = new Worker(URL.createObjectURL(start))
    worker.onmessage = () => { done(); worker.terminate() }
    worker.onerror = (error) => { error.preventDefault(); done() }
  })
  const link = document.createElement("link")
  Object.assign(link, { rel: "modulepreload", crossOrigin: "", href: "./MAP_WIDGET" })
  document.head.append(link)
}
// What is read before the app has come stays until the app has its heading, and while the reader is searching in it.
addEventListener("DOMContentLoaded", () => {
  const first = document.getElementById("first-screen"), root = document.getElementById("root")
  first.ariaBusy = "true"
  const watch = new MutationObserver(handOver)
  function handOver() {
    const heading = root.querySelector(".opening h1, .notice, [data-testid='stException']")
    const form = first.querySelector("form")
    if (!heading || form?.contains(document.activeElement)) return
    watch.disconnect()
    const focused = first.contains(document.activeElement)
    first.remove()
    if (!focused) return
    heading.tabIndex = -1
    heading.focus()
  }
  watch.observe(root, { childList: true, subtree: true })
  first.addEventListener("focusout", () => setTimeout(handOver))
})
