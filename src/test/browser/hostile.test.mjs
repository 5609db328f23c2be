/* Two thousand videos, some of whose names try to be more than names. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, test } from 'node:test';
import { close, drawn, pageOf, reportHtml, withPage } from './pages.mjs';
import { HOSTILE_NAMES, syntheticData, withData } from './synthetic.mjs';

after(close);

const data = syntheticData({ videos: 2000 });
const file = pageOf(withData(reportHtml, data), 'two thousand videos.html');

/** Invisible characters are written out, in the page and in the tables. */
const shown = (name) => name.replace(/[\p{Cf}\p{Cc}]/gu, (c) => `[U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);

/** The elements that a name would have created as markup. */
async function untouched(page) {
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator('body img, body iframe, body link, body a[href^="javascript"], body [onload], body [onerror]').count(), 0);
  assert.equal(await page.locator('script').count(), 3);
}

test('2,000 videos open fast and are searched at once', async (t) => {
  const size = statSync(file).size;
  assert.ok(size < 10e6, `${size} bytes`);
  await withPage({ file }, async (page) => {
    const timing = await page.evaluate(() => {
      const [{ domContentLoadedEventEnd, loadEventEnd }] = performance.getEntriesByType('navigation');
      return { interactive: Math.round(domContentLoadedEventEnd), loaded: Math.round(loadEventEnd), heap: Math.round((performance.memory?.usedJSHeapSize ?? 0) / 1e6) };
    });
    const wanted = data.videos.at(-1).id;
    const search = await page.evaluate(async (name) => {
      const input = document.getElementById('video-search');
      input.value = name;
      const begun = performance.now();
      input.dispatchEvent(new Event('input'));
      while (document.querySelectorAll('.video-list li').length !== 1) {
        await new Promise(requestAnimationFrame);
      }
      return Math.round(performance.now() - begun);
    }, wanted);
    assert.equal(await page.locator('.video-list .name').textContent(), wanted);
    await page.locator('.video-list button').click();
    await drawn(page);
    assert.equal(await page.locator('#timeline-title').textContent(), wanted);
    t.diagnostic(`${(size / 1e6).toFixed(2)} MB; interactive after ${timing.interactive} ms, loaded after ${timing.loaded} ms; heap ${timing.heap} MB; search ${search} ms, 120 of them waiting for the next key`);
    await untouched(page);
  });
});

test('names stay text in the list, the timeline, the address and the tooltips', async () => {
  await withPage({ file }, async (page) => {
    for (const name of HOSTILE_NAMES) {
      assert.equal(await page.evaluate((id) => window.c2fplReport.selectVideo(id), name), true, name);
      assert.equal(await page.locator('#timeline-title').textContent(), shown(name));
      assert.ok((await page.locator('[data-chart="timeline"] .plot').getAttribute('aria-label')).includes(shown(name)));
      assert.equal(await page.locator('.video-list [aria-current] .name').textContent(), shown(name));
      assert.equal(decodeURIComponent(new URL(page.url()).hash.slice('#video='.length)), name);
    }
    const options = await page.locator('#training-video option').evaluateAll((all) => all.map(({ textContent }) => textContent));
    assert.deepEqual(options, data.training.map(({ id }) => shown(id)));
    await drawn(page, 'scatter');
    await untouched(page);
  });
  for (const name of HOSTILE_NAMES) {
    await withPage({ file, hash: `#video=${encodeURIComponent(name)}` }, async (page) => {
      assert.equal(await page.locator('#timeline-title').textContent(), shown(name));
      await untouched(page);
    });
  }
});

test('names stay text in the table of detections and its export', async () => {
  const own = { ...data, detections: HOSTILE_NAMES.map((name) => ({ video: data.videos.findIndex(({ id }) => id === name), start: 0, end: 16, startSeconds: null, endSeconds: null, peak: 0.5, mean: 0.5, image: 'https://example.org/picture.jpg' })) };
  own.totals = { ...data.totals, detections: own.detections.length, listedDetections: own.detections.length };
  await withPage({ file: pageOf(withData(reportHtml, own), 'names.html') }, async (page) => {
    assert.deepEqual(await page.locator('#detections tbody th').allTextContents(), HOSTILE_NAMES.map(shown));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#detection-csv').click()]);
    const csv = readFileSync(await download.path(), 'utf8').replace('\ufeff', '');
    // One field after another, by RFC 4180.
    const fields = [...csv.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^,"\r\n]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
    const names = fields.filter((_, i) => i % 8 === 0).slice(1, HOSTILE_NAMES.length + 1);
    assert.equal(names.length, HOSTILE_NAMES.length);
    names.forEach((name, i) => {
      assert.doesNotMatch(name, /^\s*[=+\-@]/, 'a spreadsheet would take it for a formula');
      assert.ok([HOSTILE_NAMES[i], `'${HOSTILE_NAMES[i]}`].includes(name), name);
    });
    await untouched(page);
  });
});

test('a script that got into the page does not run', () =>
  withPage({ file: pageOf(reportHtml.replace(/<main[^>]*>/, '$&<script>window.hacked = 1</script><img src="https://example.org/x.png" onerror="window.hacked = 1">'), 'injected.html'), violations: true }, async (page) => {
    await drawn(page);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  }));

test('the axis is a clock where the frame rate is known, frames otherwise', () =>
  withPage({ file }, async (page) => {
    const long = data.videos.find(({ fps, frames, segments }) => fps && (frames ?? segments * 16) / fps > 7200);
    await page.evaluate((id) => window.c2fplReport.selectVideo(id, { reveal: true }), long.id);
    await drawn(page);
    const labels = () => page.locator('[data-chart="timeline"] svg text').allTextContents();
    assert.ok((await labels()).some((text) => /^\d:\d\d:\d\d$/.test(text)), String(await labels()));
    const plain = data.videos.find(({ fps, segments }) => !fps && segments > 100);
    await page.evaluate((id) => window.c2fplReport.selectVideo(id), plain.id);
    assert.ok((await labels()).includes('Frame'), String(await labels()));
  }));

test('a page may have next to nothing', () =>
  withPage({
    file: pageOf(withData(reportHtml, { ...data, videos: [], detections: [], curves: null, training: [], scatter: null, nullModel: null, losses: [], totals: { videos: 0, detections: 0, listedVideos: 0, listedDetections: 0 } }), 'empty.html'),
  }, async (page) => {
    assert.equal(await page.locator('.plot').count(), 0);
    assert.ok(await page.locator('#summary').isVisible());
  }));
