import type { Probe } from '../../workload/probe.js';

/** A probe as a contributor would write one: with fetch(); any answer with a body counts. */
export const fakeProbe: Probe = {
  name: 'fake-fetch',
  async ask({ host, port, path }, signal) {
    const response = await fetch(`http://${host}:${port}${path}`, { signal });
    return { ok: (await response.text()) !== '', status: 299 };
  },
};
