import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderReport } from '../../src/core/report/page';
import { DARK, LIGHT, type Theme } from '../../src/core/report/theme';
import { reportFixture } from '../support/report-fixture';
import { chromiumPath, itWithChromium } from '../support/services';

const { buildReportRuntime } = jest.requireActual<{ buildReportRuntime(outfile: string): Promise<string> }>(
  resolve(__dirname, '../../scripts/build-report-runtime.js'),
);
const { ARGS } = jest.requireActual<{ ARGS: string[] }>(resolve(__dirname, '../../scripts/screenshot-report.js'));

interface Opened {
  readonly page: Page;
  /** Console messages, errors and requests that leave the file. */
  readonly noise: string[];
}

describe('the report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-report-'));
  const file = join(folder, 'report.html');
  const mixed = join(folder, 'mixture.html');
  let browser: Browser | undefined;
  let runtime = '';

  beforeAll(async () => {
    runtime = await readFile(await buildReportRuntime(join(folder, 'runtime.js')), 'utf8');
    await writeFile(file, renderReport(reportFixture(), runtime));
    await writeFile(mixed, renderReport(reportFixture('mixture'), runtime));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(
    width: number,
    colorScheme: 'light' | 'dark' = 'light',
    javaScriptEnabled = true,
    shown = file,
  ): Promise<Opened> {
    browser ??= await chromium.launch({ executablePath: chromiumPath(), args: ARGS });
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      offline: true,
      javaScriptEnabled,
    });
    const page = await context.newPage();
    const noise: string[] = [];
    page.on('console', (message) => noise.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
    page.on(
      'request',
      (request) => request.url() !== pathToFileURL(shown).href && noise.push(`request: ${request.url()}`),
    );
    await page.goto(pathToFileURL(shown).href);
    if (javaScriptEnabled) await page.waitForSelector('html[data-plots=drawn]', { timeout: 30_000 });
    return { page, noise };
  }

  /** Open the parts of all algorithms, and wait for their plots. */
  async function unfold(page: Page): Promise<void> {
    await page.evaluate("document.querySelectorAll('details.algorithm').forEach((part) => (part.open = true))");
    await page.locator('.canvas:not(:has(svg))').first().waitFor({ state: 'detached' });
  }

  it('bundles the same browser code twice, within its size target', async () => {
    expect(await readFile(await buildReportRuntime(join(folder, 'again.js')), 'utf8')).toBe(runtime);
    expect(Buffer.byteLength(runtime)).toBeLessThan(950_000);
    expect((await readFile(file)).length).toBeLessThan(1_500_000);
  });

  itWithChromium('opens offline, asks for nothing, complains of nothing and draws every plot', async () => {
    for (const appearance of ['light', 'dark'] as const) {
      const { page, noise } = await open(1400, appearance);
      await unfold(page);
      const plots = await page.locator('[data-plot]').count();
      expect(plots).toBe(44);
      const drawn = await page
        .locator('[data-plot]')
        .evaluateAll((all) => all.map((e) => e.querySelectorAll('svg path, svg text').length));
      for (const marks of drawn) expect(marks).toBeGreaterThan(8);
      expect(await page.locator('figure details.numbers table').count()).toBeGreaterThanOrEqual(plots);
      expect(noise).toEqual([]);
      await page.context().close();
    }
  });

  itWithChromium(
    'fits a phone and a desk: nothing is wider than the window, no plot wider than its place',
    async () => {
      for (const width of [390, 768, 1400]) {
        const { page } = await open(width);
        const inner = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        const spilling = await page
          .locator('.canvas')
          .evaluateAll(
            (all) =>
              all.filter((e) => (e.querySelector('svg')?.getBoundingClientRect().width ?? 0) > e.clientWidth + 1)
                .length,
          );
        expect({ width, inner, spilling }).toEqual({ width, inner: 0, spilling: 0 });
        await page.context().close();
      }
    },
  );

  itWithChromium(
    'cuts no text off in any plot, at a desk and on a phone, and draws those that are folded away when they are opened',
    async () => {
      for (const [width, shown] of [
        [400, file],
        [400, mixed],
        [1400, mixed],
      ] as const) {
        const { page, noise } = await open(width, 'light', true, shown);
        const folded = page.locator('details.algorithm:not([open]) .canvas');
        expect(await folded.locator('svg').count()).toBe(0);
        await unfold(page);
        const cut = await page.locator('.canvas').evaluateAll((all) =>
          all.flatMap((canvas) => {
            const box = canvas.querySelector('svg')!.getBoundingClientRect();
            return [...canvas.querySelectorAll('text:not([opacity="0"])')]
              .map((text) => ({
                text: text.textContent,
                own: text.getBoundingClientRect(),
                plot: canvas.getAttribute('data-plot'),
              }))
              .filter(
                ({ text, own }) =>
                  text?.endsWith('…') ||
                  own.left < box.left - 1 ||
                  own.right > box.right + 1 ||
                  own.top < box.top - 1 ||
                  own.bottom > box.bottom + 1,
              )
              .map(({ text, plot }) => `${plot}: ${text}`);
          }),
        );
        const inner = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect({ width, cut, noise, inner }).toEqual({ width, cut: [], noise: [], inner: 0 });
        await page.context().close();
      }
    },
  );

  itWithChromium('opens a table by keyboard alone', async () => {
    const { page } = await open(1400);
    const details = page.locator('figure details.numbers').first();
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.locator('tbody tr').first().isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('scroll');
    await page.context().close();
  });

  itWithChromium('brings one persona forward in every plot, and all again', async () => {
    const { page, noise } = await open(1400);
    const faint = () =>
      page
        .locator('[data-plot=pca-scatter] svg path')
        .evaluateAll((paths) => paths.filter((p) => p.getAttribute('opacity') === '0.05').length);
    expect(await faint()).toBe(0);
    const button = page.locator('[data-focus]').nth(1);
    await button.click();
    // All but the 477 of the 2,000 sampled customers that are "Loyal frequent buyers".
    expect(await faint()).toBe(2000 - Math.round((1034 / 4338) * 2000));
    expect(await page.locator('[aria-pressed=true]').count()).toBe(2);
    await button.click();
    expect(await faint()).toBe(0);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  itWithChromium('shows a tooltip as text', async () => {
    const { page } = await open(1400);
    await page
      .locator('[data-plot=scree] svg path[aria-roledescription], [data-plot=scree] .mark-rect path')
      .first()
      .hover();
    await expect(page.locator('#tip').innerText()).resolves.toMatch(/Component\s*1[^]*Explains/);
    await page.context().close();
  });

  itWithChromium(
    'changes its colours with the reader, and prints light, with the parts of all algorithms',
    async () => {
      const { page } = await open(1400, 'light');
      const bars = (theme: Theme) => page.locator(`[data-plot=scree] .mark-rect path[fill="${theme.accent}"]`).count();
      expect([await bars(LIGHT), await bars(DARK)]).toEqual([13, 0]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator(`[data-plot=scree] .mark-rect path[fill="${DARK.accent}"]`).first().waitFor();
      const closed = page.locator('details.algorithm:not([open])');
      expect(await closed.count()).toBe(3);
      await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
      expect([await bars(LIGHT), await bars(DARK)]).toEqual([13, 0]);
      expect(await closed.count()).toBe(0);
      expect(await page.locator('.canvas:not(:has(svg))').count()).toBe(0);
      await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
      expect([await bars(LIGHT), await bars(DARK)]).toEqual([0, 13]);
      expect(await closed.count()).toBe(3);
      await page.context().close();
    },
  );

  itWithChromium('gives all its tables and says so where there is no JavaScript', async () => {
    const { page } = await open(1400, 'light', false);
    expect(await page.locator('noscript').innerText()).toContain('every number in them is in the tables');
    expect(await page.locator('table').count()).toBeGreaterThan(30);
    await page.context().close();
  });
});
