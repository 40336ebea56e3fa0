import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on a UNIX socket in a folder of its own, which is gone when it is disposed. */
export interface UnixServer extends AsyncDisposable {
  readonly dir: string;
  readonly path: string;
}

/**
 * Listens on a UNIX socket, in a folder whose path is short enough for one (unix(7)). There is no RST to send as there is for TCP:
 * a server that closes a connection with something unread is what makes an ECONNRESET at the other end.
 *
 * @param name of the socket, such as `qmp.sock`
 * @param serve what becomes of each connection, which is not read before it is resumed
 */
export async function listenOnUnix(name: string, serve: (socket: Socket) => void): Promise<UnixServer> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-test-'));
  const path = join(dir, name);
  const open = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    dir,
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
