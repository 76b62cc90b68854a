// For keyboards and screen readers: the way past the navigation, names that Streamlit repeats or leaves empty, and a
// word when the answer has changed.
{
  const all = (selector) => [...document.querySelectorAll(selector)]
  const text = (element) => (element?.innerText ?? "").replace(/\s+/g, " ").trim()

  // Each element that is found has a name that says too little or too much, and is given another.
  const NAMES = [
    ['[data-testid="stSidebar"][aria-label="Sidebar"]', () => "Choices"],
    ['.react-aria-ComboBox button[aria-haspopup="listbox"]', (button) =>
      `Open: ${button.parentElement.querySelector("input")?.ariaLabel}`],
    ['[data-testid="stHeaderActionElements"] a', (link) =>
      `Link to: ${text(link.closest("h1, h2, h3, h4").querySelector("[data-heading-text]"))}`],
    // "Download as PNG: Strip of dots, one for …": as much as tells one button from the next.
    ['[data-testid="stElementToolbar"] button[aria-label]', ({ ariaLabel }) =>
      ariaLabel.replace(/^([^:]+: [^:.,;]+)[^]*$/, "$1")],
    ['[data-testid="data-grid-canvas"]', () => "Arrow keys move in the table"],
    ['[data-testid="data-grid-canvas"] [role="grid"]', (grid) => grid.closest("[role=region]")?.ariaLabel ?? "Table"],
  ]

  // A table that is wider than the page can have the focus, so that arrow keys move it. Others need no stop.
  function letScroll(box) {
    const scrolls = box.scrollWidth > box.clientWidth
    if (scrolls === (box.role === "group")) return
    box.role = scrolls ? "group" : null
    box.ariaLabel = scrolls ? `Table: ${text(box.querySelector("caption")).split(/[.:;,(]/)[0].trim()}` : null
    if (scrolls) box.tabIndex = 0
    else box.removeAttribute("tabindex")
  }

  function mend() {
    for (const [selector, name] of NAMES) {
      for (const element of all(selector)) {
        const said = name(element)
        if (element.ariaLabel !== said) element.ariaLabel = said
      }
    }
    // A label whose words are hidden is no label; a group without a name says nothing about the one field in it.
    for (const hidden of all("label > span[aria-hidden]")) hidden.removeAttribute("aria-hidden")
    for (const group of all(".react-aria-ComboBox [role=group]:not([aria-label])")) group.removeAttribute("role")
    // The slider's name, said twice: its own and its group's, which are the same.
    for (const slider of all("input[type=range][aria-label][aria-labelledby]")) slider.removeAttribute("aria-labelledby")
    for (const canvas of all('[data-testid="data-grid-canvas"]:not([role])')) canvas.role = "application"
    for (const button of all('[data-testid="stExpandSidebarButton"]')) button.setAttribute("aria-labelledby", "to-choices")
    for (const icon of all('[data-testid="stIconMaterial"]:not([aria-hidden])')) icon.ariaHidden = "true"
    // Markdown's tables have no caption: the heading above is their name.
    for (const table of all('[data-testid="stMarkdownContainer"] table:not([aria-label])')) {
      const before = (heading) => heading.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING
      table.ariaLabel = text(all("main h2, main h3").filter(before).at(-1)?.querySelector("[data-heading-text]"))
        || "Table"
    }
    // Folded parts are found by their headings, as parts that are not folded.
    for (const title of all('main [data-testid="stExpander"] summary [data-testid="stMarkdownContainer"]:not([role])')) {
      title.role = "heading"
      title.ariaLevel = "2"
    }
    // What has a name has a role that can have one: a field for files, and places that were picked.
    for (const zone of all('[data-testid="stFileUploaderDropzone"][role=presentation]')) zone.role = "group"
    for (const tag of all("[data-tag][aria-label]:not([role])")) tag.role = "group"
    for (const logo of all('img[alt="Logo"]')) logo.alt = "Swathe"
    for (const box of all(".facts")) letScroll(box)
    // A page that need not be scrolled is no stop for the keyboard.
    for (const main of all("main[tabindex]")) {
      const stop = main.scrollHeight > main.clientHeight ? 0 : -1
      if (main.tabIndex !== stop) main.tabIndex = stop
    }
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
      // A heading that has the focus is read already (static/search_box.js).
      document.getElementById("said").textContent = turned && heading !== document.activeElement ? text(heading) : now
    }
    page = location.pathname
    answer = now
  }

  let waiting = 0
  function soon() {
    waiting ||= setTimeout(() => { waiting = 0; mend(); tell() }, 200)
  }
  window.addEventListener("resize", soon)
  new MutationObserver(soon).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "data-test-script-state"],
  })

  // The button that opens or shuts the choices goes away with the focus: it is handed on. Where the choices lie over the
  // page, they are shut when the focus goes on behind them.
  const FOCUS_AFTER = {
    stExpandSidebarButton: '[data-testid="stSidebar"] a',
    stSidebarCollapseButton: '[data-testid="stExpandSidebarButton"]',
  }
  function handOn(target) {
    const pressed = target.closest(Object.keys(FOCUS_AFTER).map((id) => `[data-testid="${id}"]`).join())
    if (pressed) setTimeout(() => document.querySelector(FOCUS_AFTER[pressed.dataset.testid])?.focus(), 150)
  }
  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("main") || !matchMedia("(max-width: 768px)").matches) return
    document.querySelector('[data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button')?.click()
  })

  document.addEventListener("click", (event) => {
    if (event.isTrusted) handOn(event.target)
    if (!event.target.closest(".skip")) return
    event.preventDefault()      // the link stays as it is
    document.querySelector("main")?.focus()
  })
}
