/* Light, dark, print, narrow screens, and screen readers. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { close, drawn, pageOf, reportHtml, withPage } from './pages.mjs';
import { syntheticData, withData } from './synthetic.mjs';

const screenshots = process.env.C2FPL_SCREENSHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const large = pageOf(withData(reportHtml, syntheticData({ videos: 300 })), 'large.html');

before(() => mkdirSync(screenshots, { recursive: true }));
after(close);

const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const CHARTS = ['timeline', 'roc', 'pr', 'training', 'scatter', 'null-model', 'loss'];

/** Draws and unfolds everything. */
async function unfolded(page) {
  for (const chart of CHARTS) {
    await drawn(page, chart);
  }
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
}

for (const colorScheme of ['light', 'dark']) {
  for (const [what, file] of [['the report', undefined], ['a report of hostile names', large]]) {
    test(`${what} has no serious hindrance in ${colorScheme}`, () =>
      withPage({ file, colorScheme }, async (page) => {
        await unfolded(page);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
        assert.deepEqual(serious.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`) })), []);
      }));
  }
}

test('the page and its drawings follow the colour scheme', () =>
  withPage({ colorScheme: 'light' }, async (page) => {
    await drawn(page);
    const line = () => page.evaluate(() => window.c2fplReport.charts.timeline.getOption().series[0].lineStyle.color);
    const light = [await background(page), await line()];
    await page.locator('[data-chart="timeline"]').getByRole('button', { name: 'Zoom in' }).click();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction((colour) => window.c2fplReport.charts.timeline.getOption().series[0].lineStyle.color !== colour, light[1]);
    assert.notEqual(await background(page), light[0]);
    const kept = await page.evaluate(() => window.c2fplReport.charts.timeline.getOption().dataZoom[0]);
    assert.ok(Math.abs(kept.end - kept.start - 50) < 0.1, 'a change of colours must not undo the zoom');
  }));

test('paper gets every drawing, in light colours and without controls', () =>
  withPage({ colorScheme: 'dark' }, async (page) => {
    await drawn(page);
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction((charts) => charts.every((chart) => window.c2fplReport.charts[chart]), CHARTS);
    for (const hidden of ['nav', '.picker', '.zoom', '.controls', '.pager']) {
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--text').trim()), '#1b1f24');
    assert.equal(await page.evaluate(() => window.c2fplReport.charts.timeline.getOption().series[0].lineStyle.color), '#0072b2');
    for (const chart of CHARTS) {
      const { plot, drawing } = await page.locator(`[data-chart="${chart}"] .plot`).evaluate((node) => ({ plot: node.clientWidth, drawing: node.querySelector('svg, canvas').getBoundingClientRect().width }));
      assert.ok(Math.abs(plot - drawing) <= 1 && plot <= 643, `${chart}: ${drawing} of ${plot} pixels`);
    }
    await page.emulateMedia({ media: 'screen' });
    await page.waitForFunction(() => window.c2fplReport.charts.timeline.getOption().series[0].lineStyle.color !== '#0072b2');
    assert.ok((await page.pdf({ format: 'A4' })).length > 20000);
  }));

for (const width of [320, 375, 768]) {
  test(`at ${width} pixels the page does not scroll sideways`, () =>
    withPage({ file: large, viewport: { width, height: 700 } }, async (page) => {
      await unfolded(page);
      const { page: across, wide } = await page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        wide: [...document.querySelectorAll('main *')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.scroll, .visually-hidden, .video-list .name')).map((node) => node.outerHTML.slice(0, 120)),
      }));
      assert.deepEqual(wide.slice(0, 5), []);
      assert.ok(across <= width, `${across} pixels`);
    }));
}

test('who wants less motion gets none', () =>
  withPage({ reducedMotion: 'reduce' }, async (page) => {
    await drawn(page);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
    assert.equal(await page.evaluate(() => window.c2fplReport.charts.timeline.getOption().animation), false);
  }));

test('screenshots', async () => {
  const shoot = (name, context, target, act = async () => {}) =>
    withPage(context, async (page) => {
      await act(page);
      await page.locator(target).evaluate((node) => node.scrollIntoView({ block: 'start', behavior: 'instant' }));
      await page.waitForTimeout(300);
      await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
    });
  const detection = async (page) => {
    await page.locator('#detections [data-detection]').nth(5).click();
    await drawn(page);
  };
  await shoot('report-detections', {}, '#detections');
  await shoot('report-timeline', {}, '#videos', detection);
  await shoot('report-dark', { colorScheme: 'dark' }, '#videos', detection);
  await shoot('report-curves', {}, '#curves', (page) => drawn(page, 'roc'));
  await shoot('report-narrow', { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 }, '#chart-timeline', detection);
});
