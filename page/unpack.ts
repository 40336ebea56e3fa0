import type { DrillData } from '../harness/report/html/model.js';

const unpacked = new Map<string, Promise<DrillData>>();

/** Reads the chart data of a drill from the page, only once for each drill. */
export function readDrill(id: string): Promise<DrillData> {
  const known = unpacked.get(id);
  if (known) return known;
  const data = unpack(document.getElementById(`${id}-data`)?.textContent ?? '');
  unpacked.set(id, data);
  return data;
}

async function unpack(packed: string): Promise<DrillData> {
  const bytes = Uint8Array.from(atob(packed.trim()), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(inflated).text()) as DrillData;
}
