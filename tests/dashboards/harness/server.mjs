/** Serves the bundled page, the dashboards, and Prometheus behind /prometheus/, on a free port of 127.0.0.1. */

import { createReadStream, existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** `dashboards` maps a name to a file; it is found under /dashboards/NAME. Returns { url, close }. */
export async function serve(folder, dashboards, prometheus) {
  const server = createServer((wanted, answer) => {
    const { pathname, search } = new URL(wanted.url, 'http://page');
    if (pathname.startsWith('/prometheus/')) {
      forward(new URL(prometheus.replace(/\/$/, '') + pathname.slice('/prometheus'.length) + search), answer);
    } else if (pathname.startsWith('/dashboards/')) {
      send(dashboards[decodeURIComponent(pathname.slice('/dashboards/'.length))], '.json', answer);
    } else {
      const file = path.join(folder, path.normalize(pathname === '/' ? '/index.html' : pathname));
      send(file.startsWith(folder) ? file : undefined, path.extname(file), answer);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function send(file, extension, answer) {
  if (!file || !existsSync(file)) {
    answer.writeHead(404).end();
    return;
  }
  answer.writeHead(200, { 'content-type': TYPES[extension] ?? 'application/octet-stream' });
  createReadStream(file).pipe(answer);
}

function forward(url, answer) {
  const upstream = request(url, (reply) => {
    answer.writeHead(reply.statusCode, { 'content-type': reply.headers['content-type'] ?? 'application/json' });
    reply.pipe(answer);
  });
  upstream.on('error', (error) => {
    const body = { status: 'error', errorType: 'unreachable', error: `${url.origin}: ${error.message}` };
    answer.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  upstream.end();
}
