// Says what the browser can draw, and how much room there is.
export default async function ({ parentElement, setStateValue }) {
  await window.swatheWarm     // else asking stops the page for as long as the graphics take to start
  const canvas = {
    webgl: Boolean(document.createElement("canvas").getContext("webgl2")),
    width: Math.floor(parentElement.getBoundingClientRect().width / 20) * 20,
  }
  const said = JSON.stringify(canvas)
  if (parentElement.dataset.said === said) return     // called again, as when the theme changes
  parentElement.dataset.said = said
  setStateValue("canvas", canvas)
}
