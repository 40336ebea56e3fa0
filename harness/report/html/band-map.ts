import type { StoredMap } from '../../contract/band-map.js';
import { isOfKind, readStored, STORED_MAP, STORED_SWEEP } from '../../contract/stored.js';
import { formatBytes, MIB } from '../../core/bytes.js';
import { messageOf, usageError } from '../../core/errors.js';
import { parseJson } from '../../core/json.js';
import type { Zone } from '../../verdict/zones.js';
import { formatGap } from '../words.js';
import { html, type Markup } from './markup.js';

/**
 * Reads what `oomdrill map --json` wrote: one map, or those of a sweep.
 *
 * @param name of the file, for errors
 * @throws OomdrillError `MAP_INVALID`, `FORMAT_NEWER`
 */
export function parseBandMaps(text: string, name: string): StoredMap[] {
  const { value, fault } = parseJson(text);
  if (fault) throw usageError('MAP_INVALID', `${name} is not JSON: ${messageOf(fault)}.`, undefined, fault);
  if (!isOfKind(value, STORED_SWEEP)) return [readStored(value, STORED_MAP, name)];
  return readStored(value, STORED_SWEEP, name).rows.flatMap(({ map }) => map ?? []);
}

const KEY: readonly { readonly zone: Zone; readonly label: string }[] = [
  { zone: 'healthy', label: 'the server is healthy' },
  { zone: 'harmed', label: 'the server is harmed, and nothing is killed' },
  { zone: 'killed', label: 'the hog is killed' },
];

/**
 * Renders a map as a picture: all sizes up to the limit, the sizes around the band enlarged, and a table of all drills.
 */
export function renderBandMapSection(map: StoredMap, index: number): Markup {
  const { bundle, scale, limits, points } = map;
  const sorted = points.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  return html`<figure class="map" id="map-${index + 1}">
<figcaption>
<h3>${bundle}</h3>
<p class="sentence">${describeStoredMap(map)}</p>
<p class="dim">MemoryHigh=${formatBytes(limits.high ?? Number.POSITIVE_INFINITY)} MemoryMax=${formatBytes(limits.max)}, scale 1/${scale}; sizes of a settled hog, its own memory alone.</p>
</figcaption>
${renderPicture(map, { from: 0, to: Math.max(limits.max, map.band.to) }, `m${index}w`, 'all sizes up to MemoryMax')}
${renderPicture(map, computeEnlargedRange(map), `m${index}e`, 'enlarged around the band')}
<ul class="key">${KEY.map(
    ({ zone, label }) =>
      html`<li><svg class="symbol" width="18" height="18" aria-hidden="true"><svg x="9" y="9" overflow="visible">${renderSymbol(zone)}</svg></svg> ${label}</li>`,
  )}</ul>
<details><summary>The ${points.length} sizes that were drilled</summary>
<div class="scroll" role="group" aria-label="Sizes of the map of ${bundle}" tabindex="0"><table><thead><tr><th scope="col">hog size</th><th scope="col">zone</th><th scope="col">outcome</th><th scope="col">longest gap</th></tr></thead>
<tbody>${sorted.map(
    ({ sizeBytes, zone, run }) =>
      html`<tr><td>${formatMib(sizeBytes)}</td><td>${zone}</td><td>${run.outcome ?? 'no outcome'}</td><td>${formatGap(run.evidence)}</td></tr>`,
  )}</tbody></table></div></details>
</figure>`;
}

function describeStoredMap({ band, precision, scale, unfinished }: StoredMap): string {
  if (unfinished) return 'The map is not finished: each edge lies somewhere between the sizes that were drilled.';
  if (band.harmed === null)
    return `No size was found at which the hog harms the server and is not killed: if there is such a band, it is narrower than ${formatMib(2 * precision)}.`;
  const width = band.to - band.from;
  return `A settled hog of ${formatMib(band.from)} to ${formatMib(band.to)} harms the server and is not killed: a band of ${formatMib(width)} in the guest, ${formatBytes(width * scale)} on the real host if it grows with the scale.`;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The band with its own width on both sides, and at least the next sizes that were drilled. */
function computeEnlargedRange({ band, points, limits }: StoredMap): Range {
  const below = points.map(({ sizeBytes }) => sizeBytes).filter((sizeBytes) => sizeBytes < band.from);
  const above = points.map(({ sizeBytes }) => sizeBytes).filter((sizeBytes) => sizeBytes > band.to);
  const width = band.to - band.from;
  return {
    from: Math.max(0, Math.min(band.from - width, Math.max(...below, 0) - width / 4)),
    to: Math.min(Math.max(limits.max, band.to), Math.max(band.to + width, Math.min(...above, limits.max) + width / 4)),
  };
}

/** Positions are percent of the width, so that letters have the same size on every screen. */
function renderPicture(map: StoredMap, range: Range, id: string, title: string): Markup {
  const { band, limits, points } = map;
  const at = (bytes: number) =>
    Number(Math.min(100, Math.max(0, ((bytes - range.from) / (range.to - range.from)) * 100)).toFixed(2));
  const zones: (Range & { zone: Zone })[] = [{ zone: 'healthy', from: range.from, to: band.from }];
  // In an unfinished map only the sizes that were seen harmed are drawn as harmed.
  const harmed = map.unfinished ? band.harmed : band;
  if (harmed) zones.push({ zone: 'harmed', from: harmed.from, to: harmed.to });
  zones.push({ zone: 'killed', from: band.to, to: range.to });
  const inRange = (bytes: number) => bytes >= range.from && bytes <= range.to;
  const edge = (bytes: number, anchor: string, y: number) =>
    html`<text x="${at(bytes)}%" y="${y}" text-anchor="${anchor}">${formatMib(bytes)}</text>`;
  const { high } = limits;
  return html`<svg class="band" width="100%" height="96" role="img" aria-label="${title}: healthy up to ${formatMib(band.from)}, killed from ${formatMib(band.to)}">
<defs><pattern id="${id}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="zone-harmed"/><rect width="3" height="8" class="hatch"/></pattern></defs>
<text x="0" y="12" class="dim">${title}</text>
${zones.map(
  ({ zone, from, to }) =>
    html`<rect x="${at(from)}%" y="24" width="${Number((at(to) - at(from)).toFixed(2))}%" height="34" class="zone-${zone}" ${zone === 'harmed' ? html`fill="url(#${id})"` : null}/>`,
)}
${high !== null && inRange(high) ? html`<line class="limit" x1="${at(high)}%" x2="${at(high)}%" y1="18" y2="64"/><text x="${at(high)}%" y="20" text-anchor="middle">High</text>` : null}
${points
  .filter(({ sizeBytes }) => inRange(sizeBytes))
  .map(
    ({ sizeBytes, zone, run }) =>
      html`<svg x="${at(sizeBytes)}%" y="41" overflow="visible">${renderSymbol(zone)}<title>${formatMib(sizeBytes)}: ${zone}, ${run.outcome ?? 'no outcome'}, longest gap ${formatGap(run.evidence)}</title></svg>`,
  )}
${edge(range.from, 'start', 90)}${edge(range.to, 'end', 90)}
${edge(band.from, at(band.from) > 50 ? 'end' : 'start', 74)}${at(band.to) - at(band.from) > 18 ? edge(band.to, 'start', 74) : null}
</svg>`;
}

/** The symbol of a zone, around the origin: zones differ by shape, not only by colour. */
function renderSymbol(zone: Zone): Markup {
  if (zone === 'healthy') return html`<circle r="5" class="mark"/>`;
  if (zone === 'harmed') return html`<path d="M0-6 6 5H-6Z" class="mark"/>`;
  return html`<path d="M-5-5 5 5M5-5-5 5" class="mark cross"/>`;
}

const formatMib = (bytes: number): string => `${Math.round(bytes / MIB)}M`;
