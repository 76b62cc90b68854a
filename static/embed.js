// Draws the map of an embed: the app's own map, without the app. Where the browser cannot, the picture is shown.
const box = document.getElementById("map")
const data = JSON.parse(document.getElementById("map-data").textContent)

function showPicture() {
  const picture = new Image()
  picture.className = "picture"
  picture.src = data.picture
  picture.alt = data.alt
  const legend = document.createElement("div")
  legend.className = "map-legend"
  legend.innerHTML = data.legend      // written by the server, all names in it escaped
  box.replaceChildren(picture, legend)
}

try {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("This browser draws no WebGL")
  const { showMap } = await import(new URL(data.script, document.baseURI))
  showMap({ data, parentElement: box, setStateValue() {}, setTriggerValue() {} })
} catch (error) {
  console.info(error.message)
  showPicture()
}
