/** A count for people, with commas between thousands: `24,375`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');
