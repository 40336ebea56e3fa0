// Answers each request only when it is written down: a server that needs its disk.
const { appendFileSync, fsyncSync, openSync } = require('node:fs');
const { createServer } = require('node:http');

const log = openSync('/var/tmp/slow-server.log', 'a');
createServer((request, response) => {
  appendFileSync(log, `${Date.now()} ${request.url}\n`);
  fsyncSync(log);
  response.end('ok\n');
}).listen(8090);
