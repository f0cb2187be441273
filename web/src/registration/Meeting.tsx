import { useEffect, useState } from 'react';
import { ask } from '../people/ask.ts';
import { useSpeech } from '../people/language.ts';
import { atTime } from '../people/time.ts';
import { type Meeting as Agreed, meetingOf, type Registration, type ReviewOfState } from './types.ts';

/** When and where the Pre-session of a registration is, as the published agenda says; nothing until one has it. */
export function Meeting({ registration }: { registration: Registration }) {
  const { words } = useSpeech();
  const { session, stateUnderReview } = registration;
  const [reviews, setReviews] = useState<ReviewOfState[]>([]);
  useEffect(() => {
    let left = false;
    ask<{ reviews: { nodes: ReviewOfState[] } }>('meetings-of-state', { state: stateUnderReview }).then(
      ({ reviews }) => {
        if (!left) setReviews(reviews.nodes);
      },
      (error: unknown) => console.warn('the agenda is not known:', error),
    );
    return () => {
      left = true;
    };
  }, [stateUnderReview]);
  const published = meetingOf(reviews, session);
  if (!published) return null;
  return (
    <section aria-label={words.meeting}>
      <h2>{words.meeting}</h2>
      <When meeting={published.meeting} />
      <p>
        <a href={`/agenda/${published.session}.html`} hrefLang="en">
          {words.agenda}
        </a>
      </p>
    </section>
  );
}

function When({ meeting }: { meeting: Agreed }) {
  const speech = useSpeech();
  const { words } = speech;
  const { startsAt, endsAt, room, mode, status } = meeting;
  const minutes = (Date.parse(endsAt) - Date.parse(startsAt)) / 60_000;
  // Who reads the time that it had takes it for the one that it has.
  if (status === 'POSTPONED' || status === 'NOT_HELD') return <p className="state">{words.meetingOff[status]}</p>;
  return (
    <p>
      {[atTime(startsAt, speech), words.minutes(minutes), room].filter(Boolean).join(', ')}
      <br />
      {words.meetingModes[mode]}
    </p>
  );
}
