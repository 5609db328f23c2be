/*
 * How segments of a training video were labelled (the paper's Fig. 3): norms and, below, p-values,
 * with the window that was taken for anomalous.
 */

function addTraining() {
  const videos = data.training ?? [];
  if (videos.length === 0) {
    return;
  }
  let video = videos[0];
  const place = chart('training', {
    label: () => `Norms${video.p ? ' and p-values' : ''} of the segments of ${visible(video.id)}, ${plural(video.labels?.length ?? 0, 'run')} of segments labelled anomalous`,
    option: (colours) => trainingOption(video, colours),
  });
  if (place === null) {
    return;
  }
  place.plot.classList.add('tall');
  addLegend(place, [
    { label: 'Norm and p', colour: 'blue' },
    { label: 'Window taken for anomalous', colour: 'orange', band: 'frame' },
    { label: 'Labelled anomalous', colour: 'vermillion', band: 'strip' },
    ...(videos.some(({ truth }) => truth?.length) ? [{ label: 'Truth', colour: 'green', band: true }] : []),
    // One for all videos: it is a parameter of the labelling.
    ...(videos.some(({ p, alpha }) => p && alpha) ? [{ label: `Significance level α = ${videos[0].alpha}`, colour: 'text', dash: [6, 4] }] : []),
  ]);
  const select = element('select', { id: 'training-video' }, ...videos.map(({ id }, i) => element('option', { value: i }, visible(id))));
  select.addEventListener('change', () => {
    video = videos[select.value];
    place.draw();
    fillTraining(place.figure, video);
  });
  place.tools.prepend(element('div', { class: 'field' }, element('label', { for: 'training-video' }, 'Training video'), select));
  addZoom(place, 'the training video');
}

/** The text alternative: at most sixty rows. */
function fillTraining(figure, { norms, p, width = 1 }) {
  const step = Math.ceil(norms.length / 60);
  const rows = [];
  for (let i = 0; i < norms.length; i += step) {
    const least = p === null ? [] : [short(Math.min(...p.slice(i, i + step).map((value) => value ?? 1)))];
    rows.push([count(i * width), short(Math.max(...norms.slice(i, i + step))), ...least]);
  }
  fillNumbers(figure, ['from segment', 'largest norm', ...(p === null ? [] : ['least p'])], rows);
}

/** Norms above, p below on a log axis, over the same segments. */
function trainingOption(video, colours) {
  const width = video.width ?? 1;
  const at = (values) => [...values.map((value, i) => [i * width, value]), [video.segments, values.at(-1)]];
  // Logarithms on a plain axis: the bands know no height, which a log axis takes for log 0.
  const exponents = video.p?.map((value) => Math.log10(value ?? 1)) ?? null;
  const floor = Math.floor(Math.min(-2, ...(exponents ?? []).filter(Number.isFinite)));
  // A p of 0 has no place on a log scale; it is drawn at the foot.
  const p = exponents?.map((exponent) => Math.max(exponent, floor)) ?? null;
  const power = (exponent) => (exponent > -3 ? String(Number((10 ** exponent).toPrecision(2))) : `1e${Number(exponent.toFixed(1))}`);
  const truth = (video.truth ?? []).map(([from, to]) => [from / data.framesPerSegment, to / data.framesPerSegment]);
  const rows = p === null ? 1 : 2;
  const each = (make) => Array.from({ length: rows }, (_, row) => make(row));
  const step = (name, values, more) => ({ type: 'line', step: 'end', name, symbol: 'none', z: 3, data: at(values), itemStyle: { color: colours.blue }, lineStyle: { color: colours.blue, width: 1.6 }, ...more });
  return {
    ...baseOption(colours),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: rows === 1
      ? [{ left: 56, right: 18, top: 34, bottom: 44 }]
      : [{ left: 56, right: 18, top: 34, height: '32%' }, { left: 56, right: 18, top: '56%', bottom: 44 }],
    dataZoom: [insideZoom({ xAxisIndex: rows === 1 ? [0] : [0, 1] })],
    tooltip: {
      ...baseOption(colours).tooltip,
      formatter: ([{ axisValue }]) => {
        const bucket = Math.min(video.norms.length - 1, Math.max(0, Math.floor(axisValue / width)));
        const last = Math.min(video.segments, (bucket + 1) * width) - 1;
        return tip(width === 1 ? `Segment ${bucket}` : `Segments ${count(bucket * width)} to ${count(last)}`, [
          ['Norm', short(video.norms[bucket])],
          ...(p === null ? [] : [['p', short(video.p[bucket] ?? 1)]]),
          ['Label', (video.labels ?? []).some(([from, to]) => from <= last && bucket * width < to) ? 'anomalous' : 'normal'],
        ]);
      },
    },
    xAxis: each((row) => axis(colours, row === rows - 1 ? 'Segment' : '', { gridIndex: row, min: 0, max: video.segments, minInterval: 1, axisLabel: { show: row === rows - 1 } })),
    yAxis: each((row) =>
      row === 0
        ? upright(colours, 'Norm', { gridIndex: 0, scale: true, splitNumber: 3, axisLabel: { formatter: short } })
        : upright(colours, 'p (log scale)', { gridIndex: 1, min: floor, max: 0, minInterval: 1, splitNumber: 3, axisLabel: { formatter: power } })),
    series: [
      step('Norm', video.norms),
      ...(p === null ? [] : [step('p', p, { xAxisIndex: 1, yAxisIndex: 1, markLine: video.alpha ? levelLine(Math.log10(video.alpha), colours) : undefined })]),
      ...each((row) => row).flatMap((row) => {
        const axes = { xAxisIndex: row, yAxisIndex: row };
        return [
          bands('Window', video.window ? [video.window] : [], { colour: colours.orange, frame: true, ...axes }),
          bands('Truth', truth, { colour: colours.green, opacity: 0.22, ...axes }),
          bands('Labelled', video.labels ?? [], { colour: colours.vermillion, strip: 5, silent: true, ...axes }),
        ];
      }),
    ],
  };
}
