/** A headless Chromium that photographs dashboards. */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
const PATIENCE = 90_000;
const SETTLING = 600;

/** Runs `use(photograph)` with a browser that is gone afterwards. */
export async function withBrowser(use) {
  const executablePath = process.env.CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath) {
    throw new Error(`There is no Chromium in ${PLACES.join(', ')}; name one in CHROMIUM.`);
  }
  const profile = await mkdtemp(path.join(tmpdir(), 'dashboard-pictures-'));
  const browser = await puppeteer.launch({
    executablePath,
    userDataDir: profile,
    args: ['--no-sandbox', '--hide-scrollbars', '--disable-gpu', '--force-color-profile=srgb'],
  });
  try {
    return await use((address, file, size) => photograph(browser, address, file, size));
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Opens `address` in a window `width` wide and as high as the dashboard, and returns what the page tells of itself. */
async function photograph(browser, address, file, { width, scale }) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await page.setViewport({ width, height: 1000, deviceScaleFactor: scale });
    await page.goto(address, { timeout: PATIENCE });
    await page.waitForFunction(() => window.picture?.error || window.picture?.expected !== undefined, {
      timeout: PATIENCE,
    });
    const height = await page.evaluate(() => window.picture.height || 400);
    await page.setViewport({ width, height: Math.ceil(height), deviceScaleFactor: scale });
    await page.waitForFunction(settled, { timeout: PATIENCE });
    await page.waitForNetworkIdle({ idleTime: 300, timeout: PATIENCE });
    await new Promise((resolve) => setTimeout(resolve, SETTLING));
    await page.screenshot({ path: file });
    return { ...(await page.evaluate(() => window.picture)), complaints };
  } finally {
    await page.close();
  }
}

function settled() {
  const { error, expected, panels } = window.picture;
  return Boolean(error) || panels.filter(Boolean).length >= expected;
}
