// Goes to the part that a link leads to (…/place#trains), unfolding it, once for each time the link is followed.
export default function () {
  const open = () => {
    const hash = location.hash || window.swatheHash || ""
    const name = decodeURIComponent(hash.slice(1))
    const folded = name && document.querySelector(`.st-key-part_${CSS.escape(name)} details`)
    const part = folded || document.getElementById(name)
    if (!part || window.swatheOpened === hash) return
    window.swatheOpened = hash
    if (folded && !folded.open) folded.querySelector("summary").click()
    setTimeout(() => part.scrollIntoView(), 400)     // when it has unfolded
  }
  const again = () => {
    window.swatheOpened = ""
    open()
  }
  window.addEventListener("hashchange", again)
  open()
  return () => window.removeEventListener("hashchange", again)
}
