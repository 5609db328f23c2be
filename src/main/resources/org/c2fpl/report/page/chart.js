/*
 * Shared by all drawings: colours, the place in the page, lazy drawing, zoom, the legend.
 */

/** Drawn charts by name; the tests use this, too. */
const charts = {};

/** One entry per chart: draws it again, for another theme or width. */
const redraws = [];

const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const printQuery = matchMedia('print');

/** Replaces a figure's text alternative, when the drawing shows other data than the page initially had. */
function fillNumbers(figure, head, rows) {
  const body = figure.querySelector('details tbody');
  if (body !== null) {
    body.closest('table').tHead.replaceChildren(element('tr', {}, ...head.map((title) => element('th', { scope: 'col' }, title))));
    body.replaceChildren(...rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell)))));
  }
}

/** The colours of the page, which only report.css defines. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour('text'),
    muted: colour('muted'),
    line: colour('line'),
    grid: colour('grid'),
    surface: colour('surface'),
    blue: colour('blue'),
    vermillion: colour('vermillion'),
    green: colour('green'),
    purple: colour('purple'),
    orange: colour('orange'),
    sky: colour('sky'),
    font: style.fontFamily || 'sans-serif',
  };
}

/** A colour of the theme (#rrggbb) made transparent. */
function faded(colour, opacity) {
  const channel = (at) => parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${opacity})`;
}

/** The i-th of several curves: colour, dash and symbol, so that colour is never the only difference. */
function variant(colours, i) {
  const palette = [colours.blue, colours.vermillion, colours.green, colours.purple, colours.orange, colours.sky];
  const dashes = ['solid', [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 5]];
  const symbols = ['circle', 'triangle', 'diamond', 'rect', 'pin', 'arrow'];
  const at = i % palette.length;
  return { colour: palette[at], dash: dashes[at], symbol: symbols[at] };
}

/** The common part of the options of all charts. */
function baseOption(colours) {
  return {
    // No animation: a report is read, and no motion has to be reduced.
    animation: false,
    textStyle: { fontFamily: colours.font, color: colours.text },
    grid: { left: 12, right: 18, top: 18, bottom: 30, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: [6, 10],
      textStyle: { color: colours.text, fontSize: 13, fontFamily: colours.font },
      axisPointer: { type: 'line', lineStyle: { color: colours.muted, type: 'solid', width: 1 }, label: { show: false } },
    },
  };
}

/** An axis in the page's style; `more` overrides. */
function axis(colours, name, more = {}) {
  const { axisLabel, ...rest } = more;
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: colours.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.line } },
    axisTick: { show: true, lineStyle: { color: colours.line } },
    axisLabel: { color: colours.muted, fontSize: 12, hideOverlap: true, ...axisLabel },
    splitLine: { lineStyle: { color: colours.grid } },
    ...rest,
  };
}

/** A y axis: its name is above the axis, where it can be read horizontally. */
function upright(colours, name, more = {}) {
  return axis(colours, name, {
    nameLocation: 'end',
    nameGap: 12,
    nameTextStyle: { color: colours.muted, fontSize: 12, align: 'left', padding: [0, 0, 2, -28] },
    axisLine: { show: false },
    axisTick: { show: false },
    ...more,
  });
}

/**
 * Lines of a tooltip as nodes, never as HTML.
 *
 * @param {string} title
 * @param {Array<[string, string]>} rows
 */
function tip(title, rows) {
  return element(
    'div',
    { class: 'tip' },
    element('strong', {}, named(title)),
    ...rows.map(([name, value]) => element('div', {}, element('span', {}, name), element('span', {}, value))));
}

/** Calls an action once, when the element comes near the window, or on demand (`.now()`). */
function whenNear(target, action) {
  let done = false;
  const now = () => {
    if (!done) {
      done = true;
      observer.disconnect();
      action();
    }
  };
  const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && now(), {
    rootMargin: '400px',
  });
  observer.observe(target);
  return { now };
}

/** The charts that are not drawn yet; print needs them all. */
const waiting = [];

/**
 * Puts a chart into its figure.
 *
 * @param {string} name of the figure's `data-chart`
 * @param {Object} way
 * @param {function(Object): Object} way.option the option, given the colours
 * @param {function(): string} way.label the description of the drawing for screen readers
 * @param {boolean} [way.many] thousands of marks: drawn on a canvas instead of as SVG
 * @param {function(Object)} [way.ready] called with the ECharts instance once it is made
 * @returns {?Object} `figure`, `plot`, `tools` (a row above the plot), `draw()` (makes or redraws the chart)
 */
function chart(name, way) {
  const figure = document.querySelector(`figure[data-chart="${name}"]`);
  if (figure === null || typeof echarts === 'undefined') {
    return null;
  }
  const plot = element('div', { class: 'plot', role: 'img' });
  const tools = element('div', { class: 'chart-tools' });
  figure.prepend(tools, plot);
  let instance = null;

  const draw = () => {
    plot.setAttribute('aria-label', way.label());
    if (instance === null) {
      instance = echarts.init(plot, null, { renderer: way.many ? 'canvas' : 'svg' });
      charts[name] = instance;
      way.ready?.(instance);
      new ResizeObserver(settled(() => document.documentElement.classList.contains('printing') || instance.resize(), 60)).observe(plot);
    }
    const option = way.option(theme());
    // ECharts 5.3 warns of a mark under the pointer with a default level.
    option.series = option.series.map((series) => ({ zlevel: 0, ...series }));
    instance.setOption(option, { notMerge: true });
  };
  const near = whenNear(figure, draw);
  waiting.push(near.now);
  redraws.push(() => {
    if (instance !== null) {
      // Zoom and hidden series are the reader's choice, and survive a change of colours.
      const { dataZoom = [], legend = [] } = instance.getOption();
      draw();
      dataZoom.forEach(({ start, end }, dataZoomIndex) => instance.dispatchAction({ type: 'dataZoom', dataZoomIndex, start, end }));
      Object.entries(legend[0]?.selected ?? {}).forEach(([series, shown]) => instance.dispatchAction({ type: shown ? 'legendSelect' : 'legendUnSelect', name: series }));
      instance.resize();
      instance.getZr().flush();
    }
  });
  return { figure, plot, tools, draw: () => (instance === null ? near.now() : draw()), instance: () => instance };
}

/** Redraws everything when the theme changes, and in light colours at paper width for print. */
function followTheme() {
  const redraw = () => redraws.forEach((again) => again());
  darkQuery.addEventListener('change', redraw);
  const printing = (on) => {
    if (document.documentElement.classList.contains('printing') !== on) {
      document.documentElement.classList.toggle('printing', on);
      if (on) {
        waiting.forEach((now) => now());
      }
      redraw();
    }
  };
  addEventListener('beforeprint', () => printing(true));
  addEventListener('afterprint', () => printing(false));
  printQuery.addEventListener('change', ({ matches }) => printing(matches));
}

/** The visible part of an axis, in percent of the whole. */
function zoomOf(instance) {
  const { start, end } = instance.getOption().dataZoom[0];
  return { start, end };
}

/** Shows another part of all zoomed axes; keeps it inside the whole and no narrower than `least` percent. */
function zoomTo(instance, start, end, least = 0.05) {
  const width = Math.min(100, Math.max(least, end - start));
  const from = Math.min(100 - width, Math.max(0, (start + end - width) / 2));
  const { dataZoom } = instance.getOption();
  instance.dispatchAction({
    type: 'dataZoom',
    batch: dataZoom.map((_, dataZoomIndex) => ({ dataZoomIndex, start: from, end: from + width })),
  });
}

/** Shows `factor` times the visible part; the point at `share` of the width stays fixed. */
function zoomBy(instance, factor, share = 0.5) {
  const { start, end } = zoomOf(instance);
  const fixed = start + (end - start) * share;
  const from = Math.max(0, fixed - (fixed - start) * factor);
  zoomTo(instance, from, Math.min(100, fixed + (end - fixed) * factor));
}

/** Moves the visible part by a share of itself. */
function moveBy(instance, share) {
  const { start, end } = zoomOf(instance);
  const way = Math.min(100 - end, Math.max(-start, (end - start) * share));
  zoomTo(instance, start + way, end + way);
}

/**
 * Zoom for a chart with dataZoom: buttons, keys on the plot, and the wheel once the plot has the focus; before
 * that the wheel scrolls the page as usual.
 */
function addZoom(place, what) {
  const act = (action) => () => place.instance() && action(place.instance());
  const buttons = [
    ['+', 'Zoom in (+)', (instance) => zoomBy(instance, 0.5)],
    ['−', 'Zoom out (−)', (instance) => zoomBy(instance, 2)],
    ['Reset', 'Reset zoom', (instance) => zoomTo(instance, 0, 100)],
  ].map(([sign, label, action]) =>
    element('button', { type: 'button', 'aria-label': `${label} of ${what}`, title: label, onclick: act(action) }, sign));
  place.tools.append(element('div', { class: 'zoom', role: 'group', 'aria-label': `Zoom of ${what}` }, ...buttons));

  const keys = {
    '+': (instance) => zoomBy(instance, 0.5),
    '=': (instance) => zoomBy(instance, 0.5),
    '-': (instance) => zoomBy(instance, 2),
    0: (instance) => zoomTo(instance, 0, 100),
    Home: (instance) => moveBy(instance, -Infinity),
    End: (instance) => moveBy(instance, Infinity),
    ArrowLeft: (instance) => moveBy(instance, -0.2),
    ArrowRight: (instance) => moveBy(instance, 0.2),
  };
  place.plot.tabIndex = 0;
  place.plot.addEventListener('keydown', (event) => {
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key](place.instance());
    }
  });
  // ECharts never gets the wheel events: it would prevent the page from scrolling with any options. Pinching
  // comes as wheel with Ctrl.
  place.plot.addEventListener('wheel', (event) => {
    event.stopPropagation();
    if (event.ctrlKey || document.activeElement === place.plot) {
      event.preventDefault();
      const { x, width } = place.instance().getModel().getComponent('grid').coordinateSystem.getRect();
      const share = (event.clientX - place.plot.getBoundingClientRect().left - x) / width;
      zoomBy(place.instance(), 1.25 ** Math.sign(event.deltaY), Math.min(1, Math.max(0, share)));
    }
  }, { capture: true, passive: false });
  // A pressed mouse button focuses the plot, but ECharts suppresses that.
  place.plot.addEventListener('pointerdown', () => place.plot.focus({ preventScroll: true }));
}

/** The part of the option that `addZoom` works on: `axes` as {xAxisIndex} or {yAxisIndex}. */
function insideZoom(axes) {
  return { type: 'inside', ...axes, filterMode: 'none', zoomOnMouseWheel: false, moveOnMouseWheel: false, preventDefaultMouseMove: false };
}

/** A sample of a mark or line, for legends. */
function swatch({ colour, dash = 'solid', symbol = null, band = false }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const draw = (tag, attributes) => {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(attributes).forEach(([name, value]) => shape.setAttribute(name, value));
    svg.append(shape);
  };
  svg.setAttribute('viewBox', '0 0 26 12');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('swatch');
  const fill = `var(--${colour})`;
  if (symbol !== null) {
    const shapes = { circle: 'M13 1.5a4.5 4.5 0 1 0 .01 0z', triangle: 'M13 1 18.5 11h-11z', diamond: 'M13 0 19 6 13 12 7 6z', rect: 'M8.5 1.5h9v9h-9z', pin: 'M13 12C9 7 9 6 9 4.5a4 4 0 0 1 8 0C17 6 17 7 13 12z', arrow: 'M13 0 18 12 13 9 8 12z' };
    draw('path', { d: shapes[symbol], fill });
  } else if (band) {
    const looks = {
      true: { y: 1, height: 10, fill, opacity: 0.35 },
      strip: { y: 7, height: 4, fill },
      frame: { y: 1, height: 10, fill, 'fill-opacity': 0.12, stroke: fill, 'stroke-width': 1.5 },
    };
    draw('rect', { x: 1, width: 24, rx: 1, ...looks[band] });
  } else {
    draw('line', { x1: 1, y1: 6, x2: 25, y2: 6, stroke: fill, 'stroke-width': 2.5, 'stroke-dasharray': dash === 'solid' ? 'none' : dash.join(' ') });
  }
  return svg;
}

/**
 * A legend of HTML: it wraps, is read aloud, and its entries for series are switches.
 *
 * @param {Object} place the result of `chart`
 * @param {Array<{label: string, series?: Array<string>, off?: boolean}>} entries with the fields of `swatch`, too
 */
function addLegend(place, entries) {
  const items = entries.map((entry) => {
    const inside = [swatch(entry), element('span', {}, named(entry.label))];
    if (entry.series === undefined) {
      return element('li', {}, ...inside);
    }
    const button = element('button', { type: 'button', 'aria-pressed': String(!entry.off) }, ...inside);
    button.addEventListener('click', () => {
      const shown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', shown);
      entry.series.forEach((name) => place.instance()?.dispatchAction({ type: shown ? 'legendSelect' : 'legendUnSelect', name }));
    });
    return element('li', {}, button);
  });
  place.tools.prepend(element('ul', { class: 'legend' }, ...items));
}

/** The invisible legend that lets `addLegend` switch series: all of them, some off at first. */
function switches(names, off = []) {
  return { show: false, data: names, selected: Object.fromEntries(off.map((name) => [name, false])) };
}

/**
 * Bands along the x axis: a custom series, because its bars may be as high as the plot or a strip.
 *
 * @param {string} name
 * @param {Array<[number, number]>} ranges from, to
 * @param {Object} look
 * @param {string} look.colour
 * @param {number} [look.opacity]
 * @param {number} [look.strip] height in pixels at the foot of the plot; the whole height otherwise
 * @param {boolean} [look.frame] an outline, which stays distinguishable on top of bands
 */
function bands(name, ranges, { colour, opacity = 1, strip = null, frame = false, ...more }) {
  return {
    type: 'custom',
    name,
    clip: true,
    z: strip === null ? 1 : 4,
    silent: strip === null,
    encode: { x: [0, 1], y: -1 },
    itemStyle: { color: colour, opacity },
    renderItem: (parameters, api) => {
      const [left] = api.coord([api.value(0), 0]);
      const [right] = api.coord([api.value(1), 0]);
      const { x, y, width, height } = parameters.coordSys;
      // At least two pixels: a detection of one segment in a day of footage must not vanish.
      const from = Math.max(x, Math.min(left, (left + right) / 2 - 1));
      const to = Math.min(x + width, Math.max(right, (left + right) / 2 + 1));
      return to <= from
        ? null
        : {
            type: 'rect',
            shape: { x: from, y: strip === null ? y : y + height - strip, width: to - from, height: strip ?? height },
            style: frame ? { fill: faded(colour, 0.12), stroke: colour, lineWidth: 1.5 } : { fill: colour, opacity },
          };
    },
    data: ranges,
    ...more,
  };
}

/** A horizontal line across the plot. The legend shows its value: on the line it would cover the curve. */
function levelLine(value, colours) {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: colours.text, type: [6, 4], width: 1.2, opacity: 0.8 },
    label: { show: false },
    data: [{ yAxis: value }],
  };
}
