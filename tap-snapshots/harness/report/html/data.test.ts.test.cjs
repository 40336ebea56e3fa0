/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/html/data.test.ts > TAP > kills, sessions and the log > must match snapshot 1`] = `
Array [
  "0 oomdrill [drill] phase: settle",
  "0 oomdrill [drill] web@blue.service is active (running), PID 412, 0 restarts, Result=success",
  "0 oomdrill [drill] agent (PID 430) is alive",
  "1000 oomdrill [drill] phase: baseline",
  "3000 oomdrill [drill] a note",
  "6000 oomdrill [drill] phase: injection",
  "6000 oomdrill [drill] ugrep (hog) starts in /system.slice/system-web.slice/web@blue.service: to 12.35G in all",
  "9000 oomdrill [drill] phase: hold",
  "20000 kernel [kernel] a line",
  "20000 server.service [unit] another",
  "21000 oomdrill [kill] the kernel killed ugrep (PID 733, injection hog), at the memory.max of web@blue.service",
  "22000 oomdrill [kill] the kernel killed agent (PID 430, bystander agent), because the whole guest was out of memory",
  "23000 earlyoom.service [unit] sending SIGTERM to process 900 uid 1000 \\"cat\\": oom_score 900",
  "23000 oomdrill [kill] earlyoom sent SIGTERM to cat (PID 900), by a limit that is not known",
  "24000 systemd-oomd.service [unit] Killed /user.slice due to memory pressure for /user.slice being 90%",
  "24000 oomdrill [kill] systemd-oomd killed all of user.slice, by a limit that is not known",
  "25000 oomdrill [drill] the client gave up its connection",
  "54000 oomdrill [drill] phase: release",
  "54400 oomdrill [drill] phase: recovery",
  "57900 oomdrill [drill] web@blue.service is active (running), PID 412, 0 restarts, Result=success, nothing listens",
  "57900 oomdrill [drill] agent (PID 430) is alive",
  "57900 oomdrill-hog-hog.service [unit] oomdrill-hog-hog.service: Deactivated successfully.",
  "60000 oomdrill [drill] stopped by an error: It broke.",
]
`;
