"""The bill of materials, as the standard's own schema takes it; that takes half a minute."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.sbom import bill

pytestmark = pytest.mark.interop


def test_the_bill_is_cyclonedx() -> None:
    written = bill()
    validator = JsonStrictValidator(SchemaVersion.from_version(written["specVersion"]))
    assert validator.validate_str(json.dumps(written)) is None
