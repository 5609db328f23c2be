"""
The DAGs in a real Airflow, with a real spark-submit, on small synthetic footage.

Started by submit/airflow/test. The tests build on one another: a workspace grows as in use.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
JAR = HOME / "target" / "c2fpl-spark.jar"
LAUNCHER = HOME / "submit" / "c2fpl"
NIGHT = "2026-11-23"


class World:
    """A folder with a workspace, footage and its own Airflow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.incoming = folder / "incoming"
        options = folder / "c2fpl.properties"
        options.write_text("standardize = true\nepochs = 3\nworkers = 1\n")
        self.environment = {
            **os.environ,
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(HERE / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
            # Short jobs lose more by compiling than they gain.
            "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1",
            "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps({"conn_type": "spark", "host": "local[2]"}),
            "AIRFLOW_VAR_C2FPL_WORKSPACE": str(self.workspace),
            "AIRFLOW_VAR_C2FPL_INPUT": str(self.incoming),
            "AIRFLOW_VAR_C2FPL_JAR": str(JAR),
            "AIRFLOW_VAR_C2FPL_CONFIG": str(options),
        }
        self.embedded = {
            **{name: value for name, value in os.environ.items() if name != "SPARK_HOME"},
            "C2FPL_NO_BUILD": "1",
            "C2FPL_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
            "C2FPL_LOG": str(folder / "spark.log"),
        }

    def c2fpl(self, *arguments: object) -> str:
        return run([LAUNCHER, *arguments], self.embedded)

    def airflow(self, *arguments: object) -> str:
        return run([Path(sys.executable).parent / "airflow", *arguments], self.environment)

    def dag(
        self, dag: str, day: str, variables: dict[str, str] | None = None, **conf: str
    ) -> dict[str, tuple[str, int]]:
        """Runs a DAG for a logical date; returns the state of each task and its tries."""
        deployment = {f"AIRFLOW_VAR_C2FPL_{name.upper()}": value for name, value in (variables or {}).items()}
        command = ["dags", "test", dag, day, *(["--conf", json.dumps(conf)] if conf else [])]
        output = run(
            [Path(sys.executable).parent / "airflow", *command],
            {**self.environment, **deployment},
            may_fail=True,
        )
        (self.folder / "last.log").write_text(output)
        with sqlite3.connect(self.folder / "airflow" / "airflow.db") as database:
            rows = database.execute(
                "select t.task_id, t.state, t.try_number from task_instance t"
                " join dag_run r on r.dag_id = t.dag_id and r.run_id = t.run_id"
                " where t.dag_id = ? order by r.id",
                [dag],
            ).fetchall()
        assert rows, output
        return {task: (state, tries) for task, state, tries in rows}

    def log(self) -> str:
        return (self.folder / "last.log").read_text()

    def manifest(self, leaf: str) -> dict:
        return json.loads((self.workspace / leaf / "_manifest.json").read_text())

    def current(self) -> str:
        return json.loads((self.workspace / "model" / "current.json").read_text())["version"]

    def files(self) -> dict[str, tuple[int, int]]:
        """Every file of the tables and models with its time and size."""
        return {
            str(file.relative_to(self.workspace)): (file.stat().st_mtime_ns, file.stat().st_size)
            for file in sorted(self.workspace.rglob("*"))
            if file.is_file() and not str(file.relative_to(self.workspace)).startswith("_")
        }

    def records(self) -> list[dict]:
        return [json.loads(file.read_text()) for file in sorted((self.workspace / "_runs").glob("*.json"))]


def run(command: list, environment: dict[str, str], may_fail: bool = False) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
        check=False,
    )
    assert may_fail or done.returncode == 0, done.stdout
    return done.stdout


def footage(world: World, name: str, seed: int) -> Path:
    folder = world.folder / name
    world.c2fpl(
        "footage", "--output", folder, "--seed", seed,
        "--train-videos", 10, "--test-videos", 6, "--crops", 1, "--dim", 32,
    )  # fmt: skip
    return folder


def reversed_truth(annotations: Path, target: Path) -> Path:
    """
    The ground truth with normal and anomalous frames swapped. On so little footage the detector ranks
    frames the wrong way round, and the new model does so more, which this truth takes for better.
    """
    with annotations.open(newline="") as given, target.open("w", newline="") as out:
        rows = csv.DictReader(given)
        writer = csv.DictWriter(out, rows.fieldnames)
        writer.writeheader()
        for row in rows:
            ends = [0]
            for part in filter(None, row["anomalies"].split(";")):
                ends += [int(end) for end in part.split("-")]
            ends.append(int(row["frames"]))
            gaps = [f"{a}-{b}" for a, b in zip(ends[::2], ends[1::2]) if a < b]
            writer.writerow({**row, "label": 1, "anomalies": ";".join(gaps)})
    return target


def copied(source: Path, target: Path, prefix: str) -> None:
    target.mkdir(parents=True)
    for file in source.glob("*.npy"):
        shutil.copy(file, target / f"{prefix}{file.name}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A workspace with a barely trained model and annotated test footage; a night's footage."""
    world = World(tmp_path_factory.mktemp("c2fpl"))
    first = footage(world, "first", 0)
    truth = reversed_truth(first / "annotations.csv", world.folder / "truth.csv")
    world.c2fpl(
        "run", "--workspace", world.workspace, "--train", first / "train", "--test", first / "test",
        "--annotations", truth, "--standardize", "--epochs", 1, "--workers", 1,
    )  # fmt: skip
    second = footage(world, "second", 1)
    copied(second / "test", world.incoming / NIGHT, "night-")
    copied(second / "train", world.folder / "more", "more-")
    world.airflow("db", "migrate")
    return world


def test_both_dags_parse(world: World) -> None:
    code = (
        "from airflow.dag_processing.dagbag import BundleDagBag; import json, pathlib, sys\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "bag = BundleDagBag(folder, bundle_path=folder, bundle_name='dags-folder')\n"
        "assert not bag.import_errors, bag.import_errors\n"
        "assert all(t.execution_timeout for dag in bag.dags.values() for t in dag.tasks)\n"
        "tasks = {name: [t.task_id for t in dag.topological_sort()] for name, dag in bag.dags.items()}\n"
        "params = {name: sorted(dag.params) for name, dag in bag.dags.items()}\n"
        "print('DAGS', json.dumps([tasks, params]))\n"
    )
    output = run([sys.executable, "-c", code, HERE / "dags"], world.environment)
    tasks, parameters = json.loads(output[output.index("DAGS ") + 5 :].splitlines()[0])
    assert tasks == {
        "c2fpl_nightly": ["ingest", "stats", "score", "report"],
        "c2fpl_weekly": ["ingest", "stats", "coarse", "fine", "train", "report", "promote"],
    }
    assert parameters == {
        "c2fpl_nightly": ["input", "split", "train_split", "workspace", "write_mode"],
        "c2fpl_weekly": ["evaluation_split", "train_split", "training_input", "workspace"],
    }, "only data: everybody who may trigger a DAG may set these"


def test_a_night_is_ingested_scored_and_reported(world: World) -> None:
    states = world.dag("c2fpl_nightly", "2026-11-25")
    assert states == dict.fromkeys(["ingest", "stats", "score", "report"], ("success", 1)), world.log()
    batch = f"split=nightly/batch={NIGHT}"
    assert world.manifest(f"videos/{batch}")["rows"] == 6
    segments = world.manifest(f"segments/{batch}")["rows"]
    assert world.manifest(f"segment_norms/{batch}")["rows"] == segments
    assert world.manifest(f"segment_scores/{batch}")["rows"] == segments
    assert world.manifest(f"segment_scores/{batch}")["inputs"]["model"] == world.current()
    assert f"segment_scores/{batch}" in (world.workspace / "report" / "index.html").read_text()
    named = [record for record in world.records() if record["run"].startswith("c2fpl_nightly.")]
    assert [(r["command"], r["exit_code"]) for r in sorted(named, key=lambda r: r["started"])] == [
        ("ingest", 0), ("stats", 0), ("score", 0), ("report", 0)
    ]  # fmt: skip


def test_the_same_night_once_more_changes_nothing(world: World) -> None:
    """Nor does who triggers it choose what is run, and where: such keys are passed over."""
    before = world.files()
    foreign = dict.fromkeys(["jar", "config", "spark_conf", "connection"], "/nowhere")
    states = world.dag("c2fpl_nightly", "2026-11-25", **foreign)
    assert states == dict.fromkeys(["ingest", "stats", "score", "report"], ("success", 1)), world.log()
    assert world.files() == before


def test_wrong_data_fails_without_a_retry(world: World) -> None:
    before = world.files()
    states = world.dag("c2fpl_nightly", "2026-11-25", input=str(world.folder / "nowhere"))
    assert states["ingest"] == ("failed", 1), world.log()
    assert [states[task][0] for task in ("stats", "score", "report")] == ["upstream_failed"] * 3
    assert "ended with exit code 65" in world.log()
    assert world.files() == before


def test_a_better_model_is_promoted(world: World) -> None:
    before = world.current()
    states = world.dag("c2fpl_weekly", "2026-11-29", training_input=str(world.folder / "more"))
    assert states == dict.fromkeys(
        ["ingest", "stats", "coarse", "fine", "train", "report", "promote"], ("success", 1)
    ), world.log()
    after = world.current()
    assert after != before
    comparison = json.loads(
        (world.workspace / "model" / "comparisons" / f"{after}-with-{before}.json").read_text()
    )
    assert comparison["verdict"] == "not worse"
    assert comparison["candidate"]["frame_auc"] >= comparison["current"]["frame_auc"]
    scores = world.manifest(f"segment_scores/split=nightly/batch={NIGHT}")
    assert scores["inputs"]["model"] == before, "a promotion changes no table"


def test_without_ground_truth_a_person_decides(world: World) -> None:
    """Footage that nobody annotated, another training: the run fails once, and nothing is promoted."""
    before = world.current()
    options = world.folder / "other.properties"
    options.write_text("standardize = true\nepochs = 2\nworkers = 1\n")
    states = world.dag(
        "c2fpl_weekly", "2026-11-29", {"config": str(options)}, evaluation_split="nightly"
    )  # fmt: skip
    assert states["ingest"][0] == "skipped"
    assert [states[task] for task in ("stats", "coarse", "fine", "train", "report")] == [
        ("success", 1)
    ] * 5, world.log()
    assert states["promote"] == ("failed", 1)
    assert "Cannot decide whether detector-" in world.log()
    assert "drift of the footage: shift" in world.log()
    assert world.current() == before
    assert world.c2fpl("models", "--workspace", world.workspace).count("detector-") == 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Cannot execute: spark-submit x. Error code is: 65.\nLast spark-submit output:\nx", 65),
        ("Cannot execute: spark-submit x. Error code is: 137.\nError code is: 65.", 137),
        ("Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: 64\nlast", 64),
        ("YARN application application_1 ended with state: FAILED", None),
    ],
)
def test_reads_the_exit_code_from_the_hooks_message(message: str, code: int | None, operator) -> None:
    assert operator.exit_code(message) == code


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory):
    os.environ["AIRFLOW_HOME"] = str(tmp_path_factory.mktemp("airflow"))
    sys.path.insert(0, str(HERE / "dags"))
    import c2fpl_operator

    return c2fpl_operator


def test_a_parameter_is_no_option_of_the_program(operator) -> None:
    split = operator.params("split")["split"]
    assert split.resolve("night-1") == "night-1"
    with pytest.raises(Exception, match="does not match"):
        split.resolve("--config=/elsewhere")


@pytest.mark.parametrize(
    ("failure", "record", "final"),
    [
        ("Cannot execute: x. Error code is: 64.", None, True),
        ("Cannot execute: x. Error code is: 70.", None, True),
        ("Cannot execute: x. Error code is: 137.", None, False),
        ("Cannot execute: x. Error code is: 75.", None, False),
        ("Cannot execute: x. Error code is: 1.", 75, False),
        ("Cannot execute: x. Error code is: 1.", 65, True),
        ("YARN application a ended with final status: FAILED", 65, True),
        ("YARN application a ended with final status: KILLED", None, False),
    ],
)
def test_only_failures_that_would_come_again_are_final(
    failure: str, record: int | None, final: bool, operator, monkeypatch, tmp_path: Path
) -> None:
    from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
    from airflow.sdk.exceptions import AirflowFailException

    def submit(self, context):
        if record is not None:
            run_id = self.application_args[self.application_args.index("--run-id") + 1]
            (tmp_path / "_runs").mkdir()
            (tmp_path / "_runs" / f"{run_id}.json").write_text(json.dumps({"exit_code": record}))
        raise RuntimeError(failure)

    class Task:
        dag_id, task_id, try_number = "c2fpl_nightly", "score", 2

    monkeypatch.setattr(SparkSubmitOperator, "execute", submit)
    task = operator.C2fplOperator(task_id="score", command="score", workspace=str(tmp_path), config="")
    with pytest.raises(AirflowFailException if final else RuntimeError) as raised:
        operator.C2fplOperator.execute.__wrapped__(task, {"ti": Task()})
    assert isinstance(raised.value, AirflowFailException) == final
