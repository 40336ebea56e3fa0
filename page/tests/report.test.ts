import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import { startChromium } from '../../harness/browser/chromium.js';
import { takePicture } from '../../harness/browser/picture.js';
import { MIB } from '../../harness/core/bytes.js';
import { parseBandMaps } from '../../harness/report/html/band-map.js';
import { prepareDrill } from '../../harness/report/html/drill.js';
import { renderPage } from '../../harness/report/html/page.js';
import { readPageAssets } from '../../harness/report/html/page-assets.js';
import { cgroupSample, compose, HOG_PID, hogProgress, silentBetween, TIMES } from '../../harness/testing/record.js';
import { summarizeRecord } from '../../harness/verdict/summarize.js';

/** The report in a real browser: its content, its keyboard control, its accessibility, and that it sends no request. */
const HOSTILE =
  '</script><script>document.title="owned"</script><img src="http://example.invalid/x" onerror="document.title=\'owned\'">';

const killedAt = TIMES.hold + 5_000;
const control = compose({
  control: true,
  expect: { outcomes: ['livelocked'] },
  limits: { high: 1_536 * MIB, max: 2_048 * MIB, swapMax: 0 },
  request: silentBetween(10_000, TIMES.release),
  cgroup: (at) =>
    cgroupSample(
      at < TIMES.hold ? 180 * MIB : 1_580 * MIB,
      { high: at < TIMES.hold ? 0 : at },
      at < TIMES.hold ? 0 : at * 900,
    ),
});
const claim = compose();
const runaway = compose({
  targetBytes: null,
  progress: (at) => (at < TIMES.injection ? null : hogProgress(at < killedAt ? 'ramping' : 'killed')),
  cgroup: (at) => cgroupSample(180 * MIB, { oom_kill: at < killedAt ? 0 : 1 }),
  more: [
    { type: 'kill', t: killedAt, pid: HOG_PID, comm: 'ugrep', constraint: 'CONSTRAINT_MEMCG' },
    { type: 'journal', t: killedAt + 10, unit: 'kernel', message: HOSTILE },
    { type: 'journal', t: killedAt + 20, unit: HOSTILE, message: 'a line' },
  ],
});
const cut = {
  ...compose(),
  entries: compose().entries.filter((entry) => !('t' in entry) || entry.t < 30_000),
  truncated: true,
};
const run = summarizeRecord(claim, 'x');
const maps = parseBandMaps(
  JSON.stringify({
    bundle: 'devvm',
    scale: 8,
    limits: { high: null, max: 2_048 * MIB },
    precision: 4 * MIB,
    band: { from: 1_928 * MIB, to: 1_940 * MIB, harmed: { from: 1_931 * MIB, to: 1_937 * MIB } },
    points: [
      { sizeBytes: 1_928 * MIB, zone: 'healthy', run },
      { sizeBytes: 1_934 * MIB, zone: 'harmed', run },
      { sizeBytes: 1_940 * MIB, zone: 'killed', run },
    ],
  }),
  'map.json',
);

const dir = t.testdir({});
const file = join(dir, 'report.html');
writeFileSync(
  file,
  renderPage(
    {
      drills: [claim, control, runaway, cut].map((record, index) => {
        const bundle = record === control ? 'devvm-2026-07-02' : 'devvm';
        const scenario = { ...record.header.scenario, name: `drill ${index + 1} ${HOSTILE}`, bundle };
        return prepareDrill({ ...record, header: { ...record.header, scenario } }, HOSTILE);
      }),
      unread: [{ path: HOSTILE, why: HOSTILE }],
      maps,
      version: '0.1.0',
    },
    await readPageAssets(),
  ),
);

const browser = await startChromium();
t.teardown(() => browser.close());

/** Opens the report, and collects its errors and requests. */
async function open(options: { width?: number; dark?: true; hash?: string } = {}) {
  const { width = 1_400, dark, hash = '' } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${pathToFileURL(file).href}${hash}`);
  await page.locator('[data-drawn]').first().waitFor();
  return { page, errors, requests };
}

/** Scrolls to a drill, and waits until it is drawn. */
async function drillOf(page: Page, number: number) {
  const drill = page.locator(`#drill-${number}`);
  await drill.scrollIntoViewIfNeeded();
  await drill.locator('.timeline[data-drawn]').waitFor();
  const view = async () =>
    drill.locator('.scrubber').evaluate((slider) => {
      const { min, max, value } = slider as HTMLInputElement;
      return { from: Number(min), to: Number(max), at: Number(value) };
    });
  return { drill, view, slider: drill.getByRole('slider') };
}

t.test('the verdicts are on the first screen, without any error or request', async (t) => {
  const { page, errors, requests } = await open();
  t.equal(
    await page.locator('h1').textContent(),
    '2 of 3 claims hold. 1 control failed as expected. 1 drill proved nothing. 1 record could not be read.',
  );
  const rows = page.locator('.verdict');
  t.equal(await rows.count(), 5);
  t.match(await rows.nth(0).textContent(), /Not proved.*record cut off/, 'the most urgent verdict is first');
  t.match(await rows.nth(1).textContent(), /Holds.*The server kept answering next to the memory hog/);
  t.match(
    await page.locator('#verdicts > div', { hasText: 'Controls' }).textContent(),
    /Fails as expected.*gave no client an answer/,
  );
  t.ok(
    (await rows
      .nth(1)
      .boundingBox()
      .then((box) => box?.y ?? 0)) < 900,
    'on the first screen',
  );
  for (let number = 1; number <= 4; number++) await drillOf(page, number);
  t.equal(await page.locator('.timeline[data-drawn] canvas').count(), 24, 'six charts of each drill');
  t.same(errors, []);
  t.same(requests, [pathToFileURL(file).href]);
  t.match(await page.title(), /^oomdrill: /, 'no script from a record was run');
  await page.context().close();
});

t.test('the plots are not empty', async (t) => {
  const { page } = await open();
  const { drill } = await drillOf(page, 2);
  const colours = await drill.locator('canvas').evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {
        data: [],
      };
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] === 255) seen.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
      return seen.size;
    }),
  );
  t.ok(
    colours.every((count) => count > 1),
    colours.join(' '),
  );
  await page.context().close();
});

t.test('zoom by dragging and by buttons, and the moment of a kill', async (t) => {
  const { page } = await open();
  const { drill, view } = await drillOf(page, 3);
  const whole = await view();
  const plot = drill.locator('.u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (!box) throw new Error('the plot is on the screen');
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 });
  await page.mouse.up();
  const dragged = await view();
  t.ok(
    Math.abs(dragged.from - whole.to * 0.25) < 0.5 && Math.abs(dragged.to - whole.to * 0.5) < 0.5,
    JSON.stringify(dragged),
  );
  await drill.getByRole('button', { name: 'All: the whole drill' }).click();
  t.match(await view(), { from: 0, to: whole.to });
  await drill.getByRole('button', { name: /the kernel killed ugrep \(PID 733, injection hog\)/ }).click();
  const close = await view();
  t.ok(close.to - close.from < 7);
  t.ok(Math.abs(close.at - killedAt / 1_000) < 0.01, 'the cursor is at the kill');
  t.match(
    await drill.locator('li[aria-current]').textContent(),
    /the kernel killed ugrep/,
    'and the log is at the same time',
  );
  t.match(await drill.locator('.chart-head').nth(1).textContent(), /oom_kill \d/, 'the values at the cursor are shown');
  await plot.dblclick();
  t.match(await view(), { from: 0, to: whole.to });
  await page.context().close();
});

t.test('all charts and the log share one cursor', async (t) => {
  const { page } = await open();
  const { drill } = await drillOf(page, 3);
  await drill.locator('.u-over').first().hover();
  const places = await drill
    .locator('.u-cursor-x')
    .evaluateAll((lines) => lines.map((line) => (line as HTMLElement).style.transform));
  t.equal(places.length, 6);
  t.equal(new Set(places).size, 1, places.join(' '));
  await drill.locator('.log li', { hasText: 'phase: injection' }).click();
  t.match(await drill.locator('.where').textContent(), /^6\.00 s, injection/);
  await page.context().close();
});

t.test('with the keyboard alone', async (t) => {
  const { page } = await open();
  const { drill, view, slider } = await drillOf(page, 3);
  await slider.focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    return view();
  };
  const whole = await view();
  const moved = await press('ArrowRight', 'ArrowRight', 'ArrowRight');
  t.ok(moved.at > 0.5 && moved.at < 2, `after three steps the cursor is at ${moved.at}`);
  const zoomed = await press('+', '+');
  t.ok(Math.abs((zoomed.to - zoomed.from) * 4 - whole.to) < 0.01);
  t.match(await press('k'), { at: killedAt / 1_000 });
  t.match(await press('0'), { from: 0, to: whole.to });
  await press('p');
  t.match(await drill.locator('.where').textContent(), /release/);
  t.match(await slider.getAttribute('aria-valuetext'), /release/, 'and is there for screen readers');
  await page.keyboard.press('Tab');
  t.equal(
    await page.evaluate(() => document.activeElement?.className),
    'log-lines',
    'the log is next, and scrolls with the keyboard',
  );
  await page.context().close();
});

t.test('side by side: a control and its repair, or any other two', async (t) => {
  const { page } = await open();
  const section = page.locator('#compare');
  await section.scrollIntoViewIfNeeded();
  const titles = () => section.locator('.side > h3').allTextContents();
  t.match(await titles(), [/^drill 2/, /^drill 1/]);
  await section.getByLabel('Right').selectOption('drill-3');
  await section.locator('.side > h3', { hasText: 'drill 3' }).waitFor();
  t.equal(await section.locator('canvas').count(), 4);
  await page.context().close();
});

t.test('a record that was cut off shows where it ends', async (t) => {
  const { page } = await open();
  const { drill, view } = await drillOf(page, 4);
  t.match(await drill.locator('.warning').textContent(), /cut off/);
  t.ok((await view()).to > 30, 'some of the time that is not known is shown too');
  await page.context().close();
});

// Run through the debugger, which the page's policy does not apply to.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const [name, options] of Object.entries({
  light: {},
  dark: { dark: true as const },
  phone: { width: 390 },
})) {
  t.test(`accessible: ${name}`, async (t) => {
    const { page } = await open(options);
    for (let number = 1; number <= 4; number++) await drillOf(page, number);
    for (const details of await page.locator('details').all())
      await details.evaluate((element) => element.setAttribute('open', ''));
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`)
            .join(' | ')
            .slice(0, 600)}`,
      );
    });
    t.same(violations, []);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    t.equal(overflow, 0, 'nothing is wider than the screen');
    await page.context().close();
  });
}

t.test('a picture of a time line', async (t) => {
  const picture = join(dir, 'picture.png');
  await takePicture(browser, file, 2, picture);
  const { page } = await open({ hash: '#picture-drill-2' });
  t.equal(await page.locator('.timeline:visible').count(), 1);
  t.equal(await page.getByRole('button').count(), 0, 'no buttons in a picture');
  await page.context().close();
});
