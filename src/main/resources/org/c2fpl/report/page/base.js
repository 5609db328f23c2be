'use strict';

/*
 * The report's script: scripts.txt lists its files, which are inlined in order as one script element, so their
 * top-level names share one scope. The page is complete without the script, which adds drawings, search, zoom
 * and paging.
 *
 * Names of videos come from outside and are hostile until shown as text: every string from the data
 * goes through `textContent` (here: `element`), never through HTML.
 */

/** Everything that Java computed: see docs/report.md. */
const data = JSON.parse(document.getElementById('report-data').textContent);

/**
 * Makes an element.
 *
 * @param {string} tag its name
 * @param {Object<string, *>} [attributes] attributes; `on…` are listeners, null and false are left out
 * @param {...(Node|string|null)} children strings become text
 * @returns {HTMLElement}
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A text in which invisible characters and those that change the direction of text are made visible, as in the tables. */
function visible(text) {
  return text.replace(/[\p{Cf}\p{Cc}]/gu, (character) => `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/** A name from the data, isolated: right-to-left letters in it must not reorder the text next to it. */
function named(name) {
  return element('bdi', {}, visible(name));
}

/** Delays a function until it has not been called for a while. */
function settled(action, milliseconds = 120) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

const counted = new Intl.NumberFormat('en-US');

/** 12,345 */
function count(value) {
  return counted.format(value);
}

/** A noun with its number: plural(1, 'video') is "1 video". */
function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A score as in the tables: four decimals; a dash if there is none. */
function score(value, digits = 4) {
  return value === null || value === undefined ? '–' : value.toFixed(digits);
}

/** A number of unknown size, short: for axes and tooltips. */
function short(value) {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(4)));
}

/**
 * Seconds as a clock shows them: 7.4 s, 1:07, 2:01:07.
 *
 * @param {number} seconds
 * @param {number} [decimals] of the seconds
 */
function clock(seconds, decimals = 0) {
  // Rounded before it is split, or 59.99 would read 0:60.
  const rounded = Number(seconds.toFixed(decimals));
  const whole = Math.floor(rounded);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = (rounded % 60).toFixed(decimals).padStart(decimals ? 3 + decimals : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** The values of a timeline: base64 of little-endian uint16, 65535 being 1. */
function decodeScores(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true) / 65535);
}

/** The frames of a video: as annotated, otherwise those of its segments. */
function framesOf(video) {
  return video.frames ?? video.segments * data.framesPerSegment;
}

/** The length of a video for the reader. */
function lengthOf(video) {
  return video.fps ? clock(framesOf(video) / video.fps) : `${count(framesOf(video))} frames`;
}

/** Indices of a video's detections in `data.detections`, by the video's index. */
const detectionsOfVideo = (() => {
  const grouped = new Map();
  (data.detections ?? []).forEach((detection, i) => {
    if (!grouped.has(detection.video)) {
      grouped.set(detection.video, []);
    }
    grouped.get(detection.video).push(i);
  });
  return (video) => grouped.get(video) ?? [];
})();

/** The index of the video with this name, -1 if it is not among the listed ones. */
const videoNamed = (() => {
  const indices = new Map();
  (data.videos ?? []).forEach((video, i) => {
    if (!indices.has(video.id)) {
      indices.set(video.id, i);
    }
  });
  return (id) => indices.get(id) ?? -1;
})();

/** Announces to screen readers what has changed elsewhere on the page. */
const announce = (() => {
  let region = null;
  return (text) => {
    if (region === null) {
      region = element('p', { class: 'visually-hidden', role: 'status', id: 'announcement' });
      document.body.append(region);
    }
    region.textContent = text;
  };
})();

/**
 * The previous/next buttons of a list.
 *
 * @param {string} what is paged, for the buttons' names
 * @param {function(number)} go called with the chosen page
 * @returns {{node: HTMLElement, show: function(number, number)}}
 */
function pager(what, go) {
  let current = 0;
  const back = element('button', { type: 'button', 'aria-label': `Previous page of ${what}`, onclick: () => go(current - 1) }, '‹ Previous');
  const on = element('button', { type: 'button', 'aria-label': `Next page of ${what}`, onclick: () => go(current + 1) }, 'Next ›');
  const place = element('span', {});
  const node = element('div', { class: 'pager' }, back, place, on);
  return {
    node,
    show(page, pages) {
      current = page;
      node.hidden = pages < 2;
      // Not `disabled`: that would remove the focus for keyboard users.
      back.setAttribute('aria-disabled', page === 0);
      on.setAttribute('aria-disabled', page >= pages - 1);
      place.textContent = `Page ${count(page + 1)} of ${count(pages)}`;
    },
  };
}
