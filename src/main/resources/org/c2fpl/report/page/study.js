/*
 * The page of a study: one figure of all variants at a time, over the option in which they differ or variant by
 * variant, and next to it the pseudo-labels. StudyData describes `data`.
 */

/** The variants are on a numeric axis; otherwise each has a row. */
const curve = data.option !== null;

/** Paper's figures and yardsticks are of this metric only. */
const hasReferences = (metric) => metric.key === 'frame_auc';

/** A value as it is drawn: shares in percent. */
const drawnValue = (metric, value) => (metric.share ? 100 * value : value);

const unitOf = (metric) => (metric.share ? '%' : 's');

/** A value as in the tables. */
const figureOf = (metric, value) => (metric.share ? (100 * value).toFixed(2) : `${value.toFixed(1)} s`);

const failedRuns = (variant) => variant.runs.filter(({ failure }) => failure !== null);

/** Why a variant lacks figures, in a few words; null if it lacks none. */
function lack(variant) {
  const failed = failedRuns(variant).length;
  if (variant.runs.length === 0) {
    return 'not run';
  }
  return failed === 0 ? null : failed === variant.runs.length ? 'failed' : `${failed} of ${variant.runs.length} failed`;
}

/** Three seeds or more that were not all the same. */
const hasInterval = (estimate) => Boolean(estimate) && estimate.low !== null && estimate.low < estimate.high;

/** The rows of a variant's tooltip for a metric. */
function tooltipRows(variant, metric) {
  const estimate = variant.estimates[metric.key];
  const seeds = variant.runs.filter(({ figures }) => metric.key in figures);
  return [
    ...(estimate ? [[seeds.length === 1 ? metric.name : `${metric.name}, mean`, figureOf(metric, estimate.mean)]] : []),
    ...(hasInterval(estimate) ? [['95 % interval', `${figureOf(metric, estimate.low)} to ${figureOf(metric, estimate.high)}`]] : []),
    ...(seeds.length > 1 ? seeds.map(({ seed, figures }) => [`Seed ${seed}`, figureOf(metric, figures[metric.key])]) : []),
    ...failedRuns(variant).map(({ seed }) => [`Seed ${seed}`, 'failed']),
    ...(variant.runs.length === 0 ? [['No result', 'not run']] : []),
  ];
}

/** The rows of the tooltip for the references. */
function referenceRows(variant) {
  return [
    ...(variant.paper === null ? [] : [[paperName(variant), variant.paper.toFixed(2)]]),
    ...data.yardsticks.filter(({ key }) => key in variant.yardsticks).map(({ key, name }) => [`Yardstick ${name}`, (100 * variant.yardsticks[key]).toFixed(2)]),
  ];
}

const paperName = ({ paperOn }) => (paperOn === null ? 'The paper' : `The paper, ${paperOn}`);

/** A short line with caps from low to high; data: [low, high, place]. */
function intervals(name, ranges, colour, shift) {
  return {
    type: 'custom',
    name,
    silent: true,
    z: 4,
    encode: curve ? { x: 2, y: [0, 1] } : { x: [0, 1], y: 2 },
    renderItem: (_, api) => {
      const at = (value) => {
        const [x, y] = curve ? api.coord([api.value(2), value]) : api.coord([value, api.value(2)]);
        return curve ? [x + shift, y] : [x, y + shift];
      };
      const cap = ([x, y]) => (curve ? [x - 5, y, x + 5, y] : [x, y - 5, x, y + 5]);
      const low = at(api.value(0));
      const high = at(api.value(1));
      const stroke = { stroke: colour, lineWidth: 2, fill: null };
      return { type: 'group', children: [[...low, ...high], cap(low), cap(high)].map(([x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke })) };
    },
    data: ranges,
  };
}

/** A mark across a row, so that equal values of all rows make a line; data: [value, row]. */
function rowMarks(name, values, colour, dash) {
  return {
    type: 'custom',
    name,
    silent: true,
    z: 2,
    encode: { x: 0, y: 1 },
    renderItem: (_, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const half = api.size([0, 1])[1] / 2;
      return { type: 'line', shape: { x1: x, y1: y - half, x2: x, y2: y + half }, style: { stroke: colour, lineWidth: 1.5, lineDash: dash === 'solid' ? null : dash, fill: null } };
    },
    data: values,
  };
}

/** The look of yardsticks: never like the first look, which is that of the study. */
const yardstickLook = (colours, i) => variant(colours, i + 2);

/** Names of the reference series, in the legend's order. */
const PAPER = 'The paper';
const papers = data.variants.filter(({ paper }) => paper !== null);
const referenceNames = [...(papers.length > 0 ? [PAPER] : []), ...data.yardsticks.map(({ name }) => `Yardstick ${name}`)];

/**
 * The yardsticks that are off at first: so far from everything else that they would squeeze the rest into a
 * part of the chart.
 */
const farYardsticks = (() => {
  const values = data.variants.flatMap(({ runs, paper }) => [...runs.map(({ figures }) => figures.frame_auc).filter((value) => value !== undefined), ...(paper === null ? [] : [paper / 100])]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  return data.yardsticks.filter(({ key }) => {
    const own = data.variants.map(({ yardsticks }) => yardsticks[key]).filter((value) => value !== undefined);
    return Math.max(high, ...own) - Math.min(low, ...own) > 1.4 * (high - low) + 0.05;
  }).map(({ name }) => `Yardstick ${name}`);
})();

/** Places of the variants: their values, or rows. */
const placeOf = (i) => (curve ? data.variants[i].value : i);
const pointAt = (i, value) => (curve ? [placeOf(i), value] : [value, placeOf(i)]);

/** Curves go from left to right, for any order in the study. */
const ordered = data.variants.map((_, i) => i).sort((a, b) => placeOf(a) - placeOf(b));

/** Mean, interval and seeds of a metric; several metrics share the rows, side by side. */
function metricSeries(colours, metric, m, of) {
  const look = variant(colours, m);
  // Otherwise marks of several metrics in one row would overlap, and seeds would cover their mean.
  const shift = curve || of === 1 ? 0 : (m - (of - 1) / 2) * APART;
  const offset = curve ? [shift, 0] : [0, shift];
  const estimated = ordered.filter((i) => metric.key in data.variants[i].estimates);
  const means = estimated.map((i) => pointAt(i, drawnValue(metric, data.variants[i].estimates[metric.key].mean)));
  // A single seed is its own mean.
  const several = ordered.filter((i) => data.variants[i].estimates[metric.key]?.seeds > 1);
  const seeds = several.flatMap((i) => data.variants[i].runs.filter(({ figures }) => metric.key in figures).map(({ figures }) => pointAt(i, drawnValue(metric, figures[metric.key]))));
  const ranges = estimated.filter((i) => hasInterval(data.variants[i].estimates[metric.key])).map((i) => {
    const { low, high } = data.variants[i].estimates[metric.key];
    return [drawnValue(metric, low), drawnValue(metric, high), placeOf(i)];
  });
  const style = { color: look.colour, borderColor: colours.surface, borderWidth: 1, opacity: 1 };
  return [
    { type: 'scatter', name: `${metric.name}: seeds`, z: 3, silent: true, symbol: 'circle', symbolSize: 6, symbolOffset: of > 1 ? offset : curve ? [11, 0] : [0, 11], itemStyle: { color: faded(look.colour, 0.55) }, data: seeds },
    intervals(`${metric.name}: interval`, ranges, look.colour, shift),
    curve
      ? { type: 'line', name: metric.name, z: 5, symbol: look.symbol, symbolSize: 10, showAllSymbol: true, lineStyle: { color: look.colour, type: look.dash, width: 2 }, itemStyle: style, data: means }
      : { type: 'scatter', name: metric.name, z: 5, symbol: look.symbol, symbolSize: 12, symbolOffset: offset, itemStyle: style, data: means },
  ];
}

/** The references of the frame AUC. */
function referenceSeries(colours) {
  const paper = {
    type: 'scatter', name: PAPER, z: 4, symbol: 'diamond', symbolSize: 13,
    itemStyle: { color: colours.vermillion, borderColor: colours.surface, borderWidth: 1, opacity: 1 },
    data: ordered.filter((i) => data.variants[i].paper !== null).map((i) => pointAt(i, data.variants[i].paper)),
  };
  const yardsticks = data.yardsticks.map(({ key, name }, i) => {
    const { colour, dash } = yardstickLook(colours, i);
    const values = ordered.filter((at) => key in data.variants[at].yardsticks).map((at) => pointAt(at, 100 * data.variants[at].yardsticks[key]));
    return curve
      ? { type: 'line', name: `Yardstick ${name}`, z: 2, symbol: 'none', lineStyle: { color: colour, type: dash, width: 1.5 }, itemStyle: { color: colour }, data: values }
      : rowMarks(`Yardstick ${name}`, values, colour, dash);
  });
  return [...(papers.length > 0 ? [paper] : []), ...yardsticks];
}

/** A variant's name next to its row, shortened to fit. */
function rowName(i) {
  const characters = [...visible(data.variants[i].name)];
  const missing = lack(data.variants[i]);
  return (characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : characters.join('')) + (missing === null ? '' : ` (${missing})`);
}

/** On a narrow screen names are above their rows. */
const isNarrow = (plot) => plot.clientWidth < 560;

/** The width of the names' column. */
const nameWidth = (plot) => Math.min(280, 0.36 * Math.min(plot.clientWidth, document.documentElement.classList.contains('printing') ? 643 : Infinity));

/** Distance in pixels of several metrics in one row. */
const APART = 11;

/** Distance of a name above the middle of its row on a narrow screen: above all marks. */
const lift = (metrics) => 9 + (APART * (metrics.length - 1)) / 2;

/** Room for every row and its name. */
function fitRows(plot, metrics) {
  const longest = Math.max(...data.variants.map((_, i) => rowName(i).length));
  const lines = Math.ceil((7.2 * longest) / (isNarrow(plot) ? plot.clientWidth - 40 : nameWidth(plot)));
  const marks = metrics.length > 1 ? 14 + APART * metrics.length : 36;
  const row = isNarrow(plot) ? 2 * (lift(metrics) + 16 * lines) : Math.max(marks, 8 + 16 * lines);
  plot.style.height = `${data.variants.length * row + 70}px`;
}

/** The two axes: where the variants are, and the figures. */
function studyAxes(colours, metrics, plot) {
  const title = `${metrics.length === 1 ? metrics[0].name : 'Share'}, ${unitOf(metrics[0])}`;
  // The axis must not go beyond possible values, 0 and 100 %.
  const from = ({ min, max }) => (min >= 0 && min < 0.06 * (max - min) ? 0 : null);
  const to = ({ max }) => (metrics[0].share && max > 94 && max <= 100 ? 100 : null);
  if (curve) {
    return {
      grid: { left: 12, right: 24, top: 34, bottom: 32, containLabel: true },
      xAxis: axis(colours, data.option, { scale: true, min: from, boundaryGap: ['6%', '6%'], axisLabel: { formatter: short } }),
      yAxis: upright(colours, title, { scale: true, min: from, max: to, axisLabel: { formatter: short } }),
    };
  }
  const narrow = isNarrow(plot);
  return {
    grid: { left: 8, right: 24, top: 12, bottom: 34, containLabel: true },
    xAxis: axis(colours, title, { scale: true, min: from, max: to, boundaryGap: ['3%', '3%'], axisLabel: { formatter: short } }),
    yAxis: axis(colours, '', {
      type: 'category',
      inverse: true,
      data: data.variants.map((_, i) => String(i)),
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.grid } },
      axisLabel: {
        interval: 0,
        hideOverlap: false,
        color: colours.text,
        fontSize: 13,
        lineHeight: 16,
        formatter: (i) => rowName(Number(i)),
        overflow: 'break',
        ...(narrow
          ? { inside: true, margin: 2, verticalAlign: 'bottom', padding: [0, 0, lift(metrics), 0], textBorderColor: colours.surface, textBorderWidth: 3, width: plot.clientWidth - 40 }
          : { width: nameWidth(plot) }),
      },
      z: 6,
    }),
  };
}

/**
 * Marks of variants that have no figure: along a curve nothing else would show them. The series reserves their
 * places; a point without a value has no mark.
 */
function lacking(colours, metrics) {
  const without = data.variants.filter(({ estimates }) => !metrics.some(({ key }) => key in estimates));
  return !curve || without.length === 0
    ? []
    : [{
        type: 'line', name: 'No result', silent: true, data: without.map(({ value }) => [value, '-']),
        markLine: {
          silent: true, symbol: 'none', lineStyle: { color: colours.muted, type: [2, 4] },
          data: without.map((each) => ({ xAxis: each.value, label: { formatter: () => lack(each) ?? 'no figure', color: colours.muted, position: 'insideEndTop' } })),
        },
      }];
}

/**
 * The option of a chart.
 *
 * @param {Array<Object>} metrics drawn together; all have one unit
 * @param {?Array<string>} off reference series that are hidden; null for a chart without references
 */
function studyOption(colours, plot, metrics, off) {
  const base = baseOption(colours);
  return {
    ...base,
    ...studyAxes(colours, metrics, plot),
    legend: off === null ? undefined : switches(referenceNames, off),
    tooltip: {
      ...base.tooltip,
      axisPointer: { ...base.tooltip.axisPointer, axis: curve ? 'x' : 'y', type: curve ? 'line' : 'shadow', shadowStyle: { color: faded(colours.muted, 0.1) } },
      formatter: ([{ axisValue }]) => {
        const near = ordered.reduce((best, i) => (Math.abs(placeOf(i) - axisValue) < Math.abs(placeOf(best) - axisValue) ? i : best));
        const each = data.variants[near];
        return tip(each.name, [...metrics.flatMap((metric) => tooltipRows(each, metric)), ...(off === null ? [] : referenceRows(each))]);
      },
    },
    series: [
      ...metrics.flatMap((metric, m) => metricSeries(colours, metric, m, metrics.length)),
      ...(off === null ? [] : referenceSeries(colours)),
      ...lacking(colours, metrics),
    ],
  };
}

/** Adapts a chart of rows when the width changes from or to that of a telephone. */
function followWidth(place, metrics) {
  if (curve) {
    return;
  }
  let narrow = null;
  new ResizeObserver(() => {
    if (narrow !== isNarrow(place.plot)) {
      narrow = isNarrow(place.plot);
      fitRows(place.plot, metrics());
      if (place.instance() !== null) {
        place.draw();
        place.instance().resize();
      }
    }
  }).observe(place.plot);
}

/** The description of a drawing for screen readers. */
function spoken(metrics) {
  const names = metrics.map(({ name }) => name.toLowerCase()).join(', ');
  return `${names} of ${plural(data.variants.length, 'variant')}${curve ? ` over ${data.option}` : ''}; the numbers are below`;
}

/** The text alternative of the chosen metric, as in StudyPage.numbers. */
function fillStudy(figure, metric) {
  fillNumbers(figure, ['variant', 'mean', '95 % interval', 'single seeds', 'the paper'], data.variants.map((each) => {
    const estimate = each.estimates[metric.key];
    return [
      visible(each.name),
      estimate ? figureOf(metric, estimate.mean) : '–',
      hasInterval(estimate) ? `${figureOf(metric, estimate.low)} to ${figureOf(metric, estimate.high)}` : '',
      each.runs.filter(({ figures }) => metric.key in figures).map(({ figures }) => figureOf(metric, figures[metric.key])).join(', '),
      hasReferences(metric) && each.paper !== null ? `${each.paper.toFixed(2)}${each.paperOn === null ? '' : ` (${visible(each.paperOn)})`}` : '',
    ];
  }));
}

/** The chart with a choice of metric. */
function addStudy() {
  if (data.metrics.length === 0) {
    return;
  }
  let metric = data.metrics[0];
  const legend = () => [...place.tools.querySelectorAll('.legend button')];
  const off = () => (hasReferences(metric) ? referenceNames.filter((_, i) => legend()[i]?.getAttribute('aria-pressed') === 'false') : null);
  const place = chart('study', {
    label: () => spoken([metric]),
    option: (colours) => studyOption(colours, place.plot, [metric], off()),
  });
  if (place === null) {
    return;
  }
  const papersOn = [...new Set(papers.map(({ paperOn }) => paperOn).filter((on) => on !== null))];
  addLegend(place, [
    { label: 'Mean over seeds with its 95 % interval; small: single seeds', colour: 'blue', symbol: 'circle' },
    ...(papers.length > 0 ? [{ label: papersOn.length > 0 ? `${PAPER}, on ${papersOn.join(', ')}` : PAPER, colour: 'vermillion', symbol: 'diamond', series: [PAPER] }] : []),
    ...data.yardsticks.map(({ name }, i) => {
      const names = ['blue', 'vermillion', 'green', 'purple', 'orange', 'sky'];
      const series = `Yardstick ${name}`;
      return { label: series, colour: names[(i + 2) % names.length], dash: yardstickLook(theme(), i).dash, series: [series], off: farYardsticks.includes(series) };
    }),
  ]);
  const buttons = data.metrics.map((each) => element('button', { type: 'button', 'aria-pressed': String(each === metric), 'data-metric': each.key, onclick: () => choose(each) }, each.name));
  place.tools.prepend(element('div', { class: 'choice', role: 'group', 'aria-label': 'Figure shown' }, ...buttons));

  function choose(chosen) {
    metric = chosen;
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(data.metrics[i] === metric)));
    legend().forEach((button) => { button.parentElement.hidden = !hasReferences(metric); });
    place.draw();
    fillStudy(place.figure, metric);
    announce(`${metric.name} is shown`);
  }
  if (!hasReferences(metric)) {
    legend().forEach((button) => { button.parentElement.hidden = true; });
  }
  followWidth(place, () => [metric]);
}

/** The pseudo-labels' figures, all at once. */
function addLabels() {
  const metrics = data.metrics.filter(({ labels }) => labels);
  const place = metrics.length === 0 ? null : chart('labels', {
    label: () => spoken(metrics),
    option: (colours) => studyOption(colours, place.plot, metrics, null),
  });
  if (place === null) {
    return;
  }
  const names = ['blue', 'vermillion', 'green'];
  addLegend(place, metrics.map(({ name }, m) => ({ label: name, colour: names[m], symbol: variant(theme(), m).symbol })));
  followWidth(place, () => metrics);
}

document.getElementById('results').classList.toggle('side-by-side', curve);
addStudy();
addLabels();
focusableScrolls();
followReading();
followTheme();
document.documentElement.classList.add('scripted');

/** What the tests look at. */
window.c2fplReport = { data, charts };
