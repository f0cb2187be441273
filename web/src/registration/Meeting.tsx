import { useEffect, useState } from 'react';
import { ask } from '../people/ask.ts';
import { useSpeech } from '../people/language.ts';
import { atTime } from '../people/time.ts';
import { type Appointment, type Meeting as Agreed, meetingOf, type Registration, type ReviewOfState } from './types.ts';

/**
 * When and where the Pre-session of a registration is: as its applicant was told with an offer or a place, and as the
 * published agenda says; nothing before. Who is protected is told nowhere else.
 */
export function Meeting({ registration }: { registration: Registration }) {
  const { words } = useSpeech();
  const { session, stateUnderReview, state, off, meeting, meetingMoves } = registration;
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
  const invited = state === 'OFFERED' || state === 'CONFIRMED';
  if (!published && !invited && !off) return null;
  return (
    <section aria-label={words.meeting}>
      <h2>{words.meeting}</h2>
      {off ? (
        <p className="state">{words.meetingOff[off]}</p>
      ) : meeting ? (
        <Place meeting={meeting} mode={published?.meeting.status === 'PLANNED' ? published.meeting.mode : undefined} />
      ) : published ? (
        <When meeting={published.meeting} />
      ) : (
        <p>{words.timeFollows}</p>
      )}
      {meetingMoves && <p className="state">{words.meetingMoves}</p>}
      {published && (
        <p>
          <a href={`/agenda/${published.session}.html`} hrefLang="en">
            {words.agenda}
          </a>
        </p>
      )}
    </section>
  );
}

function When({ meeting }: { meeting: Agreed }) {
  const { words } = useSpeech();
  const { startsAt, endsAt, room, mode, status } = meeting;
  const minutes = (Date.parse(endsAt) - Date.parse(startsAt)) / 60_000;
  // Who reads the time that it had takes it for the one that it has.
  if (status === 'POSTPONED' || status === 'NOT_HELD') return <p className="state">{words.meetingOff[status]}</p>;
  return <Place meeting={{ startsAt, minutes, room }} mode={mode} />;
}

function Place({ meeting, mode }: { meeting: Appointment; mode: Agreed['mode'] | undefined }) {
  const speech = useSpeech();
  const { words } = speech;
  const { startsAt, minutes, room } = meeting;
  return (
    <p>
      {[atTime(startsAt, speech), words.minutes(minutes), room].filter(Boolean).join(', ')}
      {mode && (
        <>
          <br />
          {words.meetingModes[mode]}
        </>
      )}
    </p>
  );
}
