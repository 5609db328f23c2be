/* The figures of the page agree with the tables. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, drawn, withPage } from './pages.mjs';
import { grouped, metrics, rows } from './tables.mjs';

/** A quarter of a unit of the timelines' 16 bits more than rounding costs. */
const STEP = 0.75 / 65535;

let data;
before(() => withPage({}, async (page) => { data = await page.evaluate(() => window.c2fplReport.data); }));
after(close);

function near(actual, expected, tolerance, what) {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

test('detections are those of the table, the strongest first', async () => {
  const table = (await rows('detections')).map((row) => ({ ...row, start_frame: Number(row.start_frame), end_frame: Number(row.end_frame) }));
  table.sort((a, b) => b.peak_score - a.peak_score || (a.video_id < b.video_id ? -1 : a.video_id > b.video_id ? 1 : 0) || a.start_frame - b.start_frame);
  assert.equal(data.totals.detections, table.length);
  assert.ok(table.length > 0, 'the workspace has no detection');
  const listed = data.detections.map(({ video, start, end }) => [data.videos[video].id, start, end]);
  assert.deepEqual(listed, table.slice(0, listed.length).map((row) => [row.video_id, row.start_frame, row.end_frame]));
  data.detections.forEach((detection, i) => {
    near(detection.peak, table[i].peak_score, 1e-6, `peak of detection ${i}`);
    near(detection.mean, table[i].mean_score, 1e-6, `mean of detection ${i}`);
  });
  await withPage({}, async (page) => {
    assert.match(await page.locator('#detection-count').textContent(), new RegExp(`\\b${table.length.toLocaleString('en-US')} detections?`));
    const first = page.locator('#detections tbody tr').first();
    const cells = (await first.locator('td, th').allTextContents()).map((text) => text.trim());
    assert.deepEqual(cells.slice(0, 3), [table[0].video_id, table[0].start_frame.toLocaleString('en-US'), table[0].end_frame.toLocaleString('en-US')]);
    assert.ok(cells.includes(table[0].peak_score.toFixed(4)), `${cells} lacks the peak ${table[0].peak_score}`);
    assert.equal(await page.locator('#detections tbody tr').count(), Math.min(50, table.length));
  });
});

test('timelines are the scores of the segments', async () => {
  const scores = grouped(await rows('segment_scores'), 'video_id');
  assert.equal(data.totals.videos, scores.size);
  for (const video of data.videos) {
    const values = scores.get(video.id).sort((a, b) => a.segment_index - b.segment_index).map(({ score }) => score);
    assert.equal(video.segments, values.length, `segments of ${video.id}`);
    near(video.peak, Math.max(...values), 1e-6, `peak of ${video.id}`);
    near(video.mean, values.reduce((sum, value) => sum + value, 0) / values.length, 1e-6, `mean of ${video.id}`);
    const bytes = Buffer.from(video.high, 'base64');
    assert.equal(bytes.length / 2, Math.ceil(values.length / video.width), `buckets of ${video.id}`);
    for (let bucket = 0; bucket < bytes.length / 2; bucket++) {
      const highest = Math.max(...values.slice(bucket * video.width, (bucket + 1) * video.width));
      near(bytes.readUInt16LE(2 * bucket) / 65535, highest, STEP, `bucket ${bucket} of ${video.id}`);
    }
  }
});

test('the timeline draws the scores of the chosen video', async () => {
  const scores = grouped(await rows('segment_scores'), 'video_id');
  const { id, width, segments } = data.videos[Math.min(3, data.videos.length - 1)];
  await withPage({}, async (page) => {
    assert.equal(await page.evaluate((name) => window.c2fplReport.selectVideo(name), id), true);
    await drawn(page);
    const line = await page.evaluate(() => window.c2fplReport.charts.timeline.getOption().series.find(({ name }) => name === 'Score').data);
    const values = scores.get(id).sort((a, b) => a.segment_index - b.segment_index).map(({ score }) => score);
    // One point per bucket, and the end of the last one.
    assert.equal(line.length, Math.ceil(segments / width) + 1);
    line.slice(0, -1).forEach(([, value], bucket) => near(value, Math.max(...values.slice(bucket * width, (bucket + 1) * width)), STEP, `segment ${bucket}`));
    assert.match(await page.locator('.facts-line').textContent(), new RegExp(`peak ${Math.max(...values).toFixed(4)}`));
  });
});

test('accuracy is that of metrics.json', async () => {
  const expected = metrics();
  near(data.curves.roc[0].area, expected.frame_auc, 1e-6, 'frame AUC');
  near(data.curves.pr[0].area, expected.frame_ap, 1e-6, 'frame AP');
  near(data.curves.positives, expected.positives / expected.frames, 1e-6, 'share of anomalous frames');
  await withPage({}, async (page) => {
    const accuracy = await page.locator('#accuracy').textContent();
    for (const value of [expected.frame_auc, expected.frame_ap]) {
      assert.ok(accuracy.includes(value.toFixed(4)), `the table of accuracy lacks ${value}`);
    }
    await drawn(page, 'roc');
    assert.match(await page.locator('[data-chart="roc"] .legend').textContent(), new RegExp(`AUC ${expected.frame_auc.toFixed(3)}`));
    assert.match(await page.locator('[data-chart="pr"] .legend').textContent(), new RegExp(`AP ${expected.frame_ap.toFixed(3)}`));
  });
});

test('the area under the drawn ROC curve is the one written beside it', () => {
  // Thinning may cost a little, never more than the third decimal that is shown.
  const { x, y, area } = data.curves.roc[0];
  const drawnArea = x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]) * (y[i + 1] + y[i])) / 2, 0);
  near(drawnArea, area, 0.002, 'area');
});

test('the scatter has the coarse labels', async () => {
  const labels = await rows('coarse_labels');
  assert.equal(data.scatter.total, labels.length);
  assert.equal(data.scatter.points.reduce((sum, { ids }) => sum + ids.length, 0), data.scatter.shown);
  if (data.scatter.shown === labels.length) {
    const normal = data.scatter.points.find(({ name }) => name === 'normal');
    assert.deepEqual([...normal.ids].sort(), labels.filter(({ label }) => label === 0).map(({ video_id: id }) => id).sort());
  }
});

test('training videos have the p-values and labels of their segments', async () => {
  const fine = grouped(await rows('fine_labels'), 'video_id');
  assert.ok(data.training.length > 0);
  for (const video of data.training) {
    const segments = fine.get(video.id).sort((a, b) => a.segment_index - b.segment_index);
    assert.equal(video.segments, segments.length);
    if ((video.width ?? 1) === 1) {
      segments.forEach(({ norm }, i) => near(video.norms[i], norm, 1e-4 * norm, `norm ${i} of ${video.id}`));
      const labelled = segments.map((_, i) => (video.labels.some(([from, to]) => from <= i && i < to) ? 1 : 0));
      assert.deepEqual(labelled, segments.map(({ label }) => label), `labels of ${video.id}`);
    }
  }
});
