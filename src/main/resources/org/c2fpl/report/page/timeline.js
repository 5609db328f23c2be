/*
 * One video's scores over time with its threshold, truth and detections (the paper's Fig. 4).
 */

/** The same scale for all videos, so that they compare: up to the highest peak, and 1 at most. */
const SCORE_LIMIT = Math.min(1, Math.ceil(Math.max(0.1, data.threshold ?? 0, ...(data.videos ?? []).map(({ peak }) => peak)) * 10.5) / 10);

/** Steps between ticks that a clock's reader expects, in seconds. */
const CLOCK_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/** The axis of a video: seconds where fps is known, frames otherwise. */
function timeAxis(video) {
  const perUnit = video.fps || 1;
  const end = framesOf(video) / perUnit;
  return {
    end,
    name: video.fps ? 'Time' : 'Frame',
    of: (frame) => frame / perUnit,
    frame: (value) => Math.min(framesOf(video) - 1, Math.max(0, Math.floor(value * perUnit + 1e-6))),
    /** Time with the digits that a visible span needs. */
    text: (value, span = 0) => (video.fps ? clock(value, span > 0 && span < 4 ? 1 : 0) : count(Math.round(value))),
    /** The distance of ticks for a visible span; ECharts' own choice is right for frames. */
    step: (span, ticks) => (video.fps ? CLOCK_STEPS.find((step) => span / step <= ticks) ?? 86400 * Math.ceil(span / 86400 / ticks) : null),
  };
}

/** The drawing of one video at a time. */
class Timeline {
  constructor() {
    this.video = 0;
    this.heading = element('h3', { id: 'timeline-title', tabindex: -1 });
    this.facts = element('p', { class: 'facts-line' });
    this.place = chart('timeline', {
      label: () => this.label(),
      option: (colours) => this.option(colours),
      ready: (instance) => this.listen(instance),
    });
    if (this.place === null) {
      return;
    }
    const { figure } = this.place;
    figure.prepend(this.heading, this.facts);
    this.place.plot.classList.add('timeline');
    addLegend(this.place, [
      { label: 'Score', colour: 'blue' },
      { label: 'Detection', colour: 'vermillion', band: 'strip' },
      ...((data.videos ?? []).some(({ truth }) => truth?.length) ? [{ label: 'Truth', colour: 'green', band: true }] : []),
      ...(data.threshold === null || data.threshold === undefined ? [] : [{ label: `Threshold ${score(data.threshold)}`, colour: 'text', dash: [6, 4] }]),
    ]);
    addZoom(this.place, 'the timeline');
    figure.querySelector('figcaption').after(
      element('p', { class: 'hint' },
        'Drag across the strip below the curve to choose a stretch; drag the curve to move along. Click into the plot, and the wheel or + and − zoom, ← and → move, 0 shows all.'));
    this.choose(0);
  }

  /** Shows a video, or only the frames `[from, to)` of it. */
  show(index, range = null) {
    this.choose(index, range);
    this.place.draw();
  }

  /** Everything but the drawing, which the first video gets only when it comes near the window. */
  choose(index, range = null) {
    this.video = index;
    const video = data.videos[index];
    const found = detectionsOfVideo(index);
    this.heading.replaceChildren(named(video.id));
    this.facts.replaceChildren(
      ...[
        lengthOf(video),
        plural(video.segments, 'segment'),
        video.class ?? (video.label === 0 ? 'normal' : video.label === 1 ? 'anomalous' : null),
        `peak ${score(video.peak)}`,
        `mean ${score(video.mean)}`,
        video.auc === null || video.auc === undefined ? null : `AUC ${score(video.auc)}`,
        plural(found.length, 'detection'),
        video.camera ? `camera ${video.camera}` : null,
        video.recordedAt ?? null,
      ].filter((fact) => fact !== null).map((fact) => element('span', {}, named(fact))));
    this.decode(video);
    this.range = range;
    this.fillNumbers();
  }

  decode(video) {
    this.axis = timeAxis(video);
    this.high = decodeScores(video.high);
    this.low = video.low ? decodeScores(video.low) : null;
  }

  label() {
    const video = data.videos[this.video];
    const found = detectionsOfVideo(this.video).length;
    return `Score over ${this.axis.name.toLowerCase()} of ${visible(video.id)}: ${lengthOf(video)}, peak ${score(video.peak)}, ${plural(found, 'detection')}${video.truth?.length ? `, ${plural(video.truth.length, 'true anomaly').replace('anomalys', 'anomalies')}` : ''}`;
  }

  /** The first frame of a bucket. */
  start(bucket) {
    const video = data.videos[this.video];
    return Math.min(framesOf(video), bucket * video.width * data.framesPerSegment);
  }

  listen(instance) {
    instance.on('datazoom', () => this.ticks());
    instance.on('click', ({ seriesName, dataIndex }) => {
      if (seriesName === 'Detections') {
        const { start, end } = data.detections[detectionsOfVideo(this.video)[dataIndex]];
        this.zoom(start, end);
      }
    });
  }

  /** A stretch of frames with its surroundings, in percent of the axis. */
  percents([start, end]) {
    const frames = framesOf(data.videos[this.video]);
    const around = Math.max(end - start, 8 * data.framesPerSegment);
    return { start: Math.max(0, ((start - around) / frames) * 100), end: Math.min(100, ((end + around) / frames) * 100) };
  }

  zoom(start, end) {
    const part = this.percents([start, end]);
    zoomTo(this.place.instance(), part.start, part.end);
  }

  /** Ticks where a clock has them, for the part that is visible now. */
  ticks() {
    const instance = this.place.instance();
    const { start, end } = zoomOf(instance);
    instance.setOption({ xAxis: this.ticksFor(start, end) });
  }

  ticksFor(start, end) {
    const span = (this.axis.end * (end - start)) / 100;
    const ticks = Math.max(2, Math.floor((this.place.plot.clientWidth || 700) / 90));
    return {
      interval: this.axis.step(span, ticks) ?? undefined,
      splitNumber: ticks,
      axisLabel: {
        formatter: (value) => this.axis.text(value, span),
        // The edges of a zoomed axis are no round figures.
        showMinLabel: start <= 0,
        showMaxLabel: false,
      },
    };
  }

  tooltip([{ axisValue }]) {
    const video = data.videos[this.video];
    const frame = this.axis.frame(axisValue);
    const bucket = Math.min(this.high.length - 1, Math.floor(frame / data.framesPerSegment / video.width));
    const within = (ranges) => ranges.some(([from, to]) => from <= frame && frame < to);
    const found = detectionsOfVideo(this.video).map((i) => data.detections[i]);
    return tip(video.fps ? `${clock(frame / video.fps, 1)}` : `Frame ${count(frame)}`, [
      ...(video.fps ? [['Frame', count(frame)]] : []),
      [video.width === 1 ? 'Segment' : 'Segments', video.width === 1 ? count(bucket) : `${count(bucket * video.width)}–${count(Math.min(video.segments, (bucket + 1) * video.width) - 1)}`],
      ['Score', this.low === null ? score(this.high[bucket]) : `${score(this.low[bucket])} to ${score(this.high[bucket])}`],
      ...(within(found.map(({ start, end }) => [start, end])) ? [['', 'detected']] : []),
      ...(within(video.truth ?? []) ? [['', 'truly anomalous']] : []),
    ]);
  }

  option(colours) {
    const video = data.videos[this.video];
    const { of, end, name } = this.axis;
    const base = baseOption(colours);
    const visible = this.range === null ? { start: 0, end: 100 } : this.percents(this.range);
    const high = Array.from(this.high, (value, i) => [of(this.start(i)), value]);
    const { axisLabel, ...ticks } = this.ticksFor(visible.start, visible.end);
    return {
      ...base,
      grid: { left: 44, right: 16, top: 30, bottom: 96 },
      tooltip: { ...base.tooltip, formatter: (parameters) => this.tooltip([parameters].flat()) },
      xAxis: axis(colours, name, { min: 0, max: end, axisLabel, ...ticks, nameGap: 26 }),
      yAxis: upright(colours, 'Score', { min: 0, max: SCORE_LIMIT }),
      dataZoom: [
        { ...insideZoom({ xAxisIndex: 0 }), ...visible },
        {
          type: 'slider',
          xAxisIndex: 0,
          filterMode: 'none',
          ...visible,
          height: 26,
          bottom: 10,
          left: 44,
          right: 16,
          showDetail: false,
          brushSelect: true,
          borderColor: colours.line,
          backgroundColor: 'transparent',
          fillerColor: faded(colours.blue, 0.16),
          dataBackground: { lineStyle: { color: colours.muted, width: 1 }, areaStyle: { color: colours.muted, opacity: 0.15 } },
          selectedDataBackground: { lineStyle: { color: colours.blue, width: 1 }, areaStyle: { color: colours.blue, opacity: 0.25 } },
          handleStyle: { color: colours.surface, borderColor: colours.blue },
          moveHandleStyle: { color: colours.blue, opacity: 0.55 },
          moveHandleSize: 6,
          brushStyle: { color: faded(colours.blue, 0.3) },
          emphasis: { handleStyle: { borderColor: colours.vermillion }, moveHandleStyle: { color: colours.blue, opacity: 0.9 } },
        },
      ],
      series: [
        {
          type: 'line',
          name: 'Score',
          step: 'end',
          symbol: 'none',
          z: 3,
          // A score holds for its whole segment, so the last one needs an end.
          data: [...high, [end, this.high.at(-1)]],
          itemStyle: { color: colours.blue },
          lineStyle: { color: colours.blue, width: 1.8 },
          markLine: data.threshold === null || data.threshold === undefined ? undefined : levelLine(data.threshold, colours),
        },
        bands('Truth', (video.truth ?? []).map((range) => range.map(of)), { colour: colours.green, opacity: 0.24 }),
        ...(this.low === null ? [] : [this.envelope(colours)]),
        bands('Detections', detectionsOfVideo(this.video).map((i) => [of(data.detections[i].start), of(data.detections[i].end)]), { colour: colours.vermillion, strip: 7, cursor: 'pointer' }),
      ],
    };
  }

  /** From the smallest to the largest score of each bucket, where segments were thinned. */
  envelope(colours) {
    return {
      type: 'custom',
      name: 'Range',
      clip: true,
      silent: true,
      z: 2,
      encode: { x: [0, 1], y: [2, 3] },
      renderItem: (parameters, api) => {
        const [left, top] = api.coord([api.value(0), api.value(3)]);
        const [right, bottom] = api.coord([api.value(1), api.value(2)]);
        const { x, width } = parameters.coordSys;
        const from = Math.max(x, left);
        const to = Math.min(x + width, right);
        return to <= from ? null : { type: 'rect', shape: { x: from, y: top, width: to - from, height: bottom - top }, style: { fill: colours.blue, opacity: 0.22 } };
      },
      data: Array.from(this.high, (value, i) => [this.axis.of(this.start(i)), this.axis.of(this.start(i + 1)), this.low[i], value]),
    };
  }

  /** The text alternative follows the video: its detections, and scores thinned to sixty rows. */
  fillNumbers() {
    const video = data.videos[this.video];
    const step = Math.ceil(this.high.length / 60);
    const rows = [];
    for (let i = 0; i < this.high.length; i += step) {
      const last = Math.min(this.high.length, i + step);
      const stretch = this.high.subarray(i, last);
      rows.push([count(this.start(i)), count(this.start(last)), ...(video.fps ? [clock(this.start(i) / video.fps, 1)] : []), score(Math.max(...stretch))]);
    }
    fillNumbers(this.place.figure, ['from frame', 'to frame', ...(video.fps ? ['time'] : []), step === 1 && video.width === 1 ? 'score' : 'largest score'], rows);
  }
}
