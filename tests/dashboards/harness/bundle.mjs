/** The page that draws dashboards, bundled into a folder together with Grafana's icons. */

import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PROMETHEUS = path.join(HERE, 'node_modules/@grafana/prometheus/dist/esm');

/** Of @grafana/prometheus only what turns answers into frames and values into queries: its editors stay out. */
const prometheusParts = {
  name: 'prometheus-parts',
  setup(build) {
    build.onResolve({ filter: /^@grafana\/prometheus$/ }, () => ({
      path: path.join(HERE, 'source/grafana_prometheus.ts'),
    }));
    build.onResolve({ filter: /^@grafana\/prometheus\// }, ({ path: wanted }) => ({
      path: path.join(PROMETHEUS, `${wanted.slice('@grafana/prometheus/'.length)}.mjs`),
    }));
    build.onResolve({ filter: /^@grafana\/runtime$/ }, () => ({ path: path.join(HERE, 'source/grafana_runtime.ts') }));
    // The code editor is a third of the bundle, and no panel edits code.
    build.onResolve({ filter: /^(monaco-editor|@monaco-editor)/ }, () => ({ path: 'monaco', namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** How every piece is bundled: the page for the browser, the tests for Node. */
export const BUNDLING = {
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  jsx: 'automatic',
  loader: { '.woff': 'file', '.woff2': 'file' },
  logLevel: 'warning',
  plugins: [prometheusParts],
};

/** Writes index.html, page.js, page.css and the icons into `folder`. */
export async function bundlePage(folder) {
  await mkdir(folder, { recursive: true });
  await esbuild.build({
    ...BUNDLING,
    entryPoints: { page: path.join(HERE, 'source/page.tsx') },
    outdir: folder,
    format: 'esm',
    minify: true,
    splitting: true,
    target: 'es2022',
  });
  await writeFile(path.join(folder, 'index.html'), PAGE);
  await cp(path.join(HERE, 'node_modules/@grafana/ui/dist/public/img'), path.join(folder, 'public/build/img'), {
    recursive: true,
  });
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="stylesheet" href="/page.css">
<body><div id="page"></div><script type="module" src="/page.js"></script></body>
</html>
`;
