#!/usr/bin/env node
/** Takes pictures of dashboards: their queries against a real Prometheus, their panels by Grafana's own components. */

import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withBrowser } from './browser.mjs';
import { bundlePage } from './bundle.mjs';
import { serve } from './server.mjs';

const HELP = `usage: node pictures.mjs --prometheus URL [options] DASHBOARD.json...

  --prometheus URL   the Prometheus that answers the queries
  --out FOLDER       where the pictures go (build/pictures)
  --theme NAME       dark, light or both (dark)
  --from, --to TIME  the span of time, for example now-6h, now (the dashboard's own)
  --var NAME=VALUE   a variable's value; may be repeated; $__all is "All"
  --open-rows        draws the closed rows open
  --width PIXELS     of the window (1600)
  --scale NUMBER     device pixels per pixel (1)

Exits 1 when a panel could not be drawn. A panel without data is named, and is no error.
`;

const HERE = path.dirname(fileURLToPath(import.meta.url));

function options() {
  return parseArgs({
    allowPositionals: true,
    options: {
      prometheus: { type: 'string' },
      out: { type: 'string', default: path.join(HERE, 'build/pictures') },
      theme: { type: 'string', default: 'dark' },
      from: { type: 'string' },
      to: { type: 'string' },
      var: { type: 'string', multiple: true, default: [] },
      'open-rows': { type: 'boolean', default: false },
      width: { type: 'string', default: '1600' },
      scale: { type: 'string', default: '1' },
    },
  });
}

function addressOf(base, name, theme, values) {
  const parameters = new URLSearchParams({ dashboard: `/dashboards/${name}`, theme });
  for (const key of ['from', 'to']) {
    if (values[key]) {
      parameters.set(key, values[key]);
    }
  }
  if (values['open-rows']) {
    parameters.set('rows', 'open');
  }
  for (const pair of values.var) {
    const [variable, ...value] = pair.split('=');
    parameters.append(`var-${variable}`, value.join('='));
  }
  return `${base}/?${parameters}`;
}

/** Prints what the picture shows; returns how many panels failed. */
function tell(file, picture) {
  const panels = picture.panels.filter(Boolean);
  const failed = panels.filter((panel) => panel.state === 'error');
  const empty = panels.filter((panel) => panel.state === 'no data');
  console.log(`${file}: ${panels.length} panels, ${failed.length} failed, ${empty.length} without data`);
  for (const { title, type, error } of failed) {
    console.log(`  FAILED ${title} (${type}): ${error}`);
  }
  for (const { title, asked } of empty) {
    console.log(`  no data: ${title}`);
    asked.forEach(({ expr }) => console.log(`      ${expr.replace(/\s+/g, ' ')}`));
  }
  const others = [picture.error, ...picture.complaints].filter(Boolean);
  others.forEach((text) => console.log(`  FAILED ${text}`));
  return failed.length + others.length;
}

async function main() {
  const { values, positionals } = options();
  if (!values.prometheus || positionals.length === 0) {
    process.stderr.write(HELP);
    return 2;
  }
  const themes = values.theme === 'both' ? ['dark', 'light'] : [values.theme];
  const dashboards = Object.fromEntries(positionals.map((file) => [path.basename(file), path.resolve(file)]));
  await Promise.all(Object.values(dashboards).map((file) => readFile(file)));
  const folder = path.join(HERE, 'build/page');
  await bundlePage(folder);
  await mkdir(values.out, { recursive: true });
  const server = await serve(folder, dashboards, values.prometheus);
  let failures = 0;
  try {
    await withBrowser(async (photograph) => {
      for (const name of Object.keys(dashboards)) {
        for (const theme of themes) {
          const file = path.join(values.out, `${path.basename(name, '.json')}-${theme}.png`);
          const size = { width: Number(values.width), scale: Number(values.scale) };
          failures += tell(file, await photograph(addressOf(server.url, name, theme, values), file, size));
        }
      }
    });
  } finally {
    server.close();
  }
  return failures > 0 ? 1 : 0;
}

process.exitCode = await main();
