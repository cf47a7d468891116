/** The whole way, in a real browser: each fault of a dashboard is in its panel and in what is printed, and ends with 1. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HARNESS = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Answers as Prometheus does: one series to every query but "nothing", and an error to "refused". */
async function prometheus() {
  const server = createServer((request, answer) => {
    const wanted = new URL(request.url, 'http://prometheus');
    const query = wanted.searchParams.get('query');
    const metric = { __name__: 'up', host: 'web-01' };
    const now = Number(wanted.searchParams.get('end') ?? wanted.searchParams.get('time'));
    const series = wanted.pathname.endsWith('query_range')
      ? {
          resultType: 'matrix',
          result: [
            {
              metric,
              values: [
                [now - 15, '1'],
                [now, '1'],
              ],
            },
          ],
        }
      : { resultType: 'vector', result: [{ metric, value: [now, '1'] }] };
    const data = query === 'nothing' ? { ...series, result: [] } : series;
    const refused = { status: 'error', errorType: 'bad_data', error: 'not understood' };
    answer.end(JSON.stringify(query === 'refused' ? refused : { status: 'success', data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function take(folder, port) {
  const arguments_ = ['pictures.mjs', '--prometheus', `http://127.0.0.1:${port}`, '--out', folder, 'test/faults.json'];
  return new Promise((resolve) => {
    execFile(process.execPath, arguments_, { cwd: HARNESS }, (error, stdout) =>
      resolve({ code: error?.code ?? 0, stdout }),
    );
  });
}

test('every fault is told, and what is without fault is drawn', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dashboard-faults-'));
  const server = await prometheus();
  try {
    const { code, stdout } = await take(folder, server.address().port);
    assert.equal(code, 1);
    assert.match(stdout, /8 panels, 6 failed, 1 without data/);
    assert.match(stdout, /FAILED Syntax .*not understood/);
    assert.match(stdout, /FAILED Variable .*nobody/);
    assert.match(stdout, /FAILED Transformation .*rowsToFields/);
    assert.match(stdout, /FAILED Override .*colour/);
    assert.match(stdout, /FAILED Instant .*both a time and a number/);
    assert.match(stdout, /FAILED Type .*not published on npm/);
    assert.match(stdout, /no data: Empty\n +nothing/);
    const picture = await readFile(path.join(folder, 'faults-dark.png'));
    assert.equal(picture.toString('latin1', 1, 4), 'PNG');
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
