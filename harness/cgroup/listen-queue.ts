/**
 * How many connections wait to be accepted on a port, from /proc/net/tcp or tcp6: the rx_queue of the socket in state
 * LISTEN (0A). Source: proc_pid_net(5). Null if nothing listens on the port.
 */
export function parseListenQueue(text: string, port: number): number | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of text.split('\n')) {
    const [, local = '', , state, queues = ''] = line.trim().split(/\s+/);
    const queue = /^[0-9A-F]+:([0-9A-F]+)$/i.exec(queues)?.[1];
    if (state === '0A' && local.endsWith(`:${wanted}`) && queue !== undefined) return Number.parseInt(queue, 16);
  }
  return null;
}
