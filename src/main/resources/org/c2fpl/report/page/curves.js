/*
 * The drawings that never change: the ROC and precision-recall
 * curves, the loss, the null model, and the videos' statistics with the clusters found in them.
 */

/** The colour name in report.css of the i-th curve. */
const CURVE_COLOURS = ['blue', 'vermillion', 'green', 'purple', 'orange', 'sky'];

/**
 * Curves of several scores, the detector's first, with the line of a random score.
 *
 * @param {string} name roc or pr
 * @param {Object} words
 * @param {Array<[number, number]>} chance the line of chance
 */
function addCurves(name, { x, y, area, chanceLabel }, chance) {
  const curves = data.curves?.[name];
  if (!curves?.length) {
    return;
  }
  const label = (curve) => `${curve.name} (${area} ${score(curve.area, 3)})`;
  const place = chart(name, {
    label: () => `${y} over ${x.toLowerCase()}: ${curves.map(label).join(', ')}`,
    option: (colours) => ({
      ...baseOption(colours),
      legend: switches(curves.map((curve) => curve.name)),
      grid: { left: 12, right: 18, top: 34, bottom: 30, containLabel: true },
      tooltip: {
        ...baseOption(colours).tooltip,
        trigger: 'item',
        formatter: ({ seriesName, value }) => tip(seriesName, [[x, score(value[0], 3)], [y, score(value[1], 3)]]),
      },
      xAxis: axis(colours, x, { min: 0, max: 1 }),
      yAxis: upright(colours, y, { min: 0, max: 1 }),
      series: [
        { type: 'line', name: chanceLabel, silent: true, symbol: 'none', data: chance, lineStyle: { color: colours.muted, type: 'dotted', width: 1.2 } },
        ...curves.map((curve, i) => {
          const { colour, dash } = variant(colours, i);
          return {
            type: 'line',
            name: curve.name,
            // A curve with thousands of points is marked only under the pointer.
            showSymbol: false,
            triggerLineEvent: true,
            z: 10 - i,
            data: curve.x.map((value, at) => [value, curve.y[at]]),
            itemStyle: { color: colour },
            lineStyle: { color: colour, type: dash, width: i === 0 ? 2.5 : 1.6 },
            emphasis: { lineStyle: { width: i === 0 ? 3 : 2.4 } },
          };
        }),
      ],
    }),
  });
  if (place !== null) {
    place.plot.classList.add('square');
    addLegend(place, [
      ...curves.map((curve, i) => ({ label: label(curve), colour: CURVE_COLOURS[i % 6], dash: variant({}, i).dash, series: [curve.name] })),
      { label: chanceLabel, colour: 'muted', dash: [1, 3] },
    ]);
  }
}

/** The mean loss of each epoch. */
function addLoss() {
  const losses = data.losses ?? [];
  if (losses.length === 0) {
    return;
  }
  chart('loss', {
    label: () => `Loss in ${plural(losses.length, 'epoch')}, from ${short(losses[0])} to ${short(losses.at(-1))}`,
    option: (colours) => ({
      ...baseOption(colours),
      grid: { left: 12, right: 18, top: 34, bottom: 30, containLabel: true },
      tooltip: { ...baseOption(colours).tooltip, formatter: ([{ value }]) => tip(`Epoch ${value[0]}`, [['Loss', score(value[1])]]) },
      xAxis: axis(colours, 'Epoch', { min: 1, max: Math.max(2, losses.length), minInterval: 1 }),
      yAxis: upright(colours, 'Loss', { scale: true }),
      series: [
        {
          type: 'line',
          data: losses.map((loss, i) => [i + 1, loss]),
          symbol: 'circle',
          symbolSize: 5,
          showSymbol: losses.length <= 60,
          itemStyle: { color: colours.blue },
          lineStyle: { color: colours.blue, width: 2 },
        },
      ],
    }),
  });
}

/** A histogram as the corners of its outline. */
function outline(edges, counts) {
  return [...counts.map((value, i) => [edges[i], value]), [edges[counts.length], 0]];
}

/** Norms of segments by their video's label, with the Gaussian of the normal ones. */
function addNullModel() {
  const model = data.nullModel;
  if (!model) {
    return;
  }
  const { edges, normal, anomalous, mean, deviation } = model;
  const fitted = mean !== null && deviation > 0;
  const total = normal.reduce((sum, value) => sum + value, 0);
  const width = edges[1] - edges[0];
  const density = (x) => Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
  const from = edges[0];
  const to = edges.at(-1);
  const gaussian = fitted
    ? Array.from({ length: 201 }, (_, i) => from + ((to - from) * i) / 200).map((x) => [x, total * width * density(x)])
    : [];
  const names = ['Segments of normal videos', 'Segments of anomalous videos', 'Gaussian of the normal ones'];
  const place = chart('null-model', {
    label: () => `Histogram of segment norms of normal and anomalous videos${fitted ? `; the Gaussian has mean ${short(mean)} and deviation ${short(deviation)}` : ''}`,
    option: (colours) => ({
      ...baseOption(colours),
      legend: switches(names),
      grid: { left: 12, right: 18, top: 34, bottom: 30, containLabel: true },
      tooltip: {
        ...baseOption(colours).tooltip,
        formatter: ([{ axisValue }]) => {
          const bin = Math.max(0, edges.findLastIndex((edge) => edge <= axisValue));
          const at = Math.min(bin, normal.length - 1);
          return tip(`Norm ${short(edges[at])} to ${short(edges[at + 1])}`, [
            ['Normal', plural(normal[at], 'segment')],
            ['Anomalous', plural(anomalous[at], 'segment')],
            ...(fitted ? [['Gaussian', short(total * width * density((edges[at] + edges[at + 1]) / 2))]] : []),
          ]);
        },
      },
      xAxis: axis(colours, 'Norm of a segment’s features', { min: from, max: to, axisLabel: { formatter: short, showMinLabel: false, showMaxLabel: false } }),
      yAxis: upright(colours, 'Segments', { minInterval: 1 }),
      series: [
        { type: 'line', step: 'end', name: names[0], symbol: 'none', data: outline(edges, normal), itemStyle: { color: colours.blue }, lineStyle: { color: colours.blue, width: 1.2 }, areaStyle: { color: colours.blue, opacity: 0.28 } },
        { type: 'line', step: 'end', name: names[1], symbol: 'none', data: outline(edges, anomalous), itemStyle: { color: colours.vermillion }, lineStyle: { color: colours.vermillion, width: 1.6 }, areaStyle: { color: colours.vermillion, opacity: 0.14 } },
        { type: 'line', name: names[2], symbol: 'none', silent: true, data: gaussian, itemStyle: { color: colours.text }, lineStyle: { color: colours.text, width: 1.6, type: [6, 4] } },
      ],
    }),
  });
  if (place !== null) {
    addLegend(place, [
      { label: names[0], colour: 'blue', band: true, series: [names[0]] },
      { label: names[1], colour: 'vermillion', band: true, series: [names[1]] },
      ...(fitted ? [{ label: `${names[2]} (mean ${short(mean)}, deviation ${short(deviation)})`, colour: 'text', dash: [5, 3], series: [names[2]] }] : []),
    ]);
  }
}

/**
 * The closed line at `deviations` standard deviations of a two-dimensional Gaussian: the unit circle
 * times the Cholesky factor of the covariance.
 */
function ellipse({ mean, covariance: [a, b, , c] }, deviations = 2) {
  const l11 = Math.sqrt(Math.max(0, a));
  const l21 = l11 === 0 ? 0 : b / l11;
  const l22 = Math.sqrt(Math.max(0, c - l21 * l21));
  return Array.from({ length: 73 }, (_, i) => {
    const angle = (i * Math.PI) / 36;
    const u = deviations * Math.cos(angle);
    const v = deviations * Math.sin(angle);
    return [mean[0] + l11 * u, mean[1] + l21 * u + l22 * v];
  });
}

/** The videos by mean and deviation of their norms, with the clusters of each iteration. */
function addScatter(selectVideo) {
  const scatter = data.scatter;
  if (!scatter) {
    return;
  }
  const ellipses = scatter.ellipses ?? [];
  const iterations = [...new Set(ellipses.map(({ iteration }) => iteration))].sort((a, b) => a - b);
  const clustersOf = (iteration) => `Clusters of iteration ${iteration}, 2 deviations`;
  // A dozen pairs of ellipses hide the points: at first only those of the last iteration are shown.
  const off = iterations.length > 3 ? iterations.slice(0, -1).map(clustersOf) : [];
  const place = chart('scatter', {
    many: true,
    label: () => `Mean and deviation of the norms of ${plural(scatter.shown, 'video')}: ${scatter.points.map(({ name, ids }) => `${count(ids.length)} ${name}`).join(', ')}`,
    option: (colours) => ({
      ...baseOption(colours),
      legend: switches([...scatter.points.map(({ name }) => name), ...iterations.map(clustersOf)], off),
      grid: { left: 12, right: 18, top: 34, bottom: 30, containLabel: true },
      dataZoom: [insideZoom({ xAxisIndex: 0 }), insideZoom({ yAxisIndex: 0 })],
      tooltip: {
        ...baseOption(colours).tooltip,
        trigger: 'item',
        formatter: ({ seriesIndex, dataIndex, value }) => {
          const group = scatter.points[seriesIndex];
          return tip(group.ids[dataIndex], [['Label', group.name], ['Mean', short(value[0])], ['Deviation', short(value[1])]]);
        },
      },
      xAxis: axis(colours, 'Mean of the norms', { scale: true, axisLabel: { formatter: short } }),
      yAxis: upright(colours, 'Deviation of the norms', { scale: true, axisLabel: { formatter: short } }),
      series: [
        ...scatter.points.map((group, i) => {
          const { colour, symbol } = variant(colours, i);
          return {
            type: 'scatter',
            name: group.name,
            symbol,
            symbolSize: group.ids.length > 1000 ? 5 : 8,
            itemStyle: { color: colour, opacity: group.ids.length > 1000 ? 0.55 : 0.75 },
            data: group.x.map((x, at) => [x, group.y[at]]),
          };
        }),
        ...ellipses.map((cluster) => ({
          type: 'line',
          name: clustersOf(cluster.iteration),
          silent: true,
          symbol: 'none',
          data: ellipse(cluster),
          z: 5,
          lineStyle: { color: cluster.cluster === 'normal' ? colours.text : colours.vermillion, width: 1.6, type: variant(colours, iterations.indexOf(cluster.iteration)).dash },
        })),
      ],
    }),
    ready: (instance) =>
      instance.on('click', ({ seriesIndex, dataIndex }) => {
        const id = scatter.points[seriesIndex]?.ids[dataIndex];
        if (id !== undefined && videoNamed(id) >= 0) {
          selectVideo(id, { reveal: true });
        }
      }),
  });
  if (place !== null) {
    place.plot.classList.add('tall');
    addLegend(place, [
      ...scatter.points.map((group, i) => ({ label: `${group.name} (${count(group.ids.length)})`, colour: CURVE_COLOURS[i % 6], symbol: variant({}, i).symbol, series: [group.name] })),
      ...iterations.map((iteration, i) => ({ label: clustersOf(iteration), colour: 'text', dash: variant({}, i).dash, series: [clustersOf(iteration)], off: off.includes(clustersOf(iteration)) })),
    ]);
    addZoom(place, 'the videos’ statistics');
  }
}
