// What Streamlit is given: the widget itself is fetched from its own address, which holds a hash of its content.
export default async function (component) {
  await window.swatheWarm     // else the page stops for as long as the graphics take to start
  const { showMap } = await import(new URL(component.data.script, document.baseURI))
  return showMap(component)
}
