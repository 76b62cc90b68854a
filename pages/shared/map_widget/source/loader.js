// What Streamlit is given: the widget itself is fetched from its own address, which holds a hash of its content.
export default async function (component) {
  const { data, parentElement, setTriggerValue } = component
  // As high and with the words that the map will have, so that nothing jumps when it comes.
  if (!parentElement.querySelector(".map-widget")) {
    parentElement.innerHTML = '<div class="map-widget"><div class="map-frame wait">Drawing the map …</div><div class="map-legend"></div></div>'
    parentElement.querySelector(".map-frame").style.setProperty("--height", `${data.height}px`)
    parentElement.querySelector(".map-legend").innerHTML = data.legend      // written by the server, all names in it escaped
  }
  await window.swatheWarm     // else asking stops the page for as long as the graphics take to start
  // Once: each time takes a quarter of a second, and of many contexts a browser takes the first away, which is the map's.
  window.swatheDraws ??= Boolean(document.createElement("canvas").getContext("webgl2"))
  if (!window.swatheDraws) return void setTriggerValue("missing", true)
  const { showMap } = await import(new URL(data.script, document.baseURI))
  return showMap(component)
}
