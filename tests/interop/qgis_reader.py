"""What QGIS makes of a GeoPackage, as JSON: run with the system's Python, which has QGIS: PACKAGE PICTURE."""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def described(layer: QgsVectorLayer) -> dict:
    """Say what a layer is, once its own style has been read."""
    _, styled = layer.loadDefaultStyle()
    renderer = layer.renderer()
    ranges = renderer.ranges() if renderer.type() == "graduatedSymbol" else []
    return {
        "valid": layer.isValid(), "styled": styled, "features": layer.featureCount(), "renderer": renderer.type(),
        "crs": layer.crs().authid(),
        "attribute": renderer.classAttribute() if ranges else "",
        "classes": [[each.label(), list(each.symbol().color().getRgb()[:3])] for each in ranges],
        "fields": {field.name(): [layer.attributeAlias(index), field.typeName()]
                   for index, field in enumerate(layer.fields())},
    }


def draw(layer: QgsVectorLayer, picture: str) -> None:
    """Draw a layer as QGIS would show it."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(500, 500))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)


def main(package: str, picture: str) -> None:
    """Print what each layer is, and draw the first."""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    whole = QgsVectorLayer(package, "all", "ogr")
    names = [text.split("!!::!!")[1] for text in whole.dataProvider().subLayers()]
    layers = {name: QgsVectorLayer(f"{package}|layername={name}", name, "ogr") for name in names
              if name != "layer_styles"}
    print(json.dumps({name: described(layer) for name, layer in layers.items()}))
    draw(next(iter(layers.values())), picture)
    layers.clear()      # QGIS ends badly while it holds any
    del whole
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
