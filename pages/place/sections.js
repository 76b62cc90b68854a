// Opens the folded part that a link leads to (…/place#trains) and goes there, once for each time it is followed.
export default function () {
  const open = () => {
    const hash = location.hash || window.swatheHash || ""
    const folded = document.getElementById(decodeURIComponent(hash.slice(1)))?.closest("details")
    if (!folded || window.swatheOpened === hash) return
    window.swatheOpened = hash
    if (!folded.open) folded.querySelector("summary").click()
    setTimeout(() => folded.scrollIntoView(), 400)     // when it has unfolded
  }
  const again = () => {
    window.swatheOpened = ""
    open()
  }
  window.addEventListener("hashchange", again)
  open()
  return () => window.removeEventListener("hashchange", again)
}
