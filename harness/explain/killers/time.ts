/** As long as the lines of one kill may take, seconds: the kernel prints them in one go, and a slow console takes its time. */
const SAME_KILL_SECONDS = 60;

const DAY_SECONDS = 86_400;

/** Whether two times of a log, as it writes them, may be of one event; true if they cannot be compared. */
export function isNear(before: string | undefined, after: string | undefined): boolean {
  const [a, b] = [clockOf(before), clockOf(after)];
  if (!a || !b || a.isClock !== b.isClock) return true;
  // Of dates in two forms, only the clocks can be compared.
  const isSameDay = shapeOf(a.day) !== shapeOf(b.day) || a.day === b.day;
  const apart = Math.abs(b.seconds - a.seconds);
  return isSameDay ? apart <= SAME_KILL_SECONDS : DAY_SECONDS - apart <= SAME_KILL_SECONDS;
}

const shapeOf = (day: string): string => day.replace(/\d/g, '0').replace(/\p{L}+/gu, 'a');

interface Clock {
  /** Whether it counts from midnight; otherwise from the boot, or from 1970. */
  readonly isClock: boolean;
  readonly day: string;
  readonly seconds: number;
}

/** The seconds of a time, and what stands before its clock: a date, or nothing. */
function clockOf(at: string | undefined): Clock | undefined {
  if (at === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(at)) return { isClock: false, day: '', seconds: Number(at) };
  const [whole, hours, minutes, seconds] = /(\d{1,2}):(\d\d):(\d\d(?:[.,]\d{1,9})?)/.exec(at) ?? [];
  if (whole === undefined) return undefined;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds?.replace(',', '.'))];
  return { isClock: true, day: at.slice(0, at.indexOf(whole)), seconds: h * 3_600 + m * 60 + s };
}

/** Further apart, dates without a year may be of two years. */
const HALF_A_YEAR_DAYS = 183;

/** Whether a date of a log is after another one, for certain: dates as systemd, syslog and ISO 8601 write them. */
export function isAfter(after: string | undefined, before: string | undefined): boolean {
  const [a, b] = [dateOf(after), dateOf(before)];
  if (a === undefined || b === undefined) return false;
  return a > b && a - b < HALF_A_YEAR_DAYS * DAY_SECONDS;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds since a year began, roughly: each month has 31 days. */
function dateOf(at: string | undefined): number | undefined {
  const clock = clockOf(at);
  if (!clock?.isClock) return undefined;
  const [, isoMonth, isoDay] = /\d{4}-(\d\d)-(\d\d)[T ]$/.exec(clock.day) ?? [];
  const [, name = '', day] = /\b([A-Z][a-z]{2}) +(\d{1,2}) +$/.exec(clock.day) ?? [];
  const month = isoMonth === undefined ? MONTHS.indexOf(name) : Number(isoMonth) - 1;
  return month < 0 ? undefined : (month * 31 + Number(isoDay ?? day)) * DAY_SECONDS + clock.seconds;
}
