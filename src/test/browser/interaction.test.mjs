/* Interaction with the page: search, filter, sort, zoom, by mouse and by keyboard. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { close, drawn, withPage, zoom, zoomAtRest } from './pages.mjs';

after(close);

const chosen = (page) => page.locator('#timeline-title').textContent();

test('the page opens from disk, draws every chart and asks for nothing', () =>
  withPage({}, async (page) => {
    for (const chart of await page.locator('figure[data-chart]').evaluateAll((figures) => figures.map(({ dataset }) => dataset.chart))) {
      await drawn(page, chart);
      assert.notEqual(await page.locator(`[data-chart="${chart}"] .plot`).getAttribute('aria-label'), null, chart);
    }
    assert.ok((await page.evaluate(() => Object.keys(window.c2fplReport.charts))).length >= 7);
  }));

test('without a script every section has its table', () =>
  withPage({ javaScriptEnabled: false }, async (page) => {
    assert.ok((await page.locator('#detections tbody tr').count()) > 0);
    assert.ok((await page.locator('#videos > .scroll tbody tr').count()) > 0);
    assert.equal(await page.locator('figure[data-chart]').count(), await page.locator('figure[data-chart] details table').count());
  }));

test('a click on a detection shows its video, zoomed to it', () =>
  withPage({}, async (page) => {
    const data = await page.evaluate(() => window.c2fplReport.data);
    const framesOf = ({ frames, segments }) => frames ?? segments * data.framesPerSegment;
    // One that is short enough for the zoom to show; the list's first page has it.
    const row = data.detections.findIndex(({ video, start, end }) => 5 * Math.max(end - start, 8 * data.framesPerSegment) < framesOf(data.videos[video]));
    assert.ok(row >= 0 && row < 50, `row ${row}`);
    const detection = data.detections[row];
    const video = data.videos[detection.video];
    await page.locator(`#detections [data-detection="${row}"]`).click();
    await drawn(page);
    assert.equal(await chosen(page), video.id);
    const frames = framesOf(video);
    const visible = await zoom(page);
    assert.ok(visible.start <= (100 * detection.start) / frames + 0.01 && (100 * Math.min(frames, detection.end)) / frames <= visible.end + 0.01, `${JSON.stringify(visible)} does not hold the detection`);
    const around = Math.max(detection.end - detection.start, 8 * data.framesPerSegment);
    assert.ok(visible.width <= Math.min(100, (100 * (3 * around)) / frames + 0.01), `${JSON.stringify(visible)} is not zoomed to the detection`);
    assert.equal(new URL(page.url()).hash, `#video=${encodeURIComponent(video.id)}`);
    assert.ok(await page.locator('[data-chart="timeline"] .plot').isVisible());
    assert.equal(await page.locator('.video-list [aria-current]').getAttribute('data-video'), String(detection.video));
  }));

test('a click on a detection in the timeline zooms to it', () =>
  withPage({}, async (page) => {
    await drawn(page);
    const at = await page.evaluate(() => {
      const { charts, data } = window.c2fplReport;
      const { start, end } = data.detections.find(({ video }) => video === 0);
      const middle = (start + end) / 2 / (data.videos[0].fps || 1);
      return charts.timeline.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [middle, 0]);
    });
    const box = await page.locator('[data-chart="timeline"] .plot').boundingBox();
    await page.mouse.click(box.x + at[0], box.y + at[1] - 3);
    assert.ok((await zoom(page)).width < 100);
  }));

test('buttons zoom in, out and back', () =>
  withPage({}, async (page) => {
    await drawn(page);
    const press = (name) => page.locator('[data-chart="timeline"]').getByRole('button', { name }).click();
    await press('Zoom in (+)');
    assert.ok(Math.abs((await zoom(page)).width - 50) < 0.1);
    await press('Zoom in (+)');
    assert.ok(Math.abs((await zoom(page)).width - 25) < 0.1);
    await press('Zoom out (−)');
    assert.ok(Math.abs((await zoom(page)).width - 50) < 0.1);
    await press('Reset');
    assert.deepEqual(await zoom(page), { start: 0, end: 100, width: 100 });
  }));

test('a drag across the strip chooses a stretch, a drag of the curve moves it', () =>
  withPage({}, async (page) => {
    await drawn(page);
    const box = await page.locator('[data-chart="timeline"] .plot').boundingBox();
    const drag = async (from, to, y) => {
      await page.mouse.move(box.x + box.width * from, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * (from + to) / 2, y, { steps: 4 });
      await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
      await page.mouse.up();
    };
    // The handle at the right end of the strip, to the middle.
    const end = await page.evaluate(() => window.c2fplReport.charts.timeline.getWidth() - 16);
    await drag(end / box.width, 0.5, box.y + box.height - 22);
    const chosenPart = await zoomAtRest(page);
    assert.ok(chosenPart.start < 1 && chosenPart.end > 35 && chosenPart.end < 65, JSON.stringify(chosenPart));
    await drag(0.7, 0.4, box.y + box.height * 0.35);
    const moved = await zoomAtRest(page);
    assert.ok(moved.start > chosenPart.start + 5, JSON.stringify(moved));
    assert.ok(Math.abs(moved.width - chosenPart.width) < 1, JSON.stringify(moved));
  }));

test('the wheel scrolls the page, and zooms once the plot has the focus', () =>
  withPage({}, async (page) => {
    await drawn(page);
    const over = async () => {
      const box = await page.locator('[data-chart="timeline"] .plot').boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.3);
    };
    await over();
    const before = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, -120);
    await page.waitForFunction((y) => scrollY < y, before);
    assert.equal((await zoom(page)).width, 100);
    await drawn(page);
    await page.locator('[data-chart="timeline"] .plot').focus();
    await over();
    const place = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, -120);
    await page.waitForFunction(() => window.c2fplReport.charts.timeline.getOption().dataZoom[0].end - window.c2fplReport.charts.timeline.getOption().dataZoom[0].start < 99);
    assert.equal(await page.evaluate(() => scrollY), place);
  }));

test('hovering tells frame and score', () =>
  withPage({}, async (page) => {
    await drawn(page);
    const box = await page.locator('[data-chart="timeline"] .plot').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.4);
    await page.locator('[data-chart="timeline"] .tip').waitFor();
    assert.match(await page.locator('[data-chart="timeline"] .tip').innerText(), /Frame[\s\S]*Score\s*0\.\d{4}/);
  }));

test('the search finds a video', () =>
  withPage({}, async (page) => {
    const { id, total } = await page.evaluate(() => ({ id: window.c2fplReport.data.videos.at(-1).id, total: window.c2fplReport.data.videos.length }));
    await page.getByLabel('Find a video').fill(id.toUpperCase());
    await page.waitForFunction((n) => document.getElementById('video-count').textContent.includes(`of ${n}`), total.toLocaleString('en-US'));
    const found = await page.locator('.video-list .name').allTextContents();
    assert.ok(found.length < total && found.includes(id), String(found));
    await page.locator('.video-list button').first().click();
    assert.equal(await chosen(page), found[0]);
    await page.getByLabel('Find a video').fill('no such video');
    await page.waitForFunction(() => document.getElementById('video-count').textContent.startsWith('0 of'));
    assert.equal(await page.locator('.video-list li').count(), 0);
  }));

test('detections are filtered by video and peak, and sorted by any column', () =>
  withPage({}, async (page) => {
    const { detections, videos } = await page.evaluate(() => window.c2fplReport.data);
    const count = () => page.locator('#detection-count').textContent();
    const least = detections[Math.floor(detections.length / 3)].peak;
    const stronger = detections.filter(({ peak }) => peak >= Number(least.toFixed(3))).length;
    await page.getByLabel('Least peak score').fill(least.toFixed(3));
    await page.waitForFunction((n) => document.getElementById('detection-count').textContent.startsWith(`${n} of`), stronger.toLocaleString('en-US'));
    await page.getByLabel('Least peak score').fill('');
    const name = videos[detections[0].video].id;
    await page.locator('#detection-video').fill(name);
    const own = detections.filter(({ video }) => videos[video].id.includes(name)).length;
    await page.waitForFunction((n) => document.getElementById('detection-count').textContent.startsWith(`${n} of`), own.toLocaleString('en-US'));
    await page.locator('#detection-video').fill('');
    await page.waitForFunction(() => !document.getElementById('detection-count').textContent.startsWith('0'), null);
    await page.locator('#detections th button[data-sort="start"]').click();
    const column = () => page.locator('#detections tbody tr td:nth-of-type(1)').allTextContents().then((cells) => cells.map((cell) => Number(cell.replaceAll(',', ''))));
    await page.waitForFunction((n) => document.querySelectorAll('#detections tbody tr').length === n, Math.min(50, detections.length));
    const starts = detections.map(({ start }) => start).sort((a, b) => a - b);
    assert.deepEqual(await column(), starts.slice(0, 50));
    assert.equal(await page.locator('#detections th[aria-sort]').getAttribute('aria-sort'), 'ascending');
    await page.locator('#detections th button[data-sort="start"]').click();
    assert.deepEqual(await column(), starts.reverse().slice(0, 50));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.sort), 'start', 'sorting by keyboard must keep the focus');
    if (detections.length > 50) {
      await page.getByRole('button', { name: 'Next page of detections' }).click();
      assert.deepEqual(await column(), starts.slice(50, 100));
    }
    assert.match(await count(), /detections?$/);
  }));

test('the filtered detections are saved as CSV', () =>
  withPage({}, async (page) => {
    const { detections, videos } = await page.evaluate(() => window.c2fplReport.data);
    const name = videos[detections[0].video].id;
    await page.locator('#detection-video').fill(name);
    await page.waitForFunction(() => document.getElementById('detection-count').textContent.includes(' of '));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#detection-csv').click()]);
    assert.equal(download.suggestedFilename(), 'detections.csv');
    const lines = readFileSync(await download.path(), 'utf8').replace('\ufeff', '').trim().split('\r\n');
    assert.equal(lines[0], 'video_id,start_frame,end_frame,start_seconds,end_seconds,peak_score,mean_score,model');
    assert.equal(lines.length - 1, detections.filter(({ video }) => videos[video].id.includes(name)).length);
    const [id, start, end] = lines[1].split(',');
    assert.deepEqual([id, Number(start), Number(end)], [name, detections[0].start, detections[0].end]);
  }));

test('the address names the video', async () => {
  let id;
  await withPage({}, async (page) => { id = await page.evaluate(() => window.c2fplReport.data.videos[1].id); });
  await withPage({ hash: `#video=${encodeURIComponent(id)}` }, async (page) => {
    assert.equal(await chosen(page), id);
    await page.waitForFunction(() => scrollY > 0 && window.c2fplReport.charts.timeline);
  });
  await withPage({ hash: '#video=%zz' }, async (page) => assert.notEqual(await chosen(page), null));
});

test('by keyboard alone: skip, sort, choose a video, zoom', () =>
  withPage({}, async (page) => {
    const focused = () => page.evaluate(() => {
      const { tagName, id, dataset, className, textContent } = document.activeElement;
      return { tagName, id, video: dataset.video, className, text: textContent };
    });
    const tabTo = async (wanted, most = 150) => {
      for (let i = 0; i < most; i++) {
        await page.keyboard.press('Tab');
        if (wanted(await focused())) {
          return;
        }
      }
      assert.fail(`${wanted} is not reached by Tab`);
    };
    await page.keyboard.press('Tab');
    assert.equal((await focused()).className, 'skip');
    assert.ok(await page.locator('.skip').isVisible());
    await tabTo(({ id }) => id === 'video-search');
    await tabTo(({ video }) => video !== undefined);
    assert.equal((await focused()).video, '0');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    assert.equal((await focused()).video, '1');
    await page.keyboard.press('Enter');
    const second = await page.evaluate(() => window.c2fplReport.data.videos[1].id);
    assert.equal(await chosen(page), second);
    assert.equal((await focused()).video, '1', 'choosing must not move the focus');
    await tabTo(({ text }) => text === '+');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    assert.ok(Math.abs((await zoom(page)).width - 25) < 0.1);
    await tabTo(({ className }) => className.includes('plot'));
    const before = await zoom(page);
    await page.keyboard.press('ArrowRight');
    assert.ok((await zoom(page)).start > before.start);
    await page.keyboard.press('-');
    assert.ok((await zoom(page)).width > before.width);
    await page.keyboard.press('0');
    assert.equal((await zoom(page)).width, 100);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', 'the focus must be seen');
  }));

test('a legend entry hides its curve, and a mark in the scatter is a video', () =>
  withPage({}, async (page) => {
    await drawn(page, 'roc');
    const entry = page.locator('[data-chart="roc"] .legend button').nth(1);
    const name = await page.evaluate(() => window.c2fplReport.data.curves.roc[1].name);
    await entry.click();
    assert.equal(await entry.getAttribute('aria-pressed'), 'false');
    assert.equal(await page.evaluate((curve) => window.c2fplReport.charts.roc.getOption().legend[0].selected[curve], name), false);
    // A change of colours must not bring it back.
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await page.evaluate((curve) => window.c2fplReport.charts.roc.getOption().legend[0].selected[curve], name), false);
    await drawn(page, 'scatter');
    const at = await page.evaluate(() => {
      const { charts, data } = window.c2fplReport;
      const { x, y } = data.scatter.points[0];
      const box = charts.scatter.getDom().getBoundingClientRect();
      const [left, top] = charts.scatter.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x[0], y[0]]);
      return [box.left + left, box.top + top];
    });
    await page.mouse.move(...at);
    await page.locator('[data-chart="scatter"] .tip').waitFor();
    const ids = await page.evaluate(() => window.c2fplReport.data.scatter.points.flatMap((group) => group.ids));
    assert.ok(ids.includes(await page.locator('[data-chart="scatter"] .tip strong').textContent()));
  }));

test('another training video is drawn when it is chosen', () =>
  withPage({}, async (page) => {
    await drawn(page, 'training');
    const count = await page.locator('#training-video option').count();
    await page.locator('#training-video').selectOption(String(count - 1));
    const { drawnTo, expected } = await page.evaluate(() => ({
      drawnTo: window.c2fplReport.charts.training.getOption().xAxis[0].max,
      expected: window.c2fplReport.data.training.at(-1).segments,
    }));
    assert.equal(drawnTo, expected);
    const numbers = await page.locator('[data-chart="training"] details tbody tr').count();
    assert.ok(numbers > 0 && numbers <= Math.min(60, expected), `${numbers} rows for ${expected} segments`);
  }));
