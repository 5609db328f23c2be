# %% [markdown]
# # Comparing two runs
#
# Two workspaces that hold runs on the same footage: `C2FPL_WORKSPACE`, here the demo (the paper's method),
# and `C2FPL_OTHER_WORKSPACE`, here the same footage with `--preset robust`. What differs in how they were
# made, are their scores alike, which videos moved, and is the better figure more than luck?
#
# To compare two versions of a model instead, score the same footage with each in a workspace of its own:
# copy the workspace, `c2fpl promote --model ID` there, and `c2fpl score --write-mode overwrite`.

# %%
import glob
import json
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

W = os.environ.get("C2FPL_WORKSPACE", "c2fpl-demo")
OTHER = os.environ.get("C2FPL_OTHER_WORKSPACE", "c2fpl-demo-robust")
STUDY = os.environ.get("C2FPL_STUDY", f"{W}/experiment/results.csv")
RUNS = {"first": W, "second": OTHER}

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
COLOURS = {"first": BLUE, "second": ORANGE}
plt.rcParams.update(
    {"figure.constrained_layout.use": True, "figure.dpi": 100, "axes.grid": True, "grid.alpha": 0.3}
)


def show(fig, alt):
    """Displays a figure with a text for those who do not see it."""
    display(fig, metadata={"image/png": {"alt": alt}})
    plt.close(fig)


def read_json(path):
    with open(path) as file:
        return json.load(file)


# %% [markdown]
# ## What differs in how they were made
#
# Every table's manifest keeps its parameters. The rows are those that are not the same in both runs; a dash
# stands where only one of them has the parameter or the table.


# %%
def parameters(workspace):
    found = {}
    for leaf in ["segment_norms/split=train/batch=*", "coarse_labels", "fine_labels", "evaluation"]:
        for path in sorted(glob.glob(f"{glob.escape(workspace)}/{leaf}/_manifest.json"))[:1]:
            made, table = read_json(path), leaf.split("/")[0]
            found |= {(table, name): str(value) for name, value in made["parameters"].items()}
            found[table, "seed"] = str(made["seed"])
    return found


made = pd.DataFrame({run: parameters(workspace) for run, workspace in RUNS.items()}).fillna("–")
made[made["first"] != made["second"]].sort_index()

# %% [markdown]
# ## Models
#
# `model/versions` keeps every version that was trained, `model/current.json` names the one in use.
# `parameter_hash` is that of the coefficients: equal hashes are the same model to the bit.

# %%
rows, losses = {}, {}
for run, workspace in RUNS.items():
    current = read_json(f"{workspace}/model/current.json")["version"]
    for path in sorted(glob.glob(f"{glob.escape(workspace)}/model/versions/*/detector.json")):
        model = read_json(path)
        training = model["training"]
        rows[run, model["id"]] = {
            "in use": "yes" if model["id"] == current else "",
            "hash": model["parameter_hash"][:12],
            "parameters": model["parameters"],
            "standardized": model["standardized"],
            "smooth": model["smooth"],
            "threshold": model["threshold"],
            "optimizer": training["optimizer"],
            "epochs": training["epochs"],
            "segments labelled": training["anomalous_segments"],
            "loss, first epoch": round(training["losses"][0], 4),
            "loss, last epoch": round(training["losses"][-1], 4),
        }
        losses[run, model["id"]] = training["losses"]
pd.DataFrame(rows)

# %%
fig, axis = plt.subplots(figsize=(9, 3.2))
for number, ((run, version), values) in enumerate(losses.items()):
    axis.plot(
        range(1, len(values) + 1),
        values,
        color=COLOURS[run],
        ls=["-", "--", ":", "-."][number % 4],
        label=f"{run}: {version}",
    )
axis.set(xlabel="epoch", ylabel="loss", title="Loss of training")
axis.legend(fontsize="small")
spoken = [
    f"{run} {version}: from {v[0]:.3f} to {v[-1]:.3f} in {len(v)} epochs."
    for (run, version), v in losses.items()
]
show(fig, "Loss by epoch. " + " ".join(spoken))

# %% [markdown]
# Losses of two runs compare only if both learned from the same labels. Soft or fewer labels change the
# least loss that is possible, so a lower curve is no better detector by itself.
#
# ## Figures of the evaluation
#
# `evaluation/metrics.json` of both, with the 95 % intervals of the bootstrap over videos.

# %%
metrics = {run: read_json(f"{workspace}/evaluation/metrics.json") for run, workspace in RUNS.items()}
names = [
    "frame_auc",
    "frame_ap",
    "frame_auc_anomalous_videos",
    "video_auc_mean",
    "equal_error_rate",
    "false_alarm_rate_at_model_threshold",
]
figures = pd.DataFrame({run: {name: m[name] for name in names} for run, m in metrics.items()})
figures["second − first"] = figures["second"] - figures["first"]
for run, m in metrics.items():
    intervals = m.get("bootstrap", {})
    for name in names:
        low, high = (intervals.get(name, {}).get(end) for end in ["low", "high"])
        figures.loc[name, f"{run}, interval"] = "" if low is None else f"{low:.3f} to {high:.3f}"
figures.round(4)

# %% [markdown]
# Both intervals are about *which videos* happened to be tested, and both runs were tested on the same ones.
# So overlapping intervals do not mean that the difference is uncertain. The next cells resample the videos
# once for both runs and look at the difference itself.
#
# A segment counts its anomalous and normal frames; the frame AUC is that of segments weighed by these
# counts. Frames behind the last segment have its score, as in `evaluate --tail repeat`.

# %%
SPLIT = metrics["first"]["split"]
FRAMES = metrics["first"]["frames_per_segment"]
KEEP_TAIL = metrics["first"]["tail"] == "repeat"
own = [("split", "==", SPLIT)]
scores = [
    pd.read_parquet(
        f"{workspace}/segment_scores", columns=["video_id", "segment_index", "score"], filters=own
    ).rename(columns={"score": run})
    for run, workspace in RUNS.items()
]
both = (
    scores[0]
    .merge(scores[1], on=["video_id", "segment_index"], validate="one_to_one")
    .sort_values(["video_id", "segment_index"], ignore_index=True)
)
assert len(both) == len(scores[0]) == len(scores[1]), "the two runs do not have the same segments"

truth = pd.read_parquet(f"{W}/annotations", filters=own).set_index("video_id")


def frame_counts(video, segments):
    """Anomalous and normal frames of each segment of a video; none where the truth is unknown."""
    row = truth.loc[video] if video in truth.index else None
    if row is None or (row["label"] != 0 and len(row["anomalies"]) == 0):
        return np.zeros((segments, 2))
    length = segments * FRAMES if pd.isna(row["frames"]) else int(row["frames"])
    length = length if KEEP_TAIL else min(length, segments * FRAMES)
    anomalous = np.zeros(length, bool)
    for r in row["anomalies"]:
        anomalous[r["start_frame"] : r["end_frame"]] = True
    of_segment = np.minimum(np.arange(length) // FRAMES, segments - 1)
    return np.stack(
        [np.bincount(of_segment, anomalous, segments), np.bincount(of_segment, ~anomalous, segments)],
        axis=1,
    )


counts = np.concatenate([frame_counts(video, len(rows)) for video, rows in both.groupby("video_id", sort=True)])


def frame_auc(score, positive, negative):
    """The Mann–Whitney statistic of weighed scores, ties counting one half."""
    _, group = np.unique(score, return_inverse=True)
    p, n = np.bincount(group, positive), np.bincount(group, negative)
    return (p * (np.cumsum(n) - n / 2)).sum() / (p.sum() * n.sum())


for run in RUNS:
    assert abs(frame_auc(both[run], *counts.T) - metrics[run]["frame_auc"]) < 1e-9

# %%
random = np.random.default_rng(0)
_, video_number = np.unique(both["video_id"], return_inverse=True)
differences = []
for _ in range(500):
    weight = random.poisson(1, video_number.max() + 1)[video_number]
    first, second = (frame_auc(both[run], *(counts * weight[:, None]).T) for run in RUNS)
    differences.append(second - first)
low, high = np.nanquantile(differences, [0.025, 0.975])

fig, axis = plt.subplots(figsize=(9, 2.8))
axis.hist(differences, bins=40, color=BLUE, alpha=0.6)
axis.axvline(0, color="black", lw=1)
axis.axvspan(low, high, color=GREY, alpha=0.2, label=f"95 %: {low:.3f} to {high:.3f}")
axis.set(
    xlabel="frame AUC of the second run − the first",
    ylabel="replicates",
    title="The difference on resampled videos",
)
axis.legend()
show(
    fig,
    "Histogram of the difference in frame AUC over 500 resamplings of the videos; 95 % of them lie between"
    f" {low:.3f} and {high:.3f}.",
)
print("The interval", "contains" if low <= 0 <= high else "does not contain", "0.")

# %% [markdown]
# This says nothing about another training run: train with several seeds for that
# (`c2fpl experiment`, at the end).
#
# ## Do the scores agree?
#
# The same three figures as `c2fpl promote --if-not-worse` prints, each run judged by its own threshold:
# the share of segments that both call the same, the share that both detect of those that either does, and
# the rank correlation.

# %%
above = {run: both[run] > metrics[run]["model_threshold"] for run in RUNS}
either = (above["first"] | above["second"]).sum()
agreement = pd.Series(
    {
        "segments": len(both),
        "detected by the first": above["first"].sum(),
        "detected by the second": above["second"].sum(),
        "share_alike": (above["first"] == above["second"]).mean(),
        "jaccard": (above["first"] & above["second"]).sum() / either if either else np.nan,
        "rank_correlation": both["first"].rank().corr(both["second"].rank()),
    },
    name="value",
    dtype=object,
)
agreement.map(lambda value: f"{value:.3f}" if isinstance(value, float) else f"{value:,}").to_frame()

# %%
fig, axis = plt.subplots(figsize=(6, 5))
mostly = counts[:, 0] >= np.maximum(counts.sum(axis=1), 1) / 2
for name, where, colour, marker in [
    ("normal or unknown", ~mostly, BLUE, "o"),
    ("anomalous", mostly, ORANGE, "^"),
]:
    axis.scatter(
        both["first"][where],
        both["second"][where],
        s=12,
        alpha=0.4,
        lw=0,
        color=colour,
        marker=marker,
        label=f"{name} ({where.sum():,})",
    )
axis.axvline(metrics["first"]["model_threshold"], color=GREY, lw=1, ls="--")
axis.axhline(metrics["second"]["model_threshold"], color=GREY, lw=1, ls="--", label="thresholds")
axis.set(xlabel="score, first run", ylabel="score, second run", title="Segments of the tested split")
axis.legend(fontsize="small")
show(
    fig,
    f"Scatter plot of the scores of {len(both):,} segments in both runs, by ground truth, with both thresholds."
    f" The rank correlation is {agreement['rank_correlation']:.2f}.",
)

# %% [markdown]
# ## Which videos moved
#
# Scores of two models have no common scale, ranks do. A video's rank is that of its highest score: 1 is the
# most suspicious video. The table has the ten that moved farthest; whoever reviews alarms will notice these
# first.

# %%
per_video = both.groupby("video_id")[["first", "second"]].max()
ranks = per_video.rank(ascending=False, method="min").astype(int).add_prefix("rank, ")
per_video = per_video.add_prefix("highest score, ").join(ranks)
per_video["moved up by"] = per_video["rank, first"] - per_video["rank, second"]
anomalous_frames = pd.Series(counts[:, 0]).groupby(both["video_id"].to_numpy()).sum()
per_video["anomalous frames"] = anomalous_frames.astype(int)
farthest = per_video["moved up by"].abs().sort_values(ascending=False, kind="stable").index[:10]
per_video.loc[farthest].sort_values("moved up by", ascending=False, kind="stable").round(3)

# %%
moved = per_video["moved up by"]
examples = list(dict.fromkeys([moved.idxmax(), moved.idxmin()]))
fig, axes = plt.subplots(len(examples), 1, figsize=(9, 2.7 * len(examples)), squeeze=False)
for axis, video in zip(axes[:, 0], examples):
    rows = both["video_id"] == video
    for run in RUNS:
        axis.plot(
            both.loc[rows, "segment_index"],
            both.loc[rows, run],
            drawstyle="steps-mid",
            color=COLOURS[run],
            ls="-" if run == "first" else "--",
            label=run,
        )
        axis.axhline(metrics[run]["model_threshold"], color=COLOURS[run], lw=0.8, ls=":")
    for number, r in enumerate(truth.loc[video, "anomalies"] if video in truth.index else []):
        axis.axvspan(
            r["start_frame"] / FRAMES - 0.5,
            r["end_frame"] / FRAMES - 0.5,
            color=GREY,
            alpha=0.2,
            lw=0,
            label="annotated anomaly" if number == 0 else None,
        )
    axis.set(xlabel="segment", ylabel="score", ylim=(0, 1))
    axis.set_title(
        f"{video}: rank {per_video.loc[video, 'rank, first']} → {per_video.loc[video, 'rank, second']}",
        parse_math=False,
    )
    axis.legend(fontsize="small", ncols=3)
show(
    fig,
    "Scores over time in both runs of the video that moved up farthest and of the one that moved down farthest;"
    " dotted lines are the thresholds, annotated anomalies are shaded.",
)

# %% [markdown]
# ## Comparisons that the program has made
#
# `promote --if-not-worse` leaves its figures in `model/comparisons`.

# %%
comparisons = sorted(glob.glob(f"{glob.escape(W)}/model/comparisons/*.json"))
for path in comparisons:
    display(pd.json_normalize(read_json(path)).T.rename(columns={0: os.path.basename(path)}))
print(f"{len(comparisons)} comparisons in the first workspace")

# %% [markdown]
# ## Studies
#
# A study (`c2fpl experiment`) runs many variants with several seeds; `results.csv` is one row a run.
# `C2FPL_STUDY` names the file, by default the workspace's own. The export reads the study of presets on the
# demo's footage that comes with the project, in `docs/results/demo`: full trainings with three seeds
# each, where the demo has 30 epochs. So it also shows what the seed alone does.

# %%
if os.path.exists(STUDY):
    study = pd.read_csv(STUDY)
    done = study[study["status"] == "done"]
    shown = ["frame_auc", "frame_ap", "coarse_accuracy", "fine_precision", "fine_recall"]
    table = done.groupby(["study", "variant"], sort=False)[shown].agg(["mean", "std"])
    table = (100 * table).round(2)
    table["seeds", ""] = done.groupby(["study", "variant"], sort=False).size()
    display(table)
else:
    print("no study in this workspace")
