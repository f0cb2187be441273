import { useEffect, useState } from 'react';
import { ask } from '../people/ask.ts';
import { linkTo, useSpeech } from '../people/language.ts';
import { Title, useStates } from '../people/Page.tsx';
import { AccessCode, Calls, PATH } from './Calls.tsx';
import { Notice } from './Notice.tsx';
import { SignedIn } from './SignedIn.tsx';
import { SignInForm } from './SignIn.tsx';
import type { Listed, OpenCall } from './types.ts';

interface Answer {
  viewer: { email: string | null } | null;
  openCalls: OpenCall[];
  mine: { applications: Listed[] } | null;
}

/** The calls that are open, for everybody, with one's own registrations for whoever is signed in. */
export function RegistrationsPage() {
  const { words } = useSpeech();
  const [answer, setAnswer] = useState<Answer>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    ask<Answer>('own-registrations').then(setAnswer, () => setFailed(true));
  }, []);
  if (failed) return <Notice title={words.apply} text={words.unreachable} />;
  if (!answer) return <p role="status">{words.loading}</p>;
  const { viewer, openCalls, mine } = answer;
  return (
    <>
      <Title>{mine ? words.ownRegistrations : words.apply}</Title>
      {mine ? <Own registrations={mine.applications} /> : <p>{words.applyText}</p>}
      <section aria-label={words.openCalls}>
        <h2>{words.openCalls}</h2>
        {openCalls.length > 0 ? <Calls calls={openCalls} /> : <p>{words.noOpenCalls}</p>}
        <details>
          <summary>{words.haveCode}</summary>
          <AccessCode />
        </details>
      </section>
      {mine ? (
        <SignedIn email={viewer?.email ?? ''} />
      ) : (
        <section aria-label={words.begunAlready}>
          <h2>{words.begunAlready}</h2>
          <p>{words.signInText}</p>
          <SignInForm />
        </section>
      )}
    </>
  );
}

function Own({ registrations }: { registrations: Listed[] }) {
  const { words } = useSpeech();
  const name = useStates(registrations.map(({ stateUnderReview }) => stateUnderReview));
  if (registrations.length === 0) return <p>{words.noRegistrations}</p>;
  return (
    <ul>
      {registrations.map(({ id, stateUnderReview, session, state }) => (
        <li key={id}>
          <a href={linkTo(`${PATH}/${id}`)}>{words.registrationOn(name(stateUnderReview))}</a>
          <br />
          {words.session(session)}. {words.states[state]}
        </li>
      ))}
    </ul>
  );
}
