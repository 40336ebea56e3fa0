// Answers each request only when it is written down: a server that needs its disk.
// In place, and without a change of size: a wait for the file system's journal is none for the disk in PSI's eyes.
const { fdatasyncSync, openSync, writeSync } = require('node:fs');
const { createServer } = require('node:http');

const page = Buffer.alloc(4096, '.');
const file = openSync('/var/tmp/slow-server.data', 'w');
writeSync(file, page, 0, page.length, 0);
createServer((_, response) => {
  writeSync(file, page, 0, page.length, 0);
  fdatasyncSync(file);
  response.end('ok\n');
}).listen(8090);
