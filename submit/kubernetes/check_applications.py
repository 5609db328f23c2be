"""Checks SparkApplications against the Spark operator's API v1beta2: check_applications.py FILE...

The schema is made from the models that the operator's project publishes (kubeflow-spark-api), which
are generated from the same Go types as its CustomResourceDefinition. Unknown fields fail: a cluster
would drop them without a word.
"""

import copy
import sys

import yaml
from jsonschema import Draft202012Validator
from kubeflow_spark_api.models.spark_v1beta2_spark_application import SparkV1beta2SparkApplication

# Requirements of the CustomResourceDefinition on the used fields that the models lack.
BOUNDS = {
    "SparkV1beta2SparkApplicationSpec": {
        "type": {"enum": ["Java", "Python", "Scala", "R"]},
        "mode": {"enum": ["cluster", "client"]},
    },
    "SparkV1beta2RestartPolicy": {"type": {"enum": ["Never", "Always", "OnFailure"]}},
    "SparkV1beta2DriverSpec": {"cores": {"minimum": 1}},
    "SparkV1beta2ExecutorSpec": {"cores": {"minimum": 1}, "instances": {"minimum": 1}},
}


def schema():
    whole = SparkV1beta2SparkApplication.model_json_schema(by_alias=True)
    for model, fields in BOUNDS.items():
        for field, bound in fields.items():
            whole["$defs"][model]["properties"][field].update(bound)
    for model in [whole, *whole["$defs"].values()]:
        # Models without properties allow any value, such as a quantity or a time.
        if model.get("properties"):
            model["additionalProperties"] = False
    return whole


def problems(validator, application):
    for error in validator.iter_errors(application):
        # Every optional field is "this or null": the cause is in the first branch.
        while error.context:
            error = error.context[0]
        yield ".".join(map(str, error.absolute_path)) + ": " + error.message


def broken(application):
    """The application with one mistake each; every one must be found."""
    for path, value in {
        ("spec", "mainJar"): "x",
        ("spec", "driver", "instances"): 1,
        ("spec", "executor", "securityContext", "dropAll"): True,
        ("spec", "executor", "cores"): "4",
        ("spec", "executor", "instances"): 0,
        ("spec", "mode"): "in-cluster",
        ("spec", "sparkVersion"): None,
    }.items():
        changed = copy.deepcopy(application)
        parent = changed
        for field in path[:-1]:
            parent = parent[field]
        parent[path[-1]] = value
        yield ".".join(path), changed


def main(files):
    validator = Draft202012Validator(schema())
    found = 0
    for file in files:
        with open(file, encoding="utf-8") as text:
            application = yaml.safe_load(text)
        for problem in problems(validator, application):
            found += 1
            print(f"{file}: {problem}", file=sys.stderr)
        for mistake, changed in broken(application):
            if not any(problems(validator, changed)):
                found += 1
                print(f"{file}: a mistake in {mistake} would not be found", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
