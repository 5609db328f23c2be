"""A command of C2FPL on Spark as an Airflow task, and the settings that the DAGs share."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Sequence
from datetime import timedelta

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import ObjectStoragePath, Param
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

# The program's exit codes that would be the same at every further try, and their meanings. Any other code comes
# from the infrastructure: 75 from the program itself, or that of a killed process or a lost container.
FINAL = {
    64: "wrong arguments",
    65: "the data or the environment is wrong, or a person has to decide",
    70: "a bug in the program",
}

DEFAULTS = {
    # After failures of the infrastructure; safe, because a command leaves its tables complete or unchanged.
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": 2.0,
    # A cluster without executors makes Spark wait for ever, and the next night, too.
    "execution_timeout": timedelta(hours=12),
}

# A workspace takes one run at a time; one of the other DAG or of a person may be running.
LOCK_PATIENCE = "30m"

# The data. Each is an Airflow Variable c2fpl_<name>, and a parameter of the DAG that overrides it for one run:
# everybody who may trigger a DAG may set it.
DATA = {
    "workspace": ("/data/c2fpl/workspace", "Folder of the tables, on any Hadoop file system."),
    "input": ("/data/c2fpl/incoming", "Folder with one folder of feature files per day."),
    "split": ("nightly", "Split to which the footage of a night is added as a batch."),
    "write_mode": ("skip", "For ingest and score: skip, or overwrite to repeat a night."),
    "train_split": ("train", "Split that models are trained on."),
    "training_input": ("", "Further training footage; empty to train on the ingested footage."),
    "evaluation_split": ("test", "Split on which a new model is compared with the current one."),
}

# What is run, where, and with which options: only Airflow Variables, which administrators set. As parameters,
# everybody who may trigger a DAG could run any code as the workers' user.
DEPLOYMENT = {
    "jar": "/opt/c2fpl/c2fpl-spark.jar",  # the application
    "config": "",  # properties file with the program's options, for --config; empty for none
    "spark_conf": "",  # Spark properties file, such as conf/cluster.conf; empty for none
    "connection": "spark_default",  # Airflow's Spark connection: master, deploy mode
}


def setting(name: str) -> str:
    """The template that renders to a setting."""
    if name in DEPLOYMENT:
        return f"{{{{ var.value.get('c2fpl_{name}', '{DEPLOYMENT[name]}') }}}}"
    return f"{{{{ params.{name} or var.value.get('c2fpl_{name}', '{DATA[name][0]}') }}}}"


def params(*names: str) -> dict[str, Param]:
    """The parameters of a DAG: its workspace and these."""
    return {
        name: Param(
            None,
            type=["null", "string"],
            # No value may look like an option of the program.
            pattern="^[^-]",
            description=f"{DATA[name][1]} Default: Variable c2fpl_{name}, or '{DATA[name][0]}'.",
        )
        for name in ("workspace", *names)
    }


class C2fplOperator(SparkSubmitOperator):
    """
    One command by spark-submit. A failure that would be the same at every try fails the task at once;
    any other is retried, which is safe: a command leaves its tables whole or as they were.

    :param command: the command, such as ``score``
    :param arguments: its arguments, without workspace and run id (templated)
    :param only_with: the task is skipped where this renders to nothing (templated)
    """

    template_fields: Sequence[str] = (
        *SparkSubmitOperator.template_fields,
        "arguments",
        "only_with",
        "workspace",
        "config",
        "connection",
    )

    def __init__(
        self,
        *,
        command: str,
        arguments: Sequence[str] = (),
        only_with: str = "always",
        workspace: str = setting("workspace"),
        config: str = setting("config"),
        connection: str = setting("connection"),
        application: str = setting("jar"),
        properties_file: str = setting("spark_conf"),
        **kwargs,
    ) -> None:
        super().__init__(
            application=application,
            properties_file=properties_file,
            name=kwargs.pop("name", f"c2fpl-{command}"),
            **kwargs,
        )
        self.command = command
        self.arguments = list(arguments)
        self.only_with = only_with
        self.workspace = workspace
        self.config = config
        self.connection = connection

    def execute(self, context) -> None:
        if not self.only_with:
            raise AirflowSkipException(f"There is nothing to do for c2fpl {self.command}.")
        task = context["ti"]
        name = re.sub(r"[^A-Za-z0-9._-]", "_", f"{task.dag_id}.{task.task_id}.try{task.try_number}")
        run = f"{name[:80]}.{uuid.uuid4().hex[:12]}"
        self.application_args = [
            self.command,
            "--workspace",
            self.workspace,
            "--run-id",
            run,
            "--wait-for-lock",
            LOCK_PATIENCE,
            *(["--config", self.config] if self.config else []),
            *self.arguments,
        ]
        self._conn_id = self.connection
        # If the driver runs in a child of this process: the number of native threads changes the bits of
        # training, see conf/cluster.conf.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        try:
            super().execute(context)
        except Exception as failure:  # Its class depends on master and deploy mode.
            code = exit_code(str(failure))
            if code not in FINAL:
                code = self._recorded_code(run)
            if code in FINAL:
                raise AirflowFailException(
                    f"c2fpl {self.command} ended with exit code {code} ({FINAL[code]}) and would do so"
                    " again. The message is above and, if the workspace was reached, also in"
                    f" {self.workspace}/_runs/{run}.json."
                ) from failure
            raise

    def _recorded_code(self, run: str) -> int | None:
        """The exit code in the run's record: in cluster mode spark-submit's exit code does not show it."""
        # Airflow's name for Hadoop's s3a.
        workspace = re.sub(r"^s3a://", "s3://", self.workspace)
        try:
            record = ObjectStoragePath(f"{workspace.rstrip('/')}/_runs/{run}.json")
            return json.loads(record.read_text()).get("exit_code")
        except Exception as unreadable:
            self.log.info("No record of run %s was read: %s", run, unreadable)
            return None


def exit_code(message: str) -> int | None:
    """The exit code in the hook's message; on Kubernetes the driver's."""
    codes = re.findall(r"(?:Error code|Kubernetes spark exit code) is: (\d+)", message.split("\n")[0])
    return int(codes[-1]) if codes else None
