import { useCallback, useEffect, useState } from 'react';
import { ask, change, Refusal } from '../people/ask.ts';
import { SignedOutContext } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { Title, useStates } from '../people/Page.tsx';
import { refusalIn } from '../people/refusals.ts';
import { AnswersSection } from './AnswersSection.tsx';
import { Availability } from './Availability.tsx';
import { Calendar } from './Calendar.tsx';
import { Meeting } from './Meeting.tsx';
import { Merger } from './Merger.tsx';
import { Notice } from './Notice.tsx';
import { Owners } from './Owners.tsx';
import { SessionEnded } from './SessionEnded.tsx';
import { SignedIn } from './SignedIn.tsx';
import { SignIn } from './SignIn.tsx';
import { Speakers } from './Speakers.tsx';
import { StateSection } from './StateSection.tsx';
import { Statements, useBrought } from './Statements.tsx';
import type { Change, Registration, State } from './types.ts';

interface Answer {
  viewer: { email: string | null } | null;
  openCalls: { id: string; closesAt: string }[];
  mine: { application: Registration | null } | null;
}

/** One registration, for its applicant. */
export function RegistrationPage({ id }: { id: string }) {
  const { words, language } = useSpeech();
  const [answer, setAnswer] = useState<Answer>();
  const [failed, setFailed] = useState<Refusal | 'unreachable'>();
  const [saved, setSaved] = useState(false);
  const [ended, setEnded] = useState(false);

  const load = useCallback(() => ask<Answer>('own-registration', { id, language: language.toUpperCase() }).then(setAnswer), [id, language]);
  useEffect(() => {
    load().catch((error: unknown) => setFailed(error instanceof Refusal && error.errors.length > 0 ? error : 'unreachable'));
  }, [load]);

  if (failed) {
    const texts = failed === 'unreachable' ? [words.unreachable] : failed.errors.map((error) => refusalIn(language, error).text);
    return <Notice title={words.registration} text={texts.join(' ')} />;
  }
  if (!answer) return <p role="status">{words.loading}</p>;
  const { viewer, mine } = answer;
  if (!viewer || !mine) return <SignIn registration={id} />;
  const email = viewer.email ?? '';
  const then: Change = async <T,>(document: string, input: Record<string, unknown>, more?: Record<string, unknown>) => {
    setSaved(false);
    const payload = await change<T>(document, input, more);
    await load();
    setSaved(true);
    return payload;
  };
  return (
    <SignedOutContext value={() => setEnded(true)}>
      {mine.application ? (
        <One
          registration={mine.application}
          callClosesAt={answer.openCalls.find((call) => call.id === mine.application?.preSession)?.closesAt}
          email={email}
          onChange={then}
        />
      ) : (
        <Notice title={words.registration} text={words.noRegistration} />
      )}
      <p role="status" className="saved">
        {saved && words.saved}
      </p>
      <SignedIn email={email} />
      {ended && <SessionEnded registration={id} email={email} onClose={() => setEnded(false)} />}
    </SignedOutContext>
  );
}

const HAD_PLACE: State[] = ['CONFIRMED', 'SPOKE', 'NO_SHOW'];

function One(props: { registration: Registration; callClosesAt?: string; email: string; onChange: Change }) {
  const { registration, callClosesAt, email, onChange } = props;
  const { id, state } = registration;
  const { words } = useSpeech();
  const [brought, load] = useBrought(id, HAD_PLACE.includes(state));
  const published = brought.statements.some((statement) => statement.state === 'PUBLISHED');
  const name = useStates([registration.stateUnderReview]);
  return (
    <>
      <Title>{words.registrationOn(name(registration.stateUnderReview))}</Title>
      <p>
        {words.session(registration.session)}
        <br />
        {words.reference(registration.reference)}
      </p>
      <Meeting registration={registration} />
      <StateSection registration={registration} callClosesAt={callClosesAt} published={published} onChange={onChange} />
      <Calendar registration={registration} />
      {(state === 'CONFIRMED' || state === 'SPOKE') && <Statements id={id} brought={brought} load={load} taken={registration.off !== 'NOT_HELD'} />}
      <AnswersSection registration={registration} onChange={onChange} />
      <Speakers registration={registration} onChange={onChange} />
      <Availability registration={registration} onChange={onChange} />
      <Owners registration={registration} email={email} onChange={onChange} />
      <Merger registration={registration} onChange={onChange} />
    </>
  );
}
