# %% [markdown]
# # Features and their norms
#
# Footage comes as features: a *segment* is 16 frames, and a feature extractor turns it into one vector a
# *crop* (a part of the picture, or a flipped copy of it). This notebook decodes the table `segments`,
# computes the norms that the whole method rests on once more, and looks at what the crops say.
#
# It needs pandas, pyarrow and matplotlib, and no Spark. `C2FPL_WORKSPACE` names the workspace,
# `C2FPL_SPLIT` the split.

# %%
import json
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow.dataset as ds

W = os.environ.get("C2FPL_WORKSPACE", "c2fpl-demo")
SPLIT = os.environ.get("C2FPL_SPLIT", "test")

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"  # told apart by every kind of colour vision
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


# %% [markdown]
# ## Shape
#
# `features` is binary, because Parquet has no arrays of fixed shape. How many crops and dimensions it holds
# stands in the manifest of each batch.

# %%
batches = sorted(f"split={SPLIT}/{folder}" for folder in os.listdir(f"{W}/segments/split={SPLIT}"))
shapes = pd.DataFrame({batch: manifest(f"segments/{batch}")["details"] for batch in batches}).T[
    ["videos", "rejected", "crops", "dim", "frames_per_segment", "dtype"]
]
CROPS, DIM, FRAMES = (int(shapes.iloc[0][name]) for name in ["crops", "dim", "frames_per_segment"])
shapes

# %% [markdown]
# ## Decoding one video
#
# A filter makes pyarrow read little more than the rows of one video, however large the table is. Then one
# line decodes. The example is the first annotated anomalous video of the split, or its first video where
# nothing is annotated.

# %%
videos = pd.read_parquet(f"{W}/video_stats", filters=[("split", "==", SPLIT)]).sort_values("video_id")
truth = pd.DataFrame({"video_id": [], "label": [], "anomalies": []})
if os.path.isdir(f"{W}/annotations"):
    truth = pd.read_parquet(f"{W}/annotations", filters=[("split", "==", SPLIT)])
anomalous = truth[truth["label"] == 1].sort_values("video_id")
video = (anomalous if len(anomalous) else videos)["video_id"].iloc[0]
ranges = [r for row in anomalous.loc[anomalous["video_id"] == video, "anomalies"] for r in row]

table = ds.dataset(f"{W}/segments/split={SPLIT}", partitioning="hive")
rows = table.to_table(filter=ds.field("video_id") == video).to_pandas().sort_values("segment_index")
features = np.stack([np.frombuffer(f, "<f4").reshape(CROPS, DIM) for f in rows["features"]])
print(
    f"{video}: {features.shape[0]} segments of {features.shape[1]} crops × {features.shape[2]}, {features.dtype}"
)
print(f"values from {features.min():.3f} to {features.max():.3f}, mean {features.mean():.3f}")

# %%
crop_norms = np.linalg.norm(features.astype(float), axis=2)

fig, (top, bottom) = plt.subplots(2, 1, figsize=(9, 5.6), sharex=True, height_ratios=[3, 2])
change = features.mean(axis=1) - np.median(features.mean(axis=1), axis=0)
bound = np.quantile(np.abs(change), 0.99)
image = top.imshow(change.T, aspect="auto", cmap="RdBu_r", vmin=-bound, vmax=bound, interpolation="nearest")
top.grid(False)
top.set_ylabel("dimension")
top.set_title(f"Features of {video}: difference from the video's median", parse_math=False)
fig.colorbar(image, ax=top, label="difference", pad=0.01)
for crop in range(CROPS):
    bottom.plot(
        crop_norms[:, crop],
        drawstyle="steps-mid",
        label=f"crop {crop}",
        color=[BLUE, ORANGE, GREY][crop % 3],
        ls=["-", "--", ":"][crop // 3 % 3],
    )
for number, r in enumerate(ranges):
    bottom.axvspan(
        r["start_frame"] / FRAMES - 0.5,
        r["end_frame"] / FRAMES - 0.5,
        color=ORANGE,
        alpha=0.15,
        label="annotated anomaly" if number == 0 else None,
    )
bottom.set_xlabel(f"segment (of {FRAMES} frames)")
bottom.set_ylabel("l2 norm")
bottom.legend(ncols=4, fontsize="small")
show(
    fig,
    f"Two panels over the {len(features)} segments of one video. Above, a map of how far each of the {DIM}"
    " dimensions is from its median; below, the norm of each crop. Annotated anomalous ranges, shaded:"
    f" {len(ranges)}.",
)

# %% [markdown]
# ## The norms, computed once more
#
# A segment's norm is the mean over its crops of the l2 norm. With `--norm squared` it is that of the squared
# norm; with `--standardize` every dimension is first standardised by `feature_profile`; with
# `--fixed-segments` it is that of a bin of segments, from `pooled_segments`. The manifest of `segment_norms`
# tells which holds. The loop takes a batch of rows at a time, so a table larger than memory is no problem.

# %%
profile = None
if os.path.isdir(f"{W}/feature_profile"):
    profile = pd.read_parquet(f"{W}/feature_profile").sort_values("dimension")


def norms_of(raw, parameters):
    """The norms of a batch of binary features."""
    x = np.frombuffer(b"".join(raw), "<f4").reshape(len(raw), CROPS, DIM).astype(float)
    if parameters["standardize"]:
        deviation = profile["deviation"].to_numpy()
        x = np.where(deviation > 0, (x - profile["mean"].to_numpy()) / np.where(deviation > 0, deviation, 1), 0)
    squares = (x * x).sum(axis=2)
    return (squares if parameters["norm"] == "squared" else np.sqrt(squares)).mean(axis=1)


parts = []
for batch in batches:
    parameters = manifest(f"segment_norms/{batch}")["parameters"]
    source = "pooled_segments" if parameters["fixed_segments"] else "segments"
    for part in ds.dataset(f"{W}/{source}/{batch}").to_batches(
        columns=["video_id", "segment_index", "features"], batch_size=4096
    ):
        if part.num_rows:
            own = part.select(["video_id", "segment_index"]).to_pandas()
            parts.append(own.assign(recomputed=norms_of(part["features"].to_pylist(), parameters)))

stored = pd.read_parquet(f"{W}/segment_norms", filters=[("split", "==", SPLIT)])
norms = pd.concat(parts).merge(stored, on=["video_id", "segment_index"], how="outer", validate="one_to_one")
difference = (norms["recomputed"] - norms["norm"]).abs() / norms["norm"].abs().clip(lower=1e-300)
print(f"{len(norms):,} segments, largest relative difference below 1e-12: {difference.max() < 1e-12}")
assert difference.max() < 1e-9 and norms.notna().all(axis=None)

# %% [markdown]
# ## What the crops say
#
# The norm is a mean over crops. Crops that agree make it steadier; a crop that is far off in every video,
# or has nothing to do with the others, points to an extractor that was fed something else. The table and
# the figure take at most 5,000 segments, those of the first videos in the order of ids. These norms are of
# the features as they are, not standardised.

# %%
chosen = videos.loc[videos["segments"].cumsum() <= max(5000, videos["segments"].iloc[0]), "video_id"]
sample = table.to_table(columns=["features"], filter=ds.field("video_id").isin(list(chosen)))[
    "features"
].to_pylist()
x = np.frombuffer(b"".join(sample), "<f4").reshape(-1, CROPS, DIM).astype(float)
per_crop = pd.DataFrame(np.linalg.norm(x, axis=2), columns=[f"crop {crop}" for crop in range(CROPS)])

summary = per_crop.describe().T[["mean", "std", "min", "50%", "max"]].rename(columns={"50%": "median"})
summary["correlation with the other crops' mean"] = [
    per_crop[name].corr(per_crop.drop(columns=name).mean(axis=1)) if CROPS > 1 else np.nan for name in per_crop
]
summary.round(3)

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
bins = np.linspace(per_crop.min(axis=None), np.quantile(per_crop, 0.999), 60)
for number, name in enumerate(per_crop):
    left.hist(
        per_crop[name],
        bins=bins,
        histtype="step",
        lw=1.5,
        color=[BLUE, ORANGE, GREY][number % 3],
        ls=["-", "--", ":"][number // 3 % 3],
        label=name,
    )
left.set(xlabel="l2 norm", ylabel="segments", title="Norms of each crop")
left.legend(fontsize="small")
first, last = per_crop.iloc[:, 0], per_crop.iloc[:, -1]
right.scatter(first, last, s=6, alpha=0.35, color=BLUE, lw=0)
right.axline((first.mean(), first.mean()), slope=1, color=GREY, lw=1)
right.set(xlabel=per_crop.columns[0], ylabel=per_crop.columns[-1], title="First and last crop of each segment")
show(
    fig,
    f"Left, histograms of the norms of {CROPS} crop(s); right, a scatter plot of the first crop's norm against"
    f" the last crop's, with the diagonal. Their correlation is {first.corr(last):.2f}.",
)
