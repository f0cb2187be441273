import { useEffect, useRef, useState } from 'react';
import { change } from '../people/ask.ts';
import { Form, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Registration } from './types.ts';

/** From which level of protection on no calendar knows of somebody. */
const PROTECTED = 2;

/**
 * The address of a calendar of one's own, for whoever has a place, or is spoken for: others would subscribe to a
 * meeting that is cancelled for them.
 */
export function Calendar({ registration }: { registration: Registration }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [link, setLink] = useState('');
  const made = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (link) made.current?.focus(); // the button is gone
  }, [link]);
  const { id, revision, state, missions, participants, off } = registration;
  if (off === 'NOT_HELD' || (state !== 'CONFIRMED' && !(state === 'MERGED' && missions))) return null;
  return (
    <section aria-label={words.calendar}>
      <h2>{words.calendar}</h2>
      {participants.some(({ about }) => about.level >= PROTECTED) ? (
        <p>{words.calendarProtected}</p>
      ) : link ? (
        <>
          <p ref={made} tabIndex={-1}>
            {words.calendarMade}
          </p>
          <p>
            <code>{link}</code>
          </p>
        </>
      ) : (
        <Form
          sending={sending}
          label={words.calendar}
          onSend={() => change<{ link: string }>('new-calendar-link', { id, revision }).then(({ link }) => setLink(link))}
        >
          <p>{words.calendarText}</p>
          <p>{words.calendarSecret}</p>
          <button disabled={sending.busy}>{words.newCalendar}</button>
        </Form>
      )}
    </section>
  );
}
