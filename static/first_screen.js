// What is read before the app has come stays until the app has its heading, and while the reader is searching in it.
{
  const first = document.getElementById("first-screen"), root = document.getElementById("root")
  const watch = new MutationObserver(handOver)
  function handOver() {
    const heading = root.querySelector(".opening h1, .notice, [data-testid='stException']")
    if (!heading || first.querySelector("form")?.contains(document.activeElement)) return
    watch.disconnect()
    const focused = first.contains(document.activeElement), typed = first.querySelector("input[name=q]")
    if (typed && !typed.dataset.taken) window.swatheTyped = typed.value     // for the app's box, which has not come yet
    first.remove()
    if (!focused) return
    heading.tabIndex = -1
    heading.focus()
  }
  first.ariaBusy = "true"
  first.addEventListener("focusout", () => setTimeout(handOver))
  watch.observe(root, { childList: true, subtree: true })
  // All else comes once what is read first has been painted, which it would hold up; a tab that is not looked at paints
  // nothing.
  const painted = new Promise((done) => {
    if (document.hidden) return void done()
    // The first paint of all may be the background alone.
    const read = (told) => { if (told.getEntriesByName("first-contentful-paint").length) done() }
    new PerformanceObserver(read).observe({ type: "paint", buffered: true })
    setTimeout(done, 1000)
  })
  const fetchEarly = (link) => {
    const element = document.createElement("link")
    document.head.append(Object.assign(element, { crossOrigin: "", ...link }))
  }
  painted.then(() => {
    const { content } = document.getElementById("app-files"), script = content.querySelector("script")
    script.addEventListener("load", async () => {
      // What the map is drawn from, when the app's scripts have come and if it will be drawn.
      if (!first.dataset.soon || !(await window.swatheWarm)) return
      for (const href of first.dataset.soon.split(" ")) fetchEarly({ rel: "preload", as: "fetch", href })
    })
    document.head.append(content)
  })
  // Pages with a map: the graphics are started beside everything else, and the map's widget is fetched meanwhile.
  if (/\/(explore|place|rail)?$/.test(location.pathname)) {
    window.swatheWarm = painted.then(() => new Promise((done) => {
      const start = new Blob(['postMessage(Boolean(new OffscreenCanvas(1, 1).getContext("webgl2")))'])
      const worker = new Worker(URL.createObjectURL(start))
      worker.onmessage = ({ data }) => { done(data); worker.terminate() }
      worker.onerror = (error) => { error.preventDefault(); done() }
      fetchEarly({ rel: "modulepreload", href: "./MAP_WIDGET" })
    }))
  }
}
