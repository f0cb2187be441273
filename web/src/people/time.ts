/** A time as it is in Geneva, wherever the reader is: deadlines are Geneva's. */
export function inGeneva(time: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Europe/Zurich',
  }).format(new Date(time));
}
