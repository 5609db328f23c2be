/*
 * Puts the parts together: a video appears in the list, in the timeline and in the address.
 */

/** The list and the timeline; neither if no video was scored. */
function addVideos() {
  const figure = document.querySelector('figure[data-chart="timeline"]');
  if (!data.videos?.length || figure === null) {
    return null;
  }
  const section = figure.closest('section');
  const list = new VideoList((i) => select(i));
  const browser = element('div', { class: 'browser' });
  figure.before(browser);
  browser.append(list.node, figure);
  const timeline = new Timeline();

  // The list shows the same as the static table, which stays available.
  const table = [...section.querySelectorAll('table')].find((found) => !figure.contains(found));
  if (table) {
    const scroll = table.parentElement === section ? table : table.parentElement;
    const wrap = element('details', { class: 'more' }, element('summary', {}, 'The videos with the highest peaks, as a table'));
    scroll.before(wrap);
    wrap.append(scroll);
  }

  /**
   * @param {number} i
   * @param {Object} [how]
   * @param {[number, number]} [how.range] frames to zoom to
   * @param {boolean} [how.reveal] scroll to the timeline and give it the focus
   */
  function select(i, { range = null, reveal = false } = {}) {
    const video = data.videos[i];
    list.select(i);
    if (timeline.place !== null) {
      timeline.show(i, range);
      if (reveal) {
        figure.scrollIntoView({ block: 'start' });
        timeline.heading.focus({ preventScroll: true });
      }
    }
    // Replaced, not pushed: "back" should leave the page, not go back through every video shown.
    history.replaceState(null, '', `#video=${encodeURIComponent(video.id)}`);
    announce(`Timeline of ${visible(video.id)}`);
  }

  /** The video in the address, if it names one. */
  function fromAddress(how) {
    if (location.hash.startsWith('#video=')) {
      let name = location.hash.slice('#video='.length);
      try {
        name = decodeURIComponent(name);
      } catch {
        // Not written by this page; taken literally.
      }
      if (videoNamed(name) >= 0) {
        select(videoNamed(name), how);
      }
    }
  }
  addEventListener('hashchange', () => fromAddress({ reveal: true }));
  list.select(0);
  return { select, fromAddress };
}

const videos = addVideos();

/** Selects a video by its name; false if it is not on this page. */
function selectVideo(id, how) {
  const i = videoNamed(id);
  if (videos === null || i < 0) {
    return false;
  }
  videos.select(i, how);
  return true;
}

const detectionSection = document.getElementById('detections');
if (detectionSection?.querySelector('table') && data.detections?.length) {
  new DetectionTable(detectionSection, (i) => {
    const { video, start, end } = data.detections[i];
    videos?.select(video, { range: [start, end], reveal: true });
  });
}
addCurves('roc', { x: 'False positive rate', y: 'True positive rate', area: 'AUC', chanceLabel: 'Chance' }, [[0, 0], [1, 1]]);
addCurves('pr', { x: 'Recall', y: 'Precision', area: 'AP', chanceLabel: 'Share of anomalous frames' }, [[0, data.curves?.positives ?? 0], [1, data.curves?.positives ?? 0]]);
addTraining();
addScatter(selectVideo);
addNullModel();
addLoss();
focusableScrolls();
followReading();
followTheme();
document.documentElement.classList.add('scripted');
// After all sections have their height; otherwise the video in the address would be scrolled out of sight
// again.
videos?.fromAddress({ reveal: true });

/** Access for the tests. */
window.c2fplReport = { data, charts, selectVideo };
