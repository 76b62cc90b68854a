// For keyboards and screen readers: the way past the navigation, names that Streamlit repeats or leaves empty, and a
// word when the answer has changed.
{
  const all = (selector) => [...document.querySelectorAll(selector)]
  const text = (element) => (element?.innerText ?? "").replace(/\s+/g, " ").trim()

  // Each element that is found has a name that says too little or too much, and is given another.
  const NAMES = [
    ['[data-testid="stSidebar"][aria-label="Sidebar"]', () => "Choices"],
    ['.react-aria-ComboBox button[aria-haspopup="listbox"]', (button) =>
      `Open: ${button.closest(".react-aria-ComboBox").querySelector("input").ariaLabel}`],
    ['[data-testid="stHeaderActionElements"] a', (link) =>
      `Link to: ${text(link.closest("h1, h2, h3, h4").querySelector("[data-heading-text]"))}`],
    // "Download as PNG: Strip of dots, one for …": as much as tells one button from the next.
    ['[data-testid="stElementToolbar"] button[aria-label]', ({ ariaLabel }) =>
      ariaLabel.replace(/^([^:]+: [^:.,;]+)[^]*$/, "$1")],
  ]

  function mend() {
    for (const [selector, name] of NAMES) {
      for (const element of all(selector)) {
        const said = name(element)
        if (element.ariaLabel !== said) element.ariaLabel = said
      }
    }
    // A label whose words are hidden is no label.
    for (const hidden of all("label > span[aria-hidden]")) hidden.removeAttribute("aria-hidden")
    // The slider's name, said twice: its own and its group's, which are the same.
    for (const slider of all("input[type=range][aria-label][aria-labelledby]")) slider.removeAttribute("aria-labelledby")
    for (const logo of all('img[alt="Logo"]')) logo.alt = "Swathe"
  }

  // What a reader who does not see the page is told: of a page turned to its heading, of a change the new answer.
  let page = "", answer = ""
  function tell() {
    const heading = document.querySelector(".opening h1"), picked = document.querySelector(".picked")
    if (!heading || document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning") return
    const claim = document.querySelector(".opening .claim")
    const now = claim ? text(claim) : `${text(picked?.querySelector("h2"))}. ${text(picked?.querySelector("tr"))}`
    const turned = page !== location.pathname
    if (page && (turned || now !== answer)) {
      document.getElementById("said").textContent = turned ? text(heading) : now
    }
    page = location.pathname
    answer = now
  }

  let waiting = 0
  new MutationObserver(() => {
    clearTimeout(waiting)
    waiting = setTimeout(() => { mend(); tell() }, 200)
  }).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "data-test-script-state"],
  })

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".skip")) return
    event.preventDefault()      // the link stays as it is
    const content = document.querySelector("main")
    content.tabIndex = content.tabIndex < 0 ? -1 : content.tabIndex
    content.focus()
  })
}
