// Numbers as text. In: a number that may not be known yet. Out: short text for the page. Pure.

/** Text of a number with so many decimals; a dash while the number is not known. */
export function fixed(value: number | undefined, decimals: number): string {
  return value === undefined ? '–' : value.toFixed(decimals);
}

/** Text of a time: seconds up to a minute, then minutes and seconds, then hours and minutes. */
export function durationWord(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${twoDigits(whole % 60)} min` : hoursWord(minutes);
}

/** Text of a number of bytes in megabytes, or gigabytes where they are many. */
export function megabytes(bytes: number): string {
  const mega = bytes / 1e6;
  if (mega < 10) return `${mega.toFixed(1)} MB`;
  return mega < 1000 ? `${mega.toFixed(0)} MB` : `${(mega / 1000).toFixed(1)} GB`;
}

/** Text of a moment, in milliseconds since 1970: day and time where the browser is. */
export function momentWord(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

function hoursWord(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)} h`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
