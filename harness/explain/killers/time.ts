/** As long as the lines of one kill may take, seconds: the kernel prints them in one go, and a slow console takes its time. */
const SAME_KILL_SECONDS = 60;

/** Whether two times of a log, as it writes them, may be of one event; true if they cannot be compared. */
export function isNear(before: string | undefined, after: string | undefined): boolean {
  const [a, b] = [clockOf(before), clockOf(after)];
  if (!a || !b) return true;
  return a.day === b.day && Math.abs(b.seconds - a.seconds) <= SAME_KILL_SECONDS;
}

/** The seconds of a time, and what stands before its clock: a date, or nothing. */
function clockOf(at: string | undefined): { readonly day: string; readonly seconds: number } | undefined {
  if (at === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(at)) return { day: '', seconds: Number(at) };
  const [whole, hours, minutes, seconds] = /(\d{1,2}):(\d\d):(\d\d(?:[.,]\d{1,9})?)/.exec(at) ?? [];
  if (whole === undefined) return undefined;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds?.replace(',', '.'))];
  return { day: at.slice(0, at.indexOf(whole)), seconds: h * 3_600 + m * 60 + s };
}
