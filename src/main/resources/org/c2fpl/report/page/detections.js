/*
 * The table of detections: filter, order, pages, pictures, and its export.
 */

const DETECTIONS_A_PAGE = 50;

/** The columns; `value` orders, `text` is shown, `first` is the direction of the first click. */
const DETECTION_COLUMNS = [
  { key: 'video', title: 'video', value: ({ video }) => data.videos[video].id, first: 1 },
  { key: 'split', title: 'split', value: ({ video }) => data.videos[video].split, text: ({ video }) => visible(data.videos[video].split), first: 1 },
  { key: 'start', title: 'start frame', value: ({ start }) => start, text: ({ start }) => count(start), first: 1, number: true },
  { key: 'end', title: 'end frame', value: ({ end }) => end, text: ({ end }) => count(end), first: 1, number: true },
  { key: 'startSeconds', title: 'start', value: ({ startSeconds }) => startSeconds, text: ({ startSeconds }) => (startSeconds === null ? '–' : clock(startSeconds, 1)), first: 1, number: true },
  { key: 'endSeconds', title: 'end', value: ({ endSeconds }) => endSeconds, text: ({ endSeconds }) => (endSeconds === null ? '–' : clock(endSeconds, 1)), first: 1, number: true },
  { key: 'peak', title: 'peak score', value: ({ peak }) => peak, text: ({ peak }) => score(peak), first: -1, number: true },
  { key: 'mean', title: 'mean score', value: ({ mean }) => mean, text: ({ mean }) => score(mean), first: -1, number: true },
  { key: 'model', title: 'model', value: ({ video }) => data.videos[video].model, text: ({ video }) => visible(data.videos[video].model ?? ''), first: 1 },
];

/**
 * A cell of a CSV file. Programs read a text that starts with =, +, - or @ (also after blanks, and in
 * full-width forms) as a formula and run it when the file is opened; a quote in front keeps it a text.
 */
function csvCell(value) {
  if (value === null || value === undefined) {
    return '';
  }
  const text = typeof value === 'string' && /^[\s\u0000-\u001f\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/.test(value) ? `'${value}` : String(value);
  return /[",;\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The detections as CSV with the columns' names of the detections table. */
function detectionsCsv(detections) {
  const head = ['video_id', 'start_frame', 'end_frame', 'start_seconds', 'end_seconds', 'peak_score', 'mean_score', 'model'];
  const rows = detections.map((detection) => [
    data.videos[detection.video].id, detection.start, detection.end, detection.startSeconds, detection.endSeconds, detection.peak, detection.mean, data.videos[detection.video].model]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** Takes over the static table of detections. */
class DetectionTable {
  /** @param {function(number)} choose called with the index of the chosen detection */
  constructor(section, choose) {
    this.choose = choose;
    this.table = section.querySelector('table');
    // Without columns that are empty or the same in every row.
    const needless = new Set([
      ...(data.detections.every(({ startSeconds }) => startSeconds === null) ? ['startSeconds', 'endSeconds'] : []),
      ...['split', 'model'].filter((key) => new Set(data.videos.map((video) => video[key])).size < 2),
    ]);
    this.columns = DETECTION_COLUMNS.filter(({ key }) => !needless.has(key));
    this.pictures = data.detections.some(({ image }) => image);
    this.sort = { key: 'peak', direction: -1 };
    this.texts = data.videos.map(({ id }) => id.toLowerCase());
    this.name = element('input', { type: 'search', id: 'detection-video', autocomplete: 'off', spellcheck: 'false', placeholder: 'Part of a name' });
    this.least = element('input', { type: 'number', id: 'detection-peak', min: 0, max: 1, step: 0.01, placeholder: '0.00', inputmode: 'decimal' });
    this.found = element('p', { class: 'found', id: 'detection-count', 'aria-live': 'polite' });
    this.export = element('button', { type: 'button', id: 'detection-csv', onclick: () => this.download() }, 'Save as CSV');
    this.pages = pager('detections', (page) => this.show(page));
    const scroll = this.table.parentElement.matches('section') ? this.table : this.table.parentElement;
    scroll.before(
      element('div', { class: 'controls' },
        element('div', { class: 'field' }, element('label', { for: 'detection-video' }, 'Video'), this.name),
        element('div', { class: 'field' }, element('label', { for: 'detection-peak' }, 'Least peak score'), this.least),
        this.export),
      this.found);
    scroll.after(this.pages.node);
    this.name.addEventListener('input', settled(() => this.match()));
    this.least.addEventListener('input', settled(() => this.match()));
    this.head();
    this.match();
  }

  head() {
    const cell = (column) => {
      const sorted = this.sort.key === column.key;
      const button = element('button', { type: 'button', 'data-sort': column.key, onclick: () => this.order(column) },
        column.title, element('span', { class: 'arrow', 'aria-hidden': 'true' }, sorted ? (this.sort.direction > 0 ? '▲' : '▼') : ''));
      return element('th', { scope: 'col', class: column.number ? 'number' : null, 'aria-sort': sorted ? (this.sort.direction > 0 ? 'ascending' : 'descending') : null }, button);
    };
    const row = element('tr', {}, ...this.columns.map(cell), this.pictures ? element('th', { scope: 'col' }, 'picture') : null);
    const focused = this.table.tHead?.contains(document.activeElement) ? document.activeElement.dataset.sort : null;
    this.table.createTHead().replaceChildren(row);
    if (focused) {
      row.querySelector(`[data-sort="${focused}"]`).focus();
    }
  }

  order(column) {
    const again = this.sort.key === column.key;
    this.sort = { key: column.key, direction: again ? -this.sort.direction : column.first };
    this.head();
    this.match();
  }

  /** Applies filter and order. */
  match() {
    const words = this.name.value.toLowerCase().split(/\s+/).filter(Boolean);
    const least = this.least.value === '' ? -Infinity : Number(this.least.value);
    const { value } = this.columns.find(({ key }) => key === this.sort.key);
    const compare = (a, b) => {
      const [left, right] = [value(a), value(b)];
      // Detections without a time come last in either direction.
      if (left === null || right === null) {
        return (left === null) - (right === null);
      }
      return this.sort.direction * (left < right ? -1 : left > right ? 1 : 0);
    };
    this.matches = data.detections
      .map((detection, i) => [detection, i])
      .filter(([{ video, peak }]) => peak >= least && words.every((word) => this.texts[video].includes(word)))
      .sort(([a, i], [b, j]) => compare(a, b) || i - j)
      .map(([, i]) => i);
    const { detections, listedDetections } = data.totals;
    const all = detections > listedDetections ? `the ${count(listedDetections)} strongest of ${plural(detections, 'detection')}` : plural(detections, 'detection');
    this.found.textContent = this.matches.length === data.detections.length ? all[0].toUpperCase() + all.slice(1) : `${count(this.matches.length)} of ${all}`;
    this.show(0);
  }

  show(page) {
    const pages = Math.max(1, Math.ceil(this.matches.length / DETECTIONS_A_PAGE));
    if (page < 0 || page >= pages) {
      return;
    }
    const rows = this.matches.slice(page * DETECTIONS_A_PAGE, (page + 1) * DETECTIONS_A_PAGE);
    const body = this.table.tBodies[0] ?? this.table.createTBody();
    body.replaceChildren(...rows.map((i) => this.row(i)));
    if (rows.length === 0) {
      body.append(element('tr', {}, element('td', { colspan: this.columns.length + (this.pictures ? 1 : 0) }, 'No detection matches.')));
    }
    this.pages.show(page, pages);
  }

  row(i) {
    const detection = data.detections[i];
    const { id } = data.videos[detection.video];
    const link = element('button', { type: 'button', class: 'link', 'data-detection': i, title: 'Show in the timeline', onclick: () => this.choose(i) }, named(id));
    const cells = this.columns.map(({ key, text, number }) =>
      key === 'video' ? element('th', { scope: 'row' }, link) : element('td', { class: number ? 'number' : null }, text(detection)));
    // Only a picture in the page itself: any other address would be a request.
    const picture = detection.image?.startsWith('data:image/')
      ? element('img', { src: detection.image, alt: `Frame of the detection in ${visible(id)}`, loading: 'lazy' })
      : null;
    return element('tr', {}, ...cells, this.pictures ? element('td', {}, picture) : null);
  }

  download() {
    const file = new Blob(['\ufeff', detectionsCsv(this.matches.map((i) => data.detections[i]))], { type: 'text/csv;charset=utf-8' });
    const address = URL.createObjectURL(file);
    element('a', { href: address, download: 'detections.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    announce(`${plural(this.matches.length, 'detection')} saved as detections.csv`);
  }
}
