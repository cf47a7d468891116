/** Bundles every test beside it that is TypeScript, and hands them all to Node's test runner. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { BUNDLING } from '../bundle.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'dashboard-tests-'));
try {
  const tests = readdirSync(HERE).filter((name) => name.endsWith('.test.ts'));
  const ready = readdirSync(HERE).filter((name) => name.endsWith('.test.mjs'));
  await esbuild.build({
    ...BUNDLING,
    entryPoints: tests.map((name) => path.join(HERE, name)),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    platform: 'node',
  });
  const built = tests.map((name) => path.join(folder, name.replace('.ts', '.cjs')));
  built.push(...ready.map((name) => path.join(HERE, name)));
  process.exitCode = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
