// What is read before the app has come stays until the app has its heading, and while the reader is searching in it.
{
  const first = document.getElementById("first-screen"), root = document.getElementById("root")
  const watch = new MutationObserver(handOver)
  function handOver() {
    const heading = root.querySelector(".opening h1, .notice, [data-testid='stException']")
    if (!heading || first.querySelector("form")?.contains(document.activeElement)) return
    watch.disconnect()
    const focused = first.contains(document.activeElement)
    first.remove()
    if (!focused) return
    heading.tabIndex = -1
    heading.focus()
  }
  first.ariaBusy = "true"
  first.addEventListener("focusout", () => setTimeout(handOver))
  watch.observe(root, { childList: true, subtree: true })
  // What the map is drawn from is fetched when the app's scripts have come, if it will be drawn.
  addEventListener("DOMContentLoaded", async () => {
    if (!first.dataset.soon || !(await window.swatheWarm)) return
    for (const href of first.dataset.soon.split(" ")) {
      const link = document.createElement("link")
      Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "", href })
      document.head.append(link)
    }
  })
}
