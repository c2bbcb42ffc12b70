'use strict';

const { chromium } = require('playwright-core');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const USAGE = `node scripts/screenshot-report.js REPORT.html OUT.png [--width 1400] [--height 0] [--dark] [--scale 1] [--selector CSS]

Pictures of a report, as a reader sees it. Height 0 is the whole page; --selector takes one part of it.
Needs Chromium: DRAMATIS_CHROMIUM, or /usr/bin/chromium.`;

function options(argv) {
  const given = { width: 1400, height: 0, scale: 1, dark: false, selector: '', files: [] };
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].replace(/^--/, '');
    if (argv[i] === '--dark') given.dark = true;
    else if (argv[i] === '--selector') given.selector = argv[++i];
    else if (argv[i].startsWith('--') && name in given) given[name] = Number(argv[++i]);
    else given.files.push(argv[i]);
  }
  return given;
}

/** Open a report, wait until every plot is drawn, and write a PNG. */
async function screenshotReport(file, out, { width = 1400, height = 0, scale = 1, dark = false, selector = '' } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.DRAMATIS_CHROMIUM ?? '/usr/bin/chromium',
    args: ARGS,
  });
  try {
    const page = await browser.newPage({
      viewport: { width, height: height || 900 },
      deviceScaleFactor: scale,
      colorScheme: dark ? 'dark' : 'light',
    });
    await page.goto(pathToFileURL(path.resolve(file)).href);
    await page.waitForSelector('html[data-plots=drawn]', { timeout: 60_000 });
    if (selector) await page.locator(selector).first().screenshot({ path: out });
    else await page.screenshot({ path: out, fullPage: height === 0 });
  } finally {
    await browser.close();
  }
}

module.exports = { ARGS, screenshotReport };

if (require.main === module) {
  const { files, ...rest } = options(process.argv.slice(2));
  if (files.length !== 2) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
  } else {
    screenshotReport(files[0], files[1], rest).catch((error) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
  }
}
