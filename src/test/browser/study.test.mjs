/* The pages of studies: every figure is that of results.csv, and the page is used like the report. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, test } from 'node:test';
import { close, drawn, pageOf, withPage } from './pages.mjs';
import { HOSTILE_NAMES, withData } from './synthetic.mjs';

after(close);

const screenshots = process.env.C2FPL_SCREENSHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const list = path.join(process.env.C2FPL_STUDIES, 'index.html');
const pageOfStudy = (study) => path.join(process.env.C2FPL_STUDIES, study, 'index.html');
const METRICS = { frame_auc: 'Frame AUC', frame_ap: 'Frame AP', coarse_accuracy: 'Coarse accuracy', fine_precision: 'Fine precision', fine_recall: 'Fine recall', wall_seconds: 'Time a run' };

/** The rows of a study's results.csv, read without the program. */
function results(study) {
  const [head, ...rows] = readFileSync(path.join(process.env.C2FPL_RESULTS, `${study}.csv`), 'utf8').trim().split('\n')
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  return rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i]])));
}

/** Values by variant, in the order of the file. */
function byVariant(study, column) {
  const values = new Map();
  for (const row of results(study)) {
    values.set(row.variant, [...(values.get(row.variant) ?? []), Number(row[column])]);
  }
  return values;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const same = (found, wanted, what) => assert.ok(Math.abs(found - wanted) < 1e-9, `${what}: ${found} is not ${wanted}`);

/** The data of a chart's series and the names of its axes. */
const shown = (page, chart = 'study') =>
  page.evaluate((name) => {
    const { series, xAxis, yAxis, legend } = window.c2fplReport.charts[name].getOption();
    return { series: Object.fromEntries(series.map((each) => [each.name, each.data])), x: xAxis[0].name, y: yAxis[0].name, off: Object.keys(legend?.[0]?.selected ?? {}).filter((key) => !legend[0].selected[key]) };
  }, chart);

test('a study of η is a curve, and each button shows its figure of results.csv', () =>
  withPage({ file: pageOfStudy('eta') }, async (page) => {
    await drawn(page, 'study');
    for (const [column, name] of Object.entries(METRICS)) {
      await page.locator(`[data-metric="${column}"]`).click();
      const unit = column === 'wall_seconds' ? 1 : 100;
      const { series, x, y } = await shown(page);
      assert.equal(x, 'eta');
      assert.equal(y, `${name}, ${unit === 100 ? '%' : 's'}`);
      const values = byVariant('eta', column);
      assert.deepEqual(series[name].map(([eta]) => eta), [0.5, 1, 1.5]);
      [...values.values()].forEach((runs, i) => {
        same(series[name][i][1], unit * mean(runs), name);
        runs.forEach((run, seed) => same(series[`${name}: seeds`][3 * i + seed][1], unit * run, `${name}, seed ${seed}`));
      });
      const table = await page.locator('#chart-study tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
      assert.deepEqual(table.map(([, , , seeds]) => seeds), [...values.values()].map((runs) => runs.map((run) => (unit === 100 ? (100 * run).toFixed(2) : `${run.toFixed(1)} s`)).join(', ')));
    }
    assert.equal((await shown(page)).series['The paper'], undefined, 'the paper gives no times');
  }));

test('intervals are those of Student\'s t', () =>
  withPage({ file: pageOfStudy('eta') }, async (page) => {
    await drawn(page, 'study');
    const { series } = await shown(page);
    [...byVariant('eta', 'frame_auc').values()].forEach((runs, i) => {
      const deviation = Math.sqrt(runs.reduce((sum, run) => sum + (run - mean(runs)) ** 2, 0) / 2);
      // The quantile of two degrees of freedom.
      const half = (4.302652729911275 * deviation) / Math.sqrt(3);
      const [low, high] = series['Frame AUC: interval'][i];
      assert.ok(Math.abs(low - 100 * (mean(runs) - half)) < 1e-6 && Math.abs(high - 100 * (mean(runs) + half)) < 1e-6, `${low} to ${high}`);
    });
    const labels = await shown(page, 'labels').catch(() => null) ?? (await drawn(page, 'labels'), await shown(page, 'labels'));
    assert.deepEqual(labels.series['Coarse accuracy: interval'], [], 'all seeds have the same labels');
  }));

test('an ablation has a row a variant, with the paper\'s figures and the yardsticks', () =>
  withPage({ file: pageOfStudy('table3') }, async (page) => {
    await drawn(page, 'study');
    const { series, off } = await shown(page);
    const values = [...byVariant('table3', 'frame_auc').values()];
    assert.deepEqual(series['Frame AUC'].map(([, row]) => row), values.map((_, row) => row));
    values.forEach((runs, row) => same(series['Frame AUC'][row][0], 100 * mean(runs), `row ${row}`));
    assert.deepEqual(series['The paper'].map(([auc]) => auc), [80.65, 85.5, 69.4, 64.1, 72.7, 38.7, 57]);
    same(series['Yardstick norm'][0][0], 100 * JSON.parse(results('table3')[0].yardsticks).norm, 'norm');
    assert.deepEqual(off, ['Yardstick length'], 'what would squeeze the rest is off at first');
    const names = await page.locator('[data-chart="study"] svg text').allTextContents();
    assert.ok(names.join(' ').includes('coarse labels on all segments'), names.join(' '));
    const box = await page.locator('[data-chart="study"] .plot').boundingBox();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 40);
    await page.locator('.tip').waitFor();
    const tip = await page.locator('.tip').innerText();
    assert.ok(tip.startsWith('C2FPL') && tip.includes((100 * mean(values[0])).toFixed(2)) && tip.includes('80.65'), tip);
  }));

test('keys choose the figure, and what is hidden stays hidden', () =>
  withPage({ file: pageOfStudy('table3') }, async (page) => {
    await drawn(page, 'study');
    await page.getByRole('button', { name: 'Yardstick norm' }).click();
    await page.locator('[data-metric="frame_auc"]').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.metric), 'frame_ap');
    assert.equal(await page.locator('[data-metric][aria-pressed="true"]').textContent(), 'Frame AP');
    assert.equal((await shown(page)).x, 'Frame AP, %');
    assert.equal(await page.locator('#announcement').textContent(), 'Frame AP is shown');
    assert.equal(await page.getByRole('button', { name: 'Yardstick norm' }).isVisible(), false, 'yardsticks are of the AUC');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    assert.deepEqual((await shown(page)).off, ['Yardstick length', 'Yardstick norm']);
  }));

/** The page of table3 with malicious names of variants, one of them failed and one not run. */
const hostile = (() => {
  const html = readFileSync(pageOfStudy('table3'), 'utf8');
  const data = JSON.parse(html.match(/id="report-data">(.*?)<\/script>/)[1]);
  HOSTILE_NAMES.slice(0, data.variants.length).forEach((name, i) => Object.assign(data.variants[i], { name, paperOn: name }));
  Object.assign(data.variants[1], { estimates: {}, runs: data.variants[1].runs.map((run) => ({ ...run, figures: {}, failure: 'failed: <b>alas</b>' })) });
  Object.assign(data.variants[2], { estimates: {}, runs: [] });
  return { rows: pageOf(withData(html, data), 'rows.html'), curve: pageOf(withData(html, { ...data, option: '<b>eta</b>', variants: data.variants.map((variant, i) => ({ ...variant, value: i / 2 })) }), 'curve.html') };
})();

for (const [shape, file] of Object.entries(hostile)) {
  test(`hostile names stay text and failures are told: ${shape}`, () =>
    withPage({ file }, async (page) => {
      await drawn(page, 'study');
      await drawn(page, 'labels');
      const texts = (await page.locator('[data-chart="study"] svg text').allTextContents()).join(' ').replace(/\s+/g, ' ');
      assert.ok(texts.includes('failed') && texts.includes('not run'), texts);
      const box = await page.locator('[data-chart="study"] .plot').evaluate((plot) => {
        plot.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = plot.getBoundingClientRect();
        return { x, y, width, height };
      });
      for (const share of [0.15, 0.3, 0.5, 0.7]) {
        await page.mouse.move(box.x + box.width * (0.4 + share / 2), box.y + box.height * share);
        await page.waitForTimeout(50);
      }
      await page.locator('[data-metric="fine_recall"]').click();
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      assert.equal(await page.locator('body img, body iframe, .plot b, body [onerror]').count(), 0);
    }));
}

test('the list of studies has no script and leads to each page', () =>
  withPage({ file: list }, async (page) => {
    assert.equal(await page.locator('script').count(), 0);
    const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.href));
    assert.equal(links.length, 9);
    links.forEach((link) => readFileSync(new URL(link)));
  }));

test('without the script the tables tell all', () =>
  withPage({ file: pageOfStudy('table3'), javaScriptEnabled: false }, async (page) => {
    const cells = await page.locator('#runs tbody tr').first().locator('td').allTextContents();
    const [first] = results('table3');
    assert.deepEqual(cells.slice(0, 3), [first.variant, first.seed, Number(first.frame_auc).toFixed(4)]);
    assert.ok(await page.locator('#figures').isVisible());
  }));

for (const [colorScheme, files] of [['light', [hostile.rows, hostile.curve, list]], ['dark', [hostile.curve]]]) {
  test(`studies have no serious hindrance in ${colorScheme}`, async () => {
    for (const file of files) {
      await withPage({ file, colorScheme }, async (page) => {
        if (file !== list) {
          await drawn(page, 'study');
          await drawn(page, 'labels');
        }
        await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]), []);
      });
    }
  });
}

test('the drawing follows the colour scheme, and paper is light and without buttons', () =>
  withPage({ file: pageOfStudy('eta'), colorScheme: 'dark' }, async (page) => {
    await drawn(page, 'study');
    const colour = () => page.evaluate(() => window.c2fplReport.charts.study.getOption().series.find(({ name }) => name === 'Frame AUC')?.lineStyle.color);
    assert.equal(await colour(), '#56b4e9');
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction(() => window.c2fplReport.charts.study.getOption().series.some(({ name, lineStyle }) => name === 'Frame AUC' && lineStyle.color === '#0072b2') && window.c2fplReport.charts.labels);
    assert.equal(await page.locator('.choice').isVisible(), false);
    for (const chart of ['study', 'labels']) {
      const { plot, drawing } = await page.locator(`[data-chart="${chart}"] .plot`).evaluate((node) => ({ plot: node.clientWidth, drawing: node.querySelector('svg').getBoundingClientRect().width }));
      assert.ok(Math.abs(plot - drawing) <= 1 && plot <= 643, `${chart}: ${drawing} of ${plot} pixels`);
    }
  }));

test('at 320 pixels studies do not scroll sideways', async () => {
  for (const file of [hostile.rows, hostile.curve, list]) {
    await withPage({ file, viewport: { width: 320, height: 700 } }, async (page) => {
      if (file !== list) {
        await drawn(page, 'study');
        await drawn(page, 'labels');
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320);
    });
  }
});

test('screenshots of studies', async () => {
  mkdirSync(screenshots, { recursive: true });
  for (const [study, height] of [['eta', 880], ['table3', 780]]) {
    await withPage({ file: pageOfStudy(study), viewport: { width: 1280, height } }, async (page) => {
      await drawn(page, 'study');
      await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
      await page.waitForTimeout(300);
      await page.screenshot({ path: path.join(screenshots, `study-${study}.png`) });
    });
  }
});
