/*
 * Data that no demo has: thousands of videos, long ones, and names that try to become markup, code or formulas.
 * They replace the data in a page that the program made, so that skeleton, script and policy are the real ones.
 */

/** Names that must stay text, wherever they are shown. */
export const HOSTILE_NAMES = [
  '<img src=x onerror="window.hacked=1">',
  '</script><script>window.hacked=1</script>',
  '"><svg onload=window.hacked=1>',
  "'-alert(1)-'",
  '<a href="javascript:window.hacked=1">click</a>',
  '<link rel=stylesheet href=//example.org/x.css>',
  '<!--<script>',
  '=HYPERLINK("//example.org","x")',
  '+1+cmd|calc',
  '@SUM(1;2)',
  '-2+3, "quoted"; and\r\na line',
  '&lt;b&gt;&amp;',
  '{a|rich} {b} {c0} ${1}',
  '__proto__',
  'constructor',
  '#video=test%zz&x=1',
  '\u202egpj.exe',
  'مقطع-فيديو-١',
  '監視カメラ/東京/2026-11-26.mp4',
  `long-${'x'.repeat(300)}`,
  ' leading and trailing ',
];

/** A generator of the same numbers every time (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function encode(values) {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16LE(Math.round(65535 * value), 2 * i));
  return bytes.toString('base64');
}

/**
 * Data in the report's format.
 *
 * @param {{videos?: number, seed?: number}} [size]
 */
export function syntheticData({ videos: number = 2000, seed = 7 } = {}) {
  const next = random(seed);
  const normal = () => next() + next() + next() - 1.5;
  const threshold = 0.5;
  const buckets = Math.max(50, Math.min(600, Math.floor(5e6 / (number * 2 * 2.67))));
  const classes = ['Arson', 'Burglary', 'Explosion', 'Fighting', 'Road accident'];
  const videos = [];
  for (let v = 0; v < number; v++) {
    const long = v % 20 === 0;
    const segments = long ? 20000 + Math.floor(next() * 115000) : 20 + Math.floor(next() * 500);
    const width = Math.ceil(segments / buckets);
    const anomalous = v % 3 === 0;
    const at = Math.floor(next() * segments * 0.8);
    const length = Math.max(1, Math.floor(segments * (0.03 + next() * 0.1)));
    const high = [];
    const low = [];
    for (let from = 0; from < segments; from += width) {
      const inside = anomalous && from + width > at && from < at + length;
      const level = Math.min(0.98, Math.max(0.01, (inside ? 0.58 : 0.16) + 0.1 * normal() + 0.05 * Math.sin(from / 40)));
      high.push(level);
      low.push(Math.max(0, level - 0.12 * next()));
    }
    videos.push({
      id: v < HOSTILE_NAMES.length ? HOSTILE_NAMES[v] : `camera-${String(v % 12).padStart(2, '0')}/clip-${String(v).padStart(5, '0')}`,
      split: 'test', batch: String(v % 7), segments, frames: v % 5 === 0 ? null : segments * 16 - 5, fps: v % 4 === 3 ? null : 25,
      camera: v % 2 ? `camera-${v % 12}` : null, recordedAt: v % 2 ? '2026-11-20T08:00:00Z' : null,
      class: anomalous ? classes[v % classes.length] : 'Normal', label: anomalous ? 1 : 0,
      truth: anomalous ? [[at * 16, (at + length) * 16]] : [],
      peak: Math.max(...high), mean: high.reduce((sum, value) => sum + value, 0) / high.length, auc: anomalous ? 0.8 + 0.2 * next() : null,
      width, high: encode(high), low: width === 1 ? null : encode(low), levels: high,
    });
  }
  // By peak, as the program lists them; hostile names stay first, where every test sees them.
  videos.sort((a, b) => (HOSTILE_NAMES.includes(b.id) - HOSTILE_NAMES.includes(a.id)) || b.peak - a.peak);
  const detections = [];
  videos.forEach(({ levels, width, fps, segments }, video) => {
    let from = -1;
    for (let i = 0; i <= levels.length; i++) {
      if (levels[i] >= threshold && from < 0) {
        from = i;
      } else if (!(levels[i] >= threshold) && from >= 0) {
        const run = levels.slice(from, i);
        const [start, end] = [from * width * 16, Math.min(i * width, segments) * 16];
        detections.push({
          video, start, end, startSeconds: fps ? start / fps : null, endSeconds: fps ? end / fps : null,
          peak: Math.max(...run), mean: run.reduce((sum, value) => sum + value, 0) / run.length, image: null,
        });
        from = -1;
      }
    }
  });
  videos.forEach((video) => delete video.levels);
  detections.sort((a, b) => b.peak - a.peak || (videos[a.video].id < videos[b.video].id ? -1 : 1) || a.start - b.start);
  const listed = detections.slice(0, 2000);
  const curve = (power) => Array.from({ length: 400 }, (_, i) => i / 399).map((x) => [x, x ** power]);
  const lines = (powers, area) => powers.map(([name, power]) => ({ name, x: curve(power).map(([x]) => x), y: curve(power).map(([x, y]) => (area === 'ap' ? 1 - y * 0.8 : y)), area: area === 'ap' ? 1 - 0.8 / (power + 1) : 1 / (power + 1) }));
  const cloud = (name, size, mu, sigma, spread) => {
    const points = Array.from({ length: size }, () => [mu + spread * normal(), Math.max(0.05, sigma + 0.4 * spread * normal())]);
    return { name, x: points.map(([x]) => x), y: points.map(([, y]) => y), ids: points.map((_, i) => `${name} ${i}`) };
  };
  const edges = Array.from({ length: 61 }, (_, i) => 18 + i * 0.15);
  const bell = (mean, deviation, total) => edges.slice(1).map((edge) => Math.round((total * 0.15 * Math.exp(-0.5 * ((edge - 0.075 - mean) / deviation) ** 2)) / deviation / 2.5066));
  return {
    format: 2, title: 'Synthetic <b>title</b>', made: '2026-11-26T01:02:03Z', version: '0', framesPerSegment: 16, threshold,
    totals: { videos: number, detections: detections.length, listedVideos: number, listedDetections: listed.length },
    videos,
    detections: listed,
    curves: { roc: lines([['detector', 0.15], ['norm', 0.4], ['1 − p <i>', 0.55], ['length', 0.9]], 'auc'), pr: lines([['detector', 6], ['norm', 2], ['1 − p <i>', 1.4], ['length', 0.6]], 'ap'), positives: 0.12 },
    training: HOSTILE_NAMES.slice(0, 5).map((name, t) => {
      const segments = 120 + 40 * t;
      const inside = (i) => i >= 40 && i < 62;
      return {
        id: name, segments, alpha: 0.05, window: [40, 62], labels: [[40, 62]], truth: [[41 * 16, 60 * 16]],
        norms: Array.from({ length: segments }, (_, i) => 21 + (inside(i) ? 2.5 : 0) + normal()),
        p: Array.from({ length: segments }, (_, i) => (i === 50 ? 0 : inside(i) ? 1e-5 * next() : 0.05 + 0.9 * next())),
      };
    }),
    scatter: {
      points: [cloud('normal', 4500, 20.5, 1, 0.8), cloud('iteration 1', 900, 23, 2.2, 1.4), cloud('iteration 2', 600, 22, 1.7, 0.9)],
      total: 48000, shown: 6000,
      ellipses: [[1, 'normal', 20.7, 1.1, 0.4], [1, 'anomalous', 23, 2.2, 0.9], [2, 'normal', 20.5, 1, 0.3], [2, 'anomalous', 22, 1.7, 0.4]].map(
        ([iteration, cluster, x, y, size]) => ({ iteration, cluster, mean: [x, y], covariance: [size, size * 0.15, size * 0.15, size * 0.12], weight: 0.5 })),
    },
    nullModel: { edges, normal: bell(20.8, 0.6, 60000), anomalous: bell(22.2, 1.1, 20000), mean: 20.8, deviation: 0.6 },
    losses: Array.from({ length: 40 }, (_, i) => 0.12 + 0.55 * Math.exp(-i / 7) + 0.01 * normal()),
    drift: null,
  };
}

/** The page with other data, written like the program does: nothing in them can end the element. */
export function withData(html, data) {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const [before, rest] = html.split(/(?<=<script[^>]*id="report-data"[^>]*>)/);
  if (rest === undefined) {
    throw new Error('Cannot replace the data of the page: it has no element report-data.');
  }
  return before + json + rest.slice(rest.indexOf('</script>'));
}
