import type { Speech } from './language.ts';

const parts = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

const locale = (language: string) => (language === 'en' ? 'en-GB' : language);

/** A time as it is in Geneva, wherever the reader is: deadlines are Geneva's. */
export function inGeneva(time: string, language: string): string {
  return inZone(time, language, 'Europe/Zurich');
}

/** A time in a zone, by default the reader's own. */
function inZone(time: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale(language), { ...parts, timeZone }).format(new Date(time));
}

/** A time as it is in Geneva, and as the reader's clock shows it where that shows another one. */
export function atTime(time: string, { words, language }: Speech, ownZone?: string): string {
  const geneva = inGeneva(time, language);
  const own = inZone(time, language, ownZone);
  return own === geneva ? words.genevaTime(geneva) : words.bothTimes(geneva, own);
}
