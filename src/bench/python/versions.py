"""The versions that the yardsticks ran with, as one JSON object."""

import importlib.metadata
import json
import platform

found = {"python": platform.python_version()}
for name in ("torch", "numpy", "pyarrow", "scikit-learn"):
    found[name] = importlib.metadata.version(name)
print(json.dumps(found))
