/*
 * Watched pages: anything that a report must never do (send requests, log errors, run foreign scripts, open
 * dialogs) fails the test that uses the page.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

export const workspace = process.env.C2FPL_WORKSPACE;
export const reportFile = path.join(workspace, 'report', 'index.html');
export const reportHtml = readFileSync(reportFile, 'utf8');

const scratch = mkdtempSync(path.join(tmpdir(), 'c2fpl-report-'));
let browser = null;

/** Call in `after`. */
export async function close() {
  await browser?.close();
  rmSync(scratch, { recursive: true, force: true });
}

/** Writes a page into a temporary folder. */
export function pageOf(html, name) {
  const file = path.join(scratch, name);
  writeFileSync(file, html);
  return file;
}

/**
 * Opens a page from disk, uses it, and asserts that it followed the rules.
 *
 * @param {Object} how
 * @param {string} [how.file] the page; the workspace's report by default
 * @param {string} [how.hash] of the address, with its #
 * @param {boolean} [how.violations] whether the page is meant to break its own policy
 * @param {function(import('playwright-core').Page): Promise<void>} use the rest of `how` goes to the browser's context
 */
export async function withPage({ file = reportFile, hash = '', violations = false, ...context }, use) {
  // --no-sandbox: the tests run as root in containers, and the pages are our own.
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const opened = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context });
  const page = await opened.newPage();
  const problems = [];
  const asked = [];
  page.on('request', (request) => {
    const own = decodeURI(request.url()).split('#')[0] === decodeURI(pathToFileURL(file).href);
    if (!own && !/^(data|blob):/.test(request.url())) {
      asked.push(request);
    }
  });
  page.on('websocket', (socket) => problems.push(`request: ${socket.url()}`));
  page.on('popup', (popup) => problems.push(`window: ${popup.url()}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  try {
    await page.goto(pathToFileURL(file).href + hash);
    await use(page);
    const broken = context.javaScriptEnabled === false ? [] : await page.evaluate(() => window.violations);
    if (violations) {
      assert.ok(broken.length > 0, 'the policy has stopped nothing');
      assert.deepEqual(problems.filter((problem) => !problem.startsWith('console:')), []);
      assert.deepEqual(asked.filter((request) => request.failure()?.errorText !== 'csp').map((request) => request.url()), []);
    } else {
      assert.deepEqual([...problems, ...broken, ...asked.map((request) => `request: ${request.url()}`)], []);
    }
  } finally {
    await opened.close();
  }
}

/** The visible part of a chart's x axis, in percent. */
export function zoom(page, chart = 'timeline') {
  return page.evaluate((name) => {
    const { start, end } = window.c2fplReport.charts[name].getOption().dataZoom[0];
    return { start, end, width: end - start };
  }, chart);
}

/** The visible part once it is stable: ECharts follows a drag in steps. */
export async function zoomAtRest(page, chart = 'timeline') {
  let last = null;
  for (;;) {
    const now = await zoom(page, chart);
    if (last !== null && now.start === last.start && now.end === last.end) {
      return now;
    }
    last = now;
    await page.waitForTimeout(250);
  }
}

/** Scrolls a chart into view and waits until it is drawn. */
export async function drawn(page, chart = 'timeline') {
  await page.locator(`[data-chart="${chart}"] .plot`).evaluate((plot) => plot.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await page.waitForFunction((name) => window.c2fplReport.charts[name] !== undefined, chart);
  await page.locator(`[data-chart="${chart}"] .plot :is(svg, canvas)`).first().waitFor();
}
