# %% [markdown]
# # Statistics and pseudo-labels
#
# No label is known in training. The method makes its own: it sums up every video by the mean μ and the
# deviation σ of its norms, calls some videos anomalous by these (*coarse* labels), fits a *null model* to the
# segments of the others, and labels the least likely stretch of every anomalous video (*fine* labels). This
# notebook looks at each step, as Figures 3 and 4 of the paper do, and computes the numbers once more.
#
# Where there is ground truth of the training videos, it is drawn beside the labels. The method never sees it.

# %%
import json
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

W = os.environ.get("C2FPL_WORKSPACE", "c2fpl-demo")

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#AA4499", "#767676"
plt.rcParams.update(
    {"figure.constrained_layout.use": True, "figure.dpi": 100, "axes.grid": True, "grid.alpha": 0.3}
)


def show(fig, alt):
    """Displays a figure with a text for those who do not see it."""
    display(fig, metadata={"image/png": {"alt": alt}})
    plt.close(fig)


def manifest(leaf):
    """How a table was made: the file beside its Parquet files."""
    with open(f"{W}/{leaf}/_manifest.json") as file:
        return json.load(file)


coarse_made, fine_made = manifest("coarse_labels"), manifest("fine_labels")
SPLIT = fine_made["parameters"]["split"]
pd.DataFrame({"coarse_labels": coarse_made["parameters"], "fine_labels": fine_made["parameters"]}).fillna("").T

# %% [markdown]
# ## Videos: μ and σ
#
# `video_stats` is one row a video. Both columns follow from `segment_norms`; the next cell checks it.

# %%
own = [("split", "==", SPLIT)]
videos = pd.read_parquet(f"{W}/video_stats", filters=own).set_index("video_id").sort_index()
norms = (
    pd.read_parquet(f"{W}/segment_norms", filters=own)
    .groupby("video_id")["norm"]
    .agg(["mean", "std"])
    .fillna(0)
)
assert np.allclose(norms.loc[videos.index], videos[["norm_mean", "norm_std"]], rtol=1e-9, atol=1e-12)
videos[["segments", "norm_mean", "norm_std"]].describe().loc[["count", "mean", "min", "50%", "max"]].round(3)

# %% [markdown]
# ## Coarse labels
#
# The paper's clustering splits the videos in two, calls the smaller part anomalous, and goes on with the
# larger one until there are more than η anomalous videos for each normal one. `iteration` tells in which
# step a video became anomalous. The manifest keeps each step's sizes and means. (`--clustering ranked` has no such
# steps: it cuts videos ranked by their most surprising window.)

# %%
steps = pd.DataFrame(coarse_made["details"].get("iterations", []))
if len(steps):
    display(steps.set_index("iteration").drop(columns="log_likelihood").T.round(3))
else:
    print({name: value for name, value in coarse_made["details"].items() if isinstance(value, (int, float))})

# %%
coarse = pd.read_parquet(f"{W}/coarse_labels").set_index("video_id").sort_index()
truth = pd.DataFrame(columns=["label", "anomalies"])
if os.path.isdir(f"{W}/annotations"):
    truth = pd.read_parquet(f"{W}/annotations", filters=own).set_index("video_id")
known = truth["label"].reindex(coarse.index)

fig, axes = plt.subplots(
    1, 2 if known.notna().any() else 1, figsize=(9, 4), sharex=True, sharey=True, squeeze=False
)


def groups(axis, parts, title):
    for (name, where), colour, marker in zip(parts, [BLUE, ORANGE, PURPLE, GREEN, GREY] * 20, "osD^v" * 20):
        part = coarse[where]
        axis.scatter(
            part["norm_mean"],
            part["norm_std"].clip(lower=floor),
            s=24,
            alpha=0.75,
            lw=0,
            color=colour,
            marker=marker,
            label=f"{name} ({len(part)})",
        )
    axis.set(xlabel="μ, mean of the norms", title=title, yscale="log")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter("{x:g}")
    axis.legend(fontsize="small")


floor = coarse.loc[coarse["norm_std"] > 0, "norm_std"].min() / 2  # for videos of one segment, on a log axis
named = [("normal", coarse["label"] == 0)]
for iteration in sorted(coarse["iteration"].dropna().unique()):
    named.append((f"anomalous, iteration {iteration:.0f}", coarse["iteration"] == iteration))
groups(axes[0, 0], named, "Coarse labels")
axes[0, 0].set_ylabel("σ, deviation of the norms")
if known.notna().any():
    groups(axes[0, 1], [("normal", known == 0), ("anomalous", known == 1)], "Ground truth, for comparison")
show(
    fig,
    "Videos as points, mean of the norms across and their deviation upwards. "
    + "; ".join(f"{name}: {where.sum()} videos" for name, where in named)
    + ". Beside it the same points by ground truth, where it is known.",
)

# %%
if known.notna().any():
    display(pd.crosstab(coarse["label"].rename("coarse label"), known.rename("ground truth")))

# %% [markdown]
# Read the table by columns: what a good clustering must not do is leave truly anomalous videos among the
# normal ones, because the null model is made of those. Normal videos among the anomalous ones cost
# less: their least likely stretch is labelled wrongly, and the detector can average that out.
#
# ## Null model
#
# Mean Γ and variance Σ of the statistic z over all segments of the videos labelled normal. z is the norm,
# unless `stats --statistic` chose another. The next cell computes both again from the rows.

# %%
fine = pd.read_parquet(f"{W}/fine_labels").sort_values(["video_id", "segment_index"], ignore_index=True)
# Only the first of several statistics is looked at.
other = any(name.startswith("segment_statistics") for name in fine_made["inputs"])
if other:
    z = pd.read_parquet(f"{W}/segment_statistics", filters=own)
    fine = fine.merge(
        z[["video_id", "segment_index", "z"]], on=["video_id", "segment_index"], validate="one_to_one"
    )
    fine["z"] = np.stack(fine["z"])[:, 0]
    NAME = "statistic z"
else:
    fine["z"], NAME = fine["norm"], "norm"
null = pd.read_parquet(f"{W}/null_model").iloc[0]
GAMMA, SIGMA = null["mean"][0], null["covariance"][0]
fine["coarse"] = coarse["label"].reindex(fine["video_id"]).to_numpy()
normal = fine.loc[fine["coarse"] == 0, "z"]
assert len(normal) == null["segments"]
assert np.isclose(normal.mean(), GAMMA, rtol=1e-9) and np.isclose(normal.var(ddof=1), SIGMA, rtol=1e-9)
print(f"Γ = {GAMMA:.4f}, Σ = {SIGMA:.4f} from {null['segments']:,} segments of {null['videos']} videos")

# %%
fig, axis = plt.subplots(figsize=(9, 3.8))
low, high = np.quantile(fine["z"], [0.001, 0.99])
bins = np.linspace(low, high, 90)
axis.hist(
    normal.clip(low, high),
    bins=bins,
    density=True,
    color=BLUE,
    alpha=0.45,
    label="segments of normal videos",
)
axis.hist(
    fine.loc[fine["coarse"] == 1, "z"].clip(low, high),
    bins=bins,
    density=True,
    histtype="step",
    color=ORANGE,
    lw=1.6,
    label="segments of anomalous videos",
)
line = np.linspace(low, high, 400)
density = np.exp(-((line - GAMMA) ** 2) / (2 * SIGMA)) / np.sqrt(2 * np.pi * SIGMA)
axis.plot(line, density, color="black", lw=1.2, label="null model N(Γ, Σ)")
axis.set(
    xlabel=f"{NAME} (the outermost 0.1 % below and 1 % above are drawn at the edges)",
    ylabel="density",
    title="What the null model calls likely",
)
axis.legend()
show(
    fig,
    f"Histograms of the {NAME} of segments in normal and in anomalous videos, with the Gaussian of mean"
    f" {GAMMA:.2f} and variance {SIGMA:.2f} over them.",
)

# %% [markdown]
# ## p-values and the window of one video
#
# With `--p-value density`, the default, the paper's "p-value" is the Gaussian's density: not a probability,
# and just as small for a segment that is far calmer than normal. The window takes the share β of the
# video's segments, where the mean p is lowest. The example is an anomalous video of middling length that
# truly is one, where that is known.

# %%
made = fine_made["parameters"]
if made["p_value"] == "density" and not other:
    suspicious = fine[fine["coarse"] == 1]
    expected = np.exp(-((suspicious["z"] - GAMMA) ** 2) / (2 * SIGMA)) / np.sqrt(2 * np.pi * SIGMA)
    assert np.allclose(suspicious["p_value"], expected, rtol=1e-8, atol=1e-300)
if made["segment_labels"] == "window" and made["window"] != "greatest-change":
    sizes = fine[fine["coarse"] == 1].groupby("video_id")["label"].agg(["sum", "size"])
    # ⌈β m⌉; the small number keeps 0.2 · 15 from becoming 4.
    assert (sizes["sum"] == np.ceil(made["beta"] * sizes["size"] - 1e-9)).all()
    print(f"every anomalous video has a window of ⌈{made['beta']} m⌉ segments")

# %%
suspects = videos[coarse["label"].reindex(videos.index) == 1].sort_values(["segments", "video_id"])
right_ones = suspects[truth["label"].reindex(suspects.index) == 1]
suspects = right_ones if len(right_ones) else suspects
video = suspects.index[len(suspects) // 2]
one = fine[fine["video_id"] == video]
batches = sorted(os.listdir(f"{W}/segments/split={SPLIT}"))
FRAMES = manifest(f"segments/split={SPLIT}/{batches[0]}")["details"]["frames_per_segment"]
ranges = truth.loc[video, "anomalies"] if video in truth.index else []

fig, (top, bottom) = plt.subplots(2, 1, figsize=(9, 5), sharex=True)
top.plot(one["segment_index"], one["z"], drawstyle="steps-mid", color=BLUE)
top.axhline(GAMMA, color="black", lw=1, label="Γ")
top.axhspan(GAMMA - 2 * SIGMA**0.5, GAMMA + 2 * SIGMA**0.5, color=GREY, alpha=0.2, label="Γ ± 2 √Σ")
top.set_ylabel(NAME)
top.set_title(f"Training video {video}", parse_math=False)
bottom.plot(
    one["segment_index"], -np.log10(one["p_value"].clip(lower=1e-300)), drawstyle="steps-mid", color=BLUE
)
bottom.set(xlabel=f"segment (of {FRAMES} frames)", ylabel="−log₁₀ p")
for axis in (top, bottom):
    for number, start in enumerate(one.loc[one["label"] == 1, "segment_index"]):
        axis.axvspan(
            start - 0.5,
            start + 0.5,
            color=ORANGE,
            alpha=0.3,
            lw=0,
            label="labelled anomalous" if number == 0 else None,
        )
    for number, r in enumerate(ranges):
        axis.hlines(
            axis.get_ylim()[0],
            r["start_frame"] / FRAMES - 0.5,
            r["end_frame"] / FRAMES - 0.5,
            color=PURPLE,
            lw=6,
            label="ground truth" if number == 0 else None,
        )
top.legend(fontsize="small", ncols=4)
labelled = one.loc[one["label"] == 1, "segment_index"]
show(
    fig,
    f"The {NAME} and −log10 p of one training video of {len(one)} segments. {len(labelled)} of them are labelled"
    " anomalous and shaded; the ground truth is a bar at the bottom.",
)
