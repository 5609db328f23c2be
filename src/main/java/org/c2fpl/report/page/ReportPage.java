package org.c2fpl.report.page;

import static org.c2fpl.report.page.Figures.count;
import static org.c2fpl.report.page.Figures.decimal;
import static org.c2fpl.report.page.Figures.significant;
import static org.c2fpl.report.page.Figures.time;

import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.c2fpl.report.page.ReportData.Curve;
import org.c2fpl.report.page.ReportData.Detection;
import org.c2fpl.report.page.ReportData.TrainingVideo;
import org.c2fpl.report.page.ReportData.Video;

/**
 * The report: static sections that can be read without the script, and the data that the script
 * draws. A section without data is left out.
 */
public final class ReportPage {
  /** The most rows of a static list. */
  private static final int LISTED = 100;

  /** The most rows of the numbers below a chart. */
  private static final int NUMBERS = 60;

  private final ReportData data;
  private final ReportTables tables;
  private final HtmlPage page;

  private ReportPage(ReportData data, ReportTables tables) {
    this.data = data;
    this.tables = tables;
    this.page = new HtmlPage(data.title());
  }

  /** The whole page. */
  public static String html(ReportData data, ReportTables tables) {
    return html(data, tables, PageAssets.load());
  }

  static String html(ReportData data, ReportTables tables, PageAssets assets) {
    ReportPage page = new ReportPage(data, tables);
    page.sections();
    return page.page.html(ReportJson.of(data), assets);
  }

  /** The forms of a name in a page of this program or of an older version. */
  public static Set<String> writings(String name) {
    String json = ReportJson.of(name);
    return Set.copyOf(
        List.of(json.substring(1, json.length() - 1), HtmlPage.text(name), HtmlPage.escape(name)));
  }

  private void sections() {
    tables.notices().forEach(page::notice);
    part("summary", "Summary", tables.summary());
    detections();
    videos();
    part("accuracy", "Accuracy", tables.accuracy());
    curves();
    part("classes", "Classes of anomalies", tables.classes());
    training();
    coarse();
    nullModel();
    loss();
    part("quality", "Quality of the footage", tables.quality());
    part("tables", "Tables", tables.tables());
  }

  private void part(String id, String heading, ReportTables.Part part) {
    if (part != null) {
      page.section(id, heading);
      tell(part);
    }
  }

  private void tell(ReportTables.Part part) {
    part.grids().forEach(page::table);
    part.notes().forEach(page::note);
  }

  private void detections() {
    if (data.detections().isEmpty()) {
      return;
    }
    page.section("detections", "Strongest detections");
    Grid grid =
        Grid.of(
            "video",
            "split",
            "start frame",
            "end frame",
            "start",
            "end",
            "peak score",
            "mean score",
            "model");
    for (Detection detection : first(data.detections())) {
      Video video = data.videos().get(detection.video());
      grid.row(
          video.id(),
          video.split(),
          Long.toString(detection.start()),
          Long.toString(detection.end()),
          time(detection.startSeconds()),
          time(detection.endSeconds()),
          decimal(detection.peak()),
          decimal(detection.mean()),
          model(video));
    }
    page.table(grid);
    page.note(
        listed(data.totals().listedDetections(), data.totals().detections(), "detections")
            + " Times are h:mm:ss from the start of the video,"
            + " if its frames per second are known.");
  }

  private void videos() {
    if (data.videos().isEmpty()) {
      return;
    }
    page.section("videos", "Videos and their scores");
    Video strongest = data.videos().get(0);
    double[] high = Timeline.decoded(strongest.high());
    int width = Thinning.width(high.length, NUMBERS);
    double[] shown = Thinning.largest(high, width);
    int perSegment = data.framesPerSegment() == null ? 1 : data.framesPerSegment();
    String unit = data.framesPerSegment() == null ? "segment" : "frame";
    Grid numbers = Grid.of("from " + unit, "time", "largest score");
    for (int i = 0; i < shown.length; i++) {
      long from = (long) i * width * strongest.width() * perSegment;
      Double seconds =
          strongest.fps() == null || data.framesPerSegment() == null
              ? null
              : (Double) (from / strongest.fps());
      numbers.row(Long.toString(from), time(seconds), decimal(shown[i]));
    }
    page.chart(
        "timeline",
        "The score of a video's segments over time, with the threshold, annotated anomalies and"
            + " detections: segments above the threshold were detected.",
        numbers);
    Grid grid =
        Grid.of(
            "video",
            "split",
            "segments",
            "class",
            "peak score",
            "mean score",
            "AUC in the video",
            "model");
    for (Video video : first(data.videos())) {
      grid.row(
          video.id(),
          video.split(),
          count(video.segments()),
          video.anomalyClass() == null ? "" : video.anomalyClass(),
          decimal(video.peak()),
          decimal(video.mean()),
          decimal(video.auc()),
          model(video));
    }
    page.table(grid);
    page.note(
        listed(data.totals().listedVideos(), data.totals().videos(), "scored videos")
            + " Without JavaScript the numbers below the chart are those of the first.");
  }

  private static String model(Video video) {
    return video.model() == null ? "" : video.model();
  }

  private static String listed(long listed, long all, String what) {
    return listed == all
        ? "All " + count(all) + " " + what + " are in the page."
        : "The page has the "
            + count(listed)
            + " of "
            + count(all)
            + " "
            + what
            + " with the highest peaks; the tables have all.";
  }

  private void curves() {
    if (data.curves() == null) {
      return;
    }
    page.section("curves", "Curves");
    page.chart(
        "roc",
        "ROC: the share of anomalous frames found over the share of normal frames wrongly called"
            + " anomalous, at every threshold. The nearer to the upper left the better; chance is"
            + " the diagonal.",
        curve(data.curves().roc(), "false positive rate", "true positive rate"));
    page.chart(
        "pr",
        "Precision over recall of anomalous frames, at every threshold. The nearer to the upper"
            + " right the better; chance is the share of anomalous frames.",
        curve(data.curves().pr(), "recall", "precision"));
  }

  /** The first curve is the detector's. */
  private static Grid curve(List<Curve> curves, String x, String y) {
    Grid grid = Grid.of("score", x, y);
    int each = Math.max(2, NUMBERS / Math.max(1, curves.size()));
    for (Curve curve : curves) {
      for (int i : Thinning.evenly(curve.x().length, each)) {
        grid.row(curve.name(), decimal(curve.x()[i]), decimal(curve.y()[i]));
      }
    }
    return grid;
  }

  private void training() {
    if (data.training().isEmpty()) {
      return;
    }
    page.section("training", "Pseudo-labels of training videos");
    TrainingVideo video = data.training().get(0);
    int width = Thinning.width(video.norms().length, NUMBERS);
    double[] norms = Thinning.largest(video.norms(), width);
    double[] p = video.p() == null ? null : Thinning.smallest(video.p(), width);
    Grid grid = Grid.of("from segment", "largest norm", "least p");
    for (int i = 0; i < norms.length; i++) {
      grid.row(
          Long.toString((long) i * width * video.width()),
          significant(norms[i]),
          p == null ? "" : significant(p[i]));
    }
    page.chart(
        "training",
        "The p-value of a training video's segments under the null model of normal ones, and the"
            + " window of lowest p that became its anomalous pseudo-label.",
        grid);
    page.note(
        "Of the videos labelled anomalous, these are the "
            + data.training().size()
            + " in which p differs most between the segments labelled anomalous and the"
            + " others. Without JavaScript the numbers below the chart are those of "
            + video.id()
            + ".");
  }

  private void coarse() {
    if (data.scatter() == null && tables.coarse() == null) {
      return;
    }
    page.section("coarse", "Coarse pseudo-labels");
    if (data.scatter() != null) {
      Grid grid = Grid.of("label", "videos shown", "mean of μ", "mean of σ");
      data.scatter()
          .points()
          .forEach(
              points ->
                  grid.row(
                      points.name(),
                      count(points.ids().length),
                      significant(mean(points.x())),
                      significant(mean(points.y()))));
      page.chart(
          "scatter",
          "Each training video by the mean μ and the deviation σ of its segments' norms, and the"
              + " mixture that split the videos in two at each step.",
          grid);
      page.note(
          count(data.scatter().shown()) + " of " + count(data.scatter().total()) + " are shown.");
    }
    if (tables.coarse() != null) {
      tell(tables.coarse());
    }
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElse(Double.NaN);
  }

  private void nullModel() {
    ReportData.NullModel model = data.nullModel();
    if (model == null) {
      return;
    }
    page.section("null-model", "Null model");
    Grid grid = Grid.of("norm from", "to", "in normal videos", "in anomalous videos");
    for (int first = 0, step = Thinning.width(model.normal().length, NUMBERS);
        first < model.normal().length;
        first += step) {
      int end = Math.min(first + step, model.normal().length);
      long normal = 0;
      long anomalous = 0;
      for (int i = first; i < end; i++) {
        normal += model.normal()[i];
        anomalous += model.anomalous()[i];
      }
      grid.row(
          significant(model.edges()[first]),
          significant(model.edges()[end]),
          count(normal),
          count(anomalous));
    }
    page.chart(
        "null-model",
        "Norms of training segments in videos labelled normal and anomalous, and the Gaussian of"
            + " the normal ones: segments far out in its tail get a low p.",
        grid);
    page.note(
        "Mean "
            + significant(model.mean())
            + ", deviation "
            + significant(model.deviation())
            + ".");
  }

  private void loss() {
    if (data.losses().isEmpty()) {
      return;
    }
    page.section("loss", "Loss of training");
    Grid grid = Grid.of("epoch", "loss");
    for (int i : Thinning.evenly(data.losses().size(), NUMBERS)) {
      grid.row(Integer.toString(i + 1), decimal(data.losses().get(i)));
    }
    page.chart(
        "loss",
        "The mean loss of training per epoch: it falls, and flattens when the pseudo-labels have"
            + " nothing more to teach.",
        grid);
  }

  private static <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(all.size(), LISTED));
  }
}
