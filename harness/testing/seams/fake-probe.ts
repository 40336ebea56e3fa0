import type { Probe } from '../../workload/probe.js';

/** A way of asking as somebody else would write one: by fetch(), which takes any answer for a full one. */
export const fakeProbe: Probe = {
  name: 'fake-fetch',
  async ask({ host, port, path }, signal) {
    const response = await fetch(`http://${host}:${port}${path}`, { signal });
    return { ok: (await response.text()) !== '', status: 299 };
  },
};
