/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/html/page.test.ts > TAP > a page of three drills > must match snapshot 1`] = `
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-GAAZX+7kYc5tdQ7+S0FGYTZB62Hnbu0czoV7OhJoxj4=&#39;; style-src &#39;sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo=&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>oomdrill: 1 of 2 claims holds. 1 control failed as expected. 1 drill proved nothing.</title>
<style>body{}</style>
</head>
<body>
<a class="skip" href="#verdicts">To the verdicts</a>
<header class="masthead">
<p class="brand">oomdrill <span class="dim">a fire drill for memory containment</span></p>
<h1>1 of 2 claims holds. 1 control failed as expected. 1 drill proved nothing.</h1>
<p class="dim">3 drills on trixie (qemu, tcg), 2026-07-02 15:42 UTC, on a host with Debian 12 and 2 CPUs.</p>
</header>
<main>
<section id="verdicts" aria-label="Verdicts" tabindex="-1">
<div><h2>Claims</h2><p class="dim">What the limits should achieve. Each claim must hold.</p><ul class="verdicts"><li class="verdict error"><span class="badge error"><span class="sign" aria-hidden="true">!</span>Stopped by an error</span><div><p class="name"><a href="#drill-3">composed</a></p><p class="sentence">The machine failed before anything was proved: QEMU ended.</p><p class="chips"><span class="chip">trixie</span> </p></div></li><li class="verdict pass"><span class="badge pass"><span class="sign" aria-hidden="true">✓</span>Holds</span><div><p class="name"><a href="#drill-1">2026-07-02-fixed</a></p><p class="sentence">The server kept answering next to the memory hog, and nothing had to be killed: its clients waited at most 0.20 s.</p><p class="chips"><span class="chip">contained</span> <span class="chip">longest gap 0.20 s</span> <span class="chip">trixie</span> </p></div></li></ul></div>
<div><h2>Controls</h2><p class="dim">Drills on limits that are known to be bad. Each must have a bad outcome, or the claims prove nothing.</p><ul class="verdicts"><li class="verdict pass"><span class="badge pass"><span class="sign" aria-hidden="true">✓</span>Fails as expected</span><div><p class="name"><a href="#drill-2">2026-07-02-throttle-livelock</a></p><p class="sentence">The server gave no client an answer for 44.2 s while it looked alive, and nothing was killed to end that.</p><p class="chips"><span class="chip">livelocked</span> <span class="chip">longest gap 44.2 s</span> <span class="chip">trixie</span> </p></div></li></ul></div>

</section>

<section class="compare" id="compare" aria-labelledby="compare-name">
<h2 id="compare-name">Side by side</h2>
<p class="dim">Two drills with the same axes, at first the same injection on limits that fail and on limits that hold. Times count from the injection.</p>
<p class="choices"><label>Left <select name="left"><option value="drill-1" >2026-07-02-fixed on trixie</option><option value="drill-2" selected>2026-07-02-throttle-livelock on trixie</option><option value="drill-3" >composed on trixie</option></select></label> <label>Right <select name="right"><option value="drill-1" selected>2026-07-02-fixed on trixie</option><option value="drill-2" >2026-07-02-throttle-livelock on trixie</option><option value="drill-3" >composed on trixie</option></select></label></p>
<div class="sides"></div>
</section>
<section class="drill" id="drill-1" aria-labelledby="drill-1-name">
<header>
<p class="kicker"><span class="badge pass"><span class="sign" aria-hidden="true">✓</span>Holds</span> <span class="chip">contained</span></p>
<h2 id="drill-1-name">2026-07-02-fixed <span class="dim">on trixie</span></h2>
<p class="sentence">The server kept answering next to the memory hog, and nothing had to be killed: its clients waited at most 0.20 s.</p>
</header>

<div class="timeline" data-drill="drill-1"></div>
<div class="facts">
<div><h3>What was claimed</h3><p>A composed drill is judged like a real one.</p>
<h3>What was seen</h3><ul><li>Nothing was killed while the hog held, with memory.current at 1.54G.</li><li>The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.</li></ul></div>
<div><h3>Figures</h3><ul><li>longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during the hold</li><li>time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225 requests answered)</li><li>memory.events: 0 oom_kill, 0 high, 0 max; full stall 0.0 % of the hold</li><li>killed: nothing, by the logs</li><li>hog holding, plateau 1.54G, at most 0.00 % off its target</li><li>server PID 412 -&#62; 412, 0 restarts, first answer after the SIGKILL: 0.03 s</li><li>0.0 % of the samples missing</li></ul></div>
</div>
<h3 id="drill-1-latency">Time to an answer</h3>
<div class="scroll" role="group" aria-labelledby="drill-1-latency" tabindex="0"><table><thead><tr><th scope="col">phase</th><th scope="col">requests</th><th scope="col">answered</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">worst</th></tr></thead>
<tbody><tr><th scope="row">baseline</th><td>25</td><td>25</td><td>0.03 s</td><td>too few</td><td>too few</td><td>0.03 s</td></tr><tr><th scope="row">hold</th><td>225</td><td>225</td><td>0.03 s</td><td>0.03 s</td><td>too few</td><td>0.03 s</td></tr><tr><th scope="row">recovery</th><td>18</td><td>18</td><td>too few</td><td>too few</td><td>too few</td><td>0.03 s</td></tr></tbody></table></div>
<p class="dim">From when a request was due. No answer: it falls among the requests that had none. Too few: fewer than 10 requests are beyond it.</p>

<details class="settings"><summary>Settings, and the proof that they were in effect: MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B. The record has no proof that they were in effect.</summary>
<dl><div><dt>bundle</dt><dd>devvm</dd></div><div><dt>injection</dt><dd>ugrep grows to 12.35G in all, in /system.slice/system-web.slice/web@blue.service</dd></div><div><dt>scale</dt><dd>1/8: every size of the real host is divided by it</dd></div><div><dt>clients</dt><dd>a heartbeat every 10 s, and a wait of 20 s for its answer; one request for /api/auth/session every 200 ms</dd></div><div><dt>guest</dt><dd>trixie, 2.94G, 2 CPUs, by qemu (tcg)</dd></div><div><dt>host</dt><dd>Debian 12, Linux 6.1.0, 2 x model, 24G</dd></div><div><dt>record</dt><dd>reports/a/record.jsonl, started 2026-07-02T15:42:00.000Z, oomdrill 0.1.0</dd></div></dl>
<h4 id="drill-1-proof-1">web@blue.service, at 0.0 s</h4><p class="dim">MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B in <code>/system.slice/system-web.slice/web@blue.service</code></p>
<div class="scroll" role="group" aria-labelledby="drill-1-proof-1" tabindex="0"><table><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">found</th><th scope="col">equal</th></tr></thead>
<tbody></tbody></table></div>
</details>
<script type="application/octet-stream" id="drill-1-data">...</script>
</section><section class="drill" id="drill-2" aria-labelledby="drill-2-name">
<header>
<p class="kicker"><span class="badge pass"><span class="sign" aria-hidden="true">✓</span>Fails as expected</span> <span class="chip">control: must have a bad outcome</span> <span class="chip">livelocked</span></p>
<h2 id="drill-2-name">2026-07-02-throttle-livelock <span class="dim">on trixie</span></h2>
<p class="sentence">The server gave no client an answer for 44.2 s while it looked alive, and nothing was killed to end that.</p>
</header>

<div class="timeline" data-drill="drill-2"></div>
<div class="facts">
<div><h3>What was claimed</h3><p>A composed drill is judged like a real one.</p>
<h3>What was seen</h3><ul><li>No client got an answer for 44.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.</li><li>All tasks of the cgroup were stalled on memory for 68 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.</li><li>The server and the hog were both alive, and memory was on a plateau of 1.54G.</li><li>The silence of 44.2 s was the cgroup&#39;s memory: some of its tasks waited for memory for 70 % of it.</li></ul></div>
<div><h3>Figures</h3><ul><li>longest gap 44.2 s, silent for at least 44.0 s of it (clients give up after 20.0 s), median answer 0.03 s before and none during the hold</li><li>time to an answer during the hold: p50 no answer, p90 no answer, p99 no answer, worst no answer (105 of 225 requests answered)</li><li>memory.events: 0 oom_kill, 0 high, 0 max; full stall 68 % of the hold</li><li>killed: nothing, by the logs</li><li>hog holding, plateau 1.54G, at most 0.00 % off its target</li><li>server PID 412 -&#62; 412, 0 restarts, first answer after the SIGKILL: 0.03 s</li><li>0.0 % of the samples missing</li></ul></div>
</div>
<h3 id="drill-2-latency">Time to an answer</h3>
<div class="scroll" role="group" aria-labelledby="drill-2-latency" tabindex="0"><table><thead><tr><th scope="col">phase</th><th scope="col">requests</th><th scope="col">answered</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">worst</th></tr></thead>
<tbody><tr><th scope="row">baseline</th><td>25</td><td>25</td><td>0.03 s</td><td>too few</td><td>too few</td><td>0.03 s</td></tr><tr><th scope="row">hold</th><td>225</td><td>105</td><td>no answer</td><td>no answer</td><td>no answer</td><td>no answer</td></tr><tr><th scope="row">recovery</th><td>18</td><td>18</td><td>too few</td><td>too few</td><td>too few</td><td>0.03 s</td></tr></tbody></table></div>
<p class="dim">From when a request was due. No answer: it falls among the requests that had none. Too few: fewer than 10 requests are beyond it.</p>

<details class="settings"><summary>Settings, and the proof that they were in effect: MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B. The record has no proof that they were in effect.</summary>
<dl><div><dt>bundle</dt><dd>devvm-2026-07-02</dd></div><div><dt>injection</dt><dd>ugrep grows to 12.35G in all, in /system.slice/system-web.slice/web@blue.service</dd></div><div><dt>scale</dt><dd>1/8: every size of the real host is divided by it</dd></div><div><dt>clients</dt><dd>a heartbeat every 10 s, and a wait of 20 s for its answer; one request for /api/auth/session every 200 ms</dd></div><div><dt>guest</dt><dd>trixie, 2.94G, 2 CPUs, by qemu (tcg)</dd></div><div><dt>host</dt><dd>Debian 12, Linux 6.1.0, 2 x model, 24G</dd></div><div><dt>record</dt><dd>reports/b/record.jsonl, started 2026-07-02T15:42:00.000Z, oomdrill 0.1.0</dd></div></dl>
<h4 id="drill-2-proof-1">web@blue.service, at 0.0 s</h4><p class="dim">MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B in <code>/system.slice/system-web.slice/web@blue.service</code></p>
<div class="scroll" role="group" aria-labelledby="drill-2-proof-1" tabindex="0"><table><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">found</th><th scope="col">equal</th></tr></thead>
<tbody></tbody></table></div>
</details>
<script type="application/octet-stream" id="drill-2-data">...</script>
</section><section class="drill" id="drill-3" aria-labelledby="drill-3-name">
<header>
<p class="kicker"><span class="badge error"><span class="sign" aria-hidden="true">!</span>Stopped by an error</span> <span class="chip">no outcome</span></p>
<h2 id="drill-3-name">composed <span class="dim">on trixie</span></h2>
<p class="sentence">The machine failed before anything was proved: QEMU ended.</p>
</header>

<div class="timeline" data-drill="drill-3"></div>
<div class="facts">
<div><h3>What was claimed</h3><p>A composed drill is judged like a real one.</p>
<h3>What was seen</h3><ul><li>QEMU ended.</li><li>Look at dmesg.</li></ul></div>
<div><h3>Figures</h3><ul><li>There are none: the drill was stopped by an error.</li></ul></div>
</div>


<details class="settings"><summary>Settings, and the proof that they were in effect: MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B. The record has no proof that they were in effect.</summary>
<dl><div><dt>bundle</dt><dd>devvm</dd></div><div><dt>injection</dt><dd>ugrep grows to 12.35G in all, in /system.slice/system-web.slice/web@blue.service</dd></div><div><dt>scale</dt><dd>1/8: every size of the real host is divided by it</dd></div><div><dt>clients</dt><dd>a heartbeat every 10 s, and a wait of 20 s for its answer; one request for /api/auth/session every 200 ms</dd></div><div><dt>guest</dt><dd>trixie, 2.94G, 2 CPUs, by qemu (tcg)</dd></div><div><dt>host</dt><dd>Debian 12, Linux 6.1.0, 2 x model, 24G</dd></div><div><dt>record</dt><dd>c, started 2026-07-02T15:42:00.000Z, oomdrill 0.1.0</dd></div></dl>
<h4 id="drill-3-proof-1">web@blue.service, at 0.0 s</h4><p class="dim">MemoryHigh=infinity MemoryMax=2G MemorySwapMax=0B in <code>/system.slice/system-web.slice/web@blue.service</code></p>
<div class="scroll" role="group" aria-labelledby="drill-3-proof-1" tabindex="0"><table><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">found</th><th scope="col">equal</th></tr></thead>
<tbody></tbody></table></div>
</details>
<script type="application/octet-stream" id="drill-3-data">...</script>
</section>
</main>
<footer class="dim"><p>oomdrill 0.1.0. This file contains everything that it shows, and loads nothing from the network.</p></footer>
<script>console.log("drawn")</script>
</body>
</html>

`;

exports[`harness/report/html/page.test.ts > TAP > each drill in one sentence > must match snapshot 1`] = `
Array [
  "Holds: Nothing was proved, neither for nor against the claim.",
  "Does not hold: Nothing was proved, neither for nor against the claim.",
  "Holds: The memory hog grew past the limit that should have stopped it.",
  "Does not hold: The memory hog grew past the limit that should have stopped it.",
  "Holds: A whole unit was stopped or restarted because of one memory hog.",
  "Does not hold: A whole unit was stopped or restarted because of one memory hog.",
  "Holds: A process other than the memory hog was gone after the drill, and no log says why.",
  "Does not hold: A process other than the memory hog was gone after the drill, and no log says why.",
  "Holds: The server gave no client an answer for 0.20 s while it looked alive, and nothing was killed to end that.",
  "Does not hold: The server gave no client an answer for 0.20 s while it looked alive, and nothing was killed to end that.",
  "Holds: The server survived the memory hog, but did not serve its clients afterwards.",
  "Does not hold: The server survived the memory hog, but did not serve its clients afterwards.",
  "Holds: The server was alive but slow: its clients waited up to 0.20 s for an answer.",
  "Does not hold: The server was alive but slow: its clients waited up to 0.20 s for an answer.",
  "Holds: The server waited for CPU or disk, or could start no process, and memory had no part in it: its clients waited up to 0.20 s for an answer.",
  "Does not hold: The server waited for CPU or disk, or could start no process, and memory had no part in it: its clients waited up to 0.20 s for an answer.",
  "Holds: The server kept answering next to the memory hog, and nothing had to be killed: its clients waited at most 0.20 s.",
  "Does not hold: A reason. The server kept answering next to the memory hog, and nothing had to be killed: its clients waited at most 0.20 s.",
  "Holds: The server kept answering next to the memory hog, and the memory hog was killed, and by what is not known: its clients waited at most 0.20 s.",
  "Holds: The server gave no client an answer for 42.1 s while it looked alive, and it answered again 4.61 s after its limits were repaired, with the memory hog still there.",
  "Holds: The server kept answering next to the memory hog, and memory.events counted 1 OOM kill, and no log names a victim: its clients waited an unknown time.",
  "Does not hold: The longest gap should have been at most 2 s. The server kept answering next to the memory hog, and nothing had to be killed: its clients waited at most 0.20 s.",
  "Not proved: Nothing was proved, neither for nor against the claim: The host was starved.",
  "Stopped by an error: The machine failed before anything was proved: QEMU ended early.",
  "Stopped by an error: The machine failed before anything was proved: The reason is not known.",
  "Skipped: This machine cannot run the drill: There is no PSI.",
]
`;

exports[`harness/report/html/page.test.ts > TAP > the band as a picture > must match snapshot 1`] = `
<figure class="map" id="map-1">
<figcaption>
<h3>devvm-large-server</h3>
<p class="sentence">A settled hog of 1928M to 1940M harms the server and is not killed: a band of 12M in the guest, 96M on the real host if it grows with the scale.</p>
<p class="dim">MemoryHigh=infinity MemoryMax=2G, scale 1/8; sizes of a settled hog, its own memory alone.</p>
</figcaption>
<svg class="band" width="100%" height="96" role="img" aria-label="all sizes up to MemoryMax: healthy up to 1928M, killed from 1940M">
<defs><pattern id="m0w" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="zone-harmed"/><rect width="3" height="8" class="hatch"/></pattern></defs>
<text x="0" y="12" class="dim">all sizes up to MemoryMax</text>
<rect x="0%" y="24" width="94.14%" height="34" class="zone-healthy" /><rect x="94.14%" y="24" width="0.59%" height="34" class="zone-harmed" fill="url(#m0w)"/><rect x="94.73%" y="24" width="5.27%" height="34" class="zone-killed" />

<svg x="62.5%" y="41" overflow="visible"><circle r="5" class="mark"/><title>1280M: healthy, contained, longest gap 0.20 s</title></svg><svg x="94.14%" y="41" overflow="visible"><circle r="5" class="mark"/><title>1928M: healthy, contained, longest gap 0.20 s</title></svg><svg x="94.43%" y="41" overflow="visible"><path d="M0-6 6 5H-6Z" class="mark"/><title>1934M: harmed, contained, longest gap 0.20 s</title></svg><svg x="94.73%" y="41" overflow="visible"><path d="M-5-5 5 5M5-5-5 5" class="mark cross"/><title>1940M: killed, contained, longest gap 0.20 s</title></svg>
<text x="0%" y="90" text-anchor="start">0M</text><text x="100%" y="90" text-anchor="end">2048M</text>
<text x="94.14%" y="74" text-anchor="end">1928M</text>
</svg>
<svg class="band" width="100%" height="96" role="img" aria-label="enlarged around the band: healthy up to 1928M, killed from 1940M">
<defs><pattern id="m0e" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="zone-harmed"/><rect width="3" height="8" class="hatch"/></pattern></defs>
<text x="0" y="12" class="dim">enlarged around the band</text>
<rect x="0%" y="24" width="84.44%" height="34" class="zone-healthy" /><rect x="84.44%" y="24" width="1.55%" height="34" class="zone-harmed" fill="url(#m0e)"/><rect x="85.99%" y="24" width="14.01%" height="34" class="zone-killed" />

<svg x="0.39%" y="41" overflow="visible"><circle r="5" class="mark"/><title>1280M: healthy, contained, longest gap 0.20 s</title></svg><svg x="84.44%" y="41" overflow="visible"><circle r="5" class="mark"/><title>1928M: healthy, contained, longest gap 0.20 s</title></svg><svg x="85.21%" y="41" overflow="visible"><path d="M0-6 6 5H-6Z" class="mark"/><title>1934M: harmed, contained, longest gap 0.20 s</title></svg><svg x="85.99%" y="41" overflow="visible"><path d="M-5-5 5 5M5-5-5 5" class="mark cross"/><title>1940M: killed, contained, longest gap 0.20 s</title></svg>
<text x="0%" y="90" text-anchor="start">1277M</text><text x="100%" y="90" text-anchor="end">2048M</text>
<text x="84.44%" y="74" text-anchor="end">1928M</text>
</svg>
<ul class="key"><li><svg class="symbol" width="18" height="18" aria-hidden="true"><svg x="9" y="9" overflow="visible"><circle r="5" class="mark"/></svg></svg> the server is healthy</li><li><svg class="symbol" width="18" height="18" aria-hidden="true"><svg x="9" y="9" overflow="visible"><path d="M0-6 6 5H-6Z" class="mark"/></svg></svg> the server is harmed, and nothing is killed</li><li><svg class="symbol" width="18" height="18" aria-hidden="true"><svg x="9" y="9" overflow="visible"><path d="M-5-5 5 5M5-5-5 5" class="mark cross"/></svg></svg> the hog is killed</li></ul>
<details><summary>The 4 sizes that were drilled</summary>
<div class="scroll" role="group" aria-label="Sizes of the map of devvm-large-server" tabindex="0"><table><thead><tr><th scope="col">hog size</th><th scope="col">zone</th><th scope="col">outcome</th><th scope="col">longest gap</th></tr></thead>
<tbody><tr><td>1280M</td><td>healthy</td><td>contained</td><td>0.20 s</td></tr><tr><td>1928M</td><td>healthy</td><td>contained</td><td>0.20 s</td></tr><tr><td>1934M</td><td>harmed</td><td>contained</td><td>0.20 s</td></tr><tr><td>1940M</td><td>killed</td><td>contained</td><td>0.20 s</td></tr></tbody></table></div></details>
</figure>
`;
