# %% [markdown]
# # Picking a threshold
#
# A detector gives every segment a score between 0 and 1; an alarm begins where the score rises above a
# threshold. The scores are no probabilities, so no threshold is right by itself. This notebook shows what
# each one would cost: alarms an hour, frames and events found, alarms for nothing. It needs a workspace with
# ground truth of the tested split (`annotations` and `evaluation`).

# %%
import json
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

W = os.environ.get("C2FPL_WORKSPACE", "c2fpl-demo")
FPS = 25.0  # for videos whose frame rate is not in the table, such as the demo's

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#767676"
plt.rcParams.update(
    {"figure.constrained_layout.use": True, "figure.dpi": 100, "axes.grid": True, "grid.alpha": 0.3}
)


def show(fig, alt):
    """Displays a figure with a text for those who do not see it."""
    display(fig, metadata={"image/png": {"alt": alt}})
    plt.close(fig)


with open(f"{W}/evaluation/metrics.json") as file:
    metrics = json.load(file)
SPLIT, FRAMES, KEEP_TAIL = metrics["split"], metrics["frames_per_segment"], metrics["tail"] == "repeat"
own = [("split", "==", SPLIT)]
scores = pd.read_parquet(f"{W}/segment_scores", filters=own).sort_values(
    ["video_id", "segment_index"], ignore_index=True
)
truth = pd.read_parquet(f"{W}/annotations", filters=own).set_index("video_id")
fps = pd.read_parquet(f"{W}/videos", filters=own).set_index("video_id")["fps"]
print(f"split {SPLIT}: {len(scores):,} segments of {scores['video_id'].nunique()} videos")

# %% [markdown]
# ## Frames, and the frame AUC once more
#
# Every frame has its segment's score. Instead of frames, a segment keeps how many of its frames are anomalous
# and how many are normal. Frames behind the last segment take its score, unless `evaluate --tail drop` was
# asked for. From the counts follow the ROC and the precision–recall curve, and the figures of
# `metrics.json`, to the ninth decimal place.


# %%
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


counts = np.concatenate(
    [frame_counts(video, len(rows)) for video, rows in scores.groupby("video_id", sort=True)]
)
scores["positive"], scores["negative"] = counts.T

# Distinct scores in descending order: what lies above a threshold just below each of them.
by_score = scores.groupby("score")[["positive", "negative"]].sum().sort_index(ascending=False)
P, N = by_score.sum()
true_positives, false_positives = by_score["positive"].cumsum(), by_score["negative"].cumsum()
recall, precision = true_positives / P, true_positives / (true_positives + false_positives).clip(lower=1)

# An anomalous frame is right about every normal frame below it, and about half of those that tie.
auc = (by_score["positive"] * (N - false_positives + by_score["negative"] / 2)).sum() / (P * N)
ap = (np.diff(recall, prepend=0) * precision).sum()
assert P == metrics["positives"] and P + N == metrics["frames"]
assert abs(auc - metrics["frame_auc"]) < 1e-9 and abs(ap - metrics["frame_ap"]) < 1e-9
print(f"frame AUC {auc:.6f}, AP {ap:.6f}: as in metrics.json")

# %% [markdown]
# ## Detections
#
# Consecutive segments *above* the threshold are one detection; a missing segment ends it. At the threshold
# that the split was scored with, merging gives exactly the rows of the table `detections`.


# %%
def merge(scores, threshold):
    """The detections at a threshold, a row each."""
    above = scores[scores["score"] > threshold]
    new = (above["video_id"] != above["video_id"].shift()) | (
        above["segment_index"] != above["segment_index"].shift() + 1
    )
    runs = above.groupby(new.cumsum())
    merged = runs.agg(
        video_id=("video_id", "first"),
        first=("segment_index", "first"),
        last=("segment_index", "last"),
        peak_score=("score", "max"),
        mean_score=("score", "mean"),
        positive=("positive", "sum"),
    )
    merged["start_frame"], merged["end_frame"] = merged["first"] * FRAMES, (merged["last"] + 1) * FRAMES
    return merged


batches = sorted(os.listdir(f"{W}/detections/split={SPLIT}"))
with open(f"{W}/detections/split={SPLIT}/{batches[0]}/_manifest.json") as file:
    USED = json.load(file)["parameters"]["threshold"]
stored = pd.read_parquet(f"{W}/detections", filters=own).sort_values(
    ["video_id", "start_frame"], ignore_index=True
)
merged = merge(scores, USED).reset_index(drop=True)
if len(batches) == 1:
    assert len(merged) == len(stored) and (merged["video_id"] == stored["video_id"]).all()
    assert (merged[["start_frame", "end_frame"]] == stored[["start_frame", "end_frame"]]).all(axis=None)
    assert np.allclose(merged[["peak_score", "mean_score"]], stored[["peak_score", "mean_score"]], rtol=1e-9)
print(f"{len(merged)} detections above {USED}, as in the table")
stored.sort_values("peak_score", ascending=False)[
    ["video_id", "start_frame", "end_frame", "peak_score", "mean_score"]
].head(8).round(3)

# %% [markdown]
# ## What each threshold would do
#
# * **alarms an hour**: merged detections over the hours of footage;
# * **precision** and **recall** of frames: how much of what is detected is anomalous, how much of what is
#   anomalous is detected;
# * **events found**: the share of annotated ranges that some detection touches. An operator who looks at an
#   alarm sees the whole event, so this is often the figure that counts;
# * **useful alarms**: the share of detections that touch an anomalous frame.

# %%
lengths = scores.groupby("video_id").size() * FRAMES
rate = fps.reindex(lengths.index).where(lambda f: f > 0)
HOURS = (lengths / rate.fillna(FPS)).sum() / 3600
print(f"{HOURS:.2f} hours of footage; {rate.isna().sum()} of {len(rate)} videos have no frame rate")
print(f"videos without one are counted with {FPS:g} frames a second")

events = pd.DataFrame(
    [
        (video, r["start_frame"], r["end_frame"])
        for video in lengths.index.intersection(truth.index)
        for r in truth.loc[video, "anomalies"]
    ],
    columns=["video_id", "start", "end"],
)


def effect(scores, threshold, hours=HOURS, events=events):
    """What a threshold does on some scores."""
    above = scores["score"] > threshold
    tp, fp = scores.loc[above, "positive"].sum(), scores.loc[above, "negative"].sum()
    alarms = merge(scores, threshold)
    met = events.reset_index().merge(alarms, on="video_id")
    met = met[(met["start_frame"] < met["end"]) & (met["end_frame"] > met["start"])]
    return {
        "threshold": threshold,
        "alarms an hour": len(alarms) / hours,
        "precision": tp / (tp + fp) if tp + fp else np.nan,
        "recall": tp / scores["positive"].sum(),
        "events found": met["index"].nunique() / len(events) if len(events) else np.nan,
        "useful alarms": (alarms["positive"] > 0).mean() if len(alarms) else np.nan,
    }


grid = np.unique(np.concatenate([np.quantile(scores["score"], np.linspace(0.3, 1, 140)), [USED]]))
effects = pd.DataFrame([effect(scores, threshold) for threshold in grid])

# %%
fig, (top, bottom) = plt.subplots(2, 1, figsize=(9, 6.2), sharex=True, height_ratios=[3, 2])
for name, colour, style in [
    ("precision", BLUE, "-"),
    ("recall", ORANGE, "-"),
    ("events found", ORANGE, "--"),
    ("useful alarms", BLUE, "--"),
]:
    top.plot(effects["threshold"], effects[name], color=colour, ls=style, label=name)
top.set(ylabel="share", ylim=(0, 1.03), title=f"Split {SPLIT} at each threshold")
bottom.plot(effects["threshold"], effects["alarms an hour"], color=GREEN)
bottom.set(xlabel="threshold", ylabel="alarms an hour", ylim=(0, None))
for axis in (top, bottom):
    axis.axvline(USED, color="black", lw=1, ls=":", label=f"in use: {USED:g}")
top.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))
at = effects.set_index("threshold").loc[USED]
show(
    fig,
    "Above, precision, recall, events found and useful alarms by threshold; below, alarms an hour. At the"
    f" threshold in use, {USED:g}, precision is {at['precision']:.2f}, recall {at['recall']:.2f}, and there are"
    f" {at['alarms an hour']:.0f} alarms an hour.",
)

# %% [markdown]
# Alarms do not simply become fewer with a higher threshold: at a low one, neighbouring alarms melt into
# one long alarm.
#
# ## What `train --threshold auto` does
#
# It takes the threshold that leaves above it, of the *training* scores, the share of segments that were
# pseudo-labelled anomalous. The share is a guess about the training footage, made without labels. Where the
# training split is scored, too (`c2fpl score --split train`), the share above the threshold is checked here.

# %%
with open(f"{W}/model/versions/{metrics['model']}/detector.json") as file:
    model = json.load(file)
training = model["training"]
share = training["anomalous_segments"] / training["segments"]
print(f"rule {model['threshold_rule']}: {share:.1%} of the training segments were labelled anomalous")
print(f"above the threshold in use are {(scores['score'] > USED).mean():.1%} of the tested segments")
print(f"{P / (P + N):.1%} of the tested frames are anomalous")
if os.path.isdir(f"{W}/segment_scores/split={training['split']}"):
    learned = pd.read_parquet(f"{W}/segment_scores", filters=[("split", "==", training["split"])])
    learned = learned.loc[learned["model"] == metrics["model"], "score"]
    print(f"above it are {(learned > model['threshold']).mean():.1%} of the training segments")

# %% [markdown]
# ## What `train --alarms-per-hour` would do
#
# It takes the smallest threshold from which on no larger one gives more alarms an hour (again on the
# training footage, which needs no ground truth for it, but the frame rate of every video). Here the same
# rule on the tested footage, for some rates. `candidates` are the thresholds that the program tries. The
# demo's rates are high because half of its tested videos are anomalous, and its videos are short.

# %%
candidates = 1 / (1 + np.exp(-np.arange(-8 * 64, 8 * 64 + 1) / 64))
candidates = candidates[candidates >= np.quantile(scores["score"], 0.3)]
alarms = np.array([len(merge(scores, threshold)) for threshold in candidates]) / HOURS


def for_rate(wanted):
    too_many = np.flatnonzero(alarms > wanted)
    return candidates[too_many[-1] + 1 if len(too_many) else 0]


rules = {f"--alarms-per-hour {wanted:g}": for_rate(wanted) for wanted in [10, 30, 60, 120]}
rules |= {"in use": USED, "--threshold 0.5": 0.5}
pd.DataFrame({name: effect(scores, threshold) for name, threshold in rules.items()}).T.round(3)

# %% [markdown]
# ## Choosing on one half, checking on the other
#
# A threshold that was chosen by looking at the truth looks better on that footage than it will be. So choose
# on half of the videos and believe only the other half. Here the threshold with the best F1 of frames; the
# halves are drawn with a fixed seed.

# %%
ids = np.array(sorted(scores["video_id"].unique()))
chosen_on = set(np.random.default_rng(0).permutation(ids)[: len(ids) // 2])
halves = {}
for name, inside in [("chosen on", True), ("checked on", False)]:
    part = scores[scores["video_id"].isin(chosen_on) == inside]
    hours = (
        part.groupby("video_id").size() * FRAMES / rate.fillna(FPS).reindex(part["video_id"].unique())
    ).sum() / 3600
    halves[name] = (part, hours, events[events["video_id"].isin(chosen_on) == inside])


def f1(row):
    return (
        2 * row["precision"] * row["recall"] / (row["precision"] + row["recall"]) if row["precision"] > 0 else 0
    )


part, hours, happened = halves["chosen on"]
PICKED = float(max(grid, key=lambda threshold: f1(effect(part, threshold, hours, happened))))
result = {}
for name, (part, hours, happened) in halves.items():
    for title, threshold in [("picked", PICKED), ("in use", USED)]:
        row = effect(part, threshold, hours, happened)
        result[name, title] = row | {"F1": f1(row)}
pd.DataFrame(result).T.round(3)

# %% [markdown]
# To use a threshold, score with it, here for the whole split, or train with it, and the model keeps it:

# %%
print(f"c2fpl score --workspace W --split {SPLIT} --threshold {PICKED:.4f} --write-mode overwrite")
print(f"c2fpl train --workspace W --threshold {PICKED:.4f}")
