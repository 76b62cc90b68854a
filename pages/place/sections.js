// Opens the folded part that a link leads to (…/place#trains) and goes there, once for each time it is followed.
export default function () {
  const open = () => {
    const part = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (!part || window.swatheOpened === location.hash) return
    window.swatheOpened = location.hash
    part.closest("details:not([open])")?.querySelector("summary").click()
    setTimeout(() => part.closest("details").scrollIntoView(), 300)     // when it has unfolded
  }
  const again = () => { window.swatheOpened = ""; open() }
  window.addEventListener("hashchange", again)
  open()
  return () => window.removeEventListener("hashchange", again)
}
