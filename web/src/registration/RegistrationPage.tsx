import { useCallback, useEffect, useState } from 'react';
import { ask, change, Refusal } from '../people/ask.ts';
import { useSpeech } from '../people/language.ts';
import { Title, useStates } from '../people/Page.tsx';
import { AnswersSection } from './AnswersSection.tsx';
import { SignIn } from './SignIn.tsx';
import { Speakers } from './Speakers.tsx';
import { StateSection } from './StateSection.tsx';
import { Statements } from './Statements.tsx';
import type { Change, Listed, Registration } from './types.ts';

interface Answer {
  viewer: { email: string | null } | null;
  openCalls?: { id: string; closesAt: string }[];
  mine: { application?: Registration | null; applications?: Listed[] } | null;
}

/** One registration, or where there is no id the list of them, for whoever is signed in. */
export function RegistrationPage({ id }: { id?: string }) {
  const { words } = useSpeech();
  const [answer, setAnswer] = useState<Answer>();
  const [failed, setFailed] = useState('');
  const [saved, setSaved] = useState(false);

  const load = useCallback(
    () => (id ? ask<Answer>('own-registration', { id }) : ask<Answer>('own-registrations')).then(setAnswer),
    [id],
  );
  useEffect(() => {
    load().catch((error: unknown) => setFailed((error instanceof Refusal && error.message) || words.unreachable));
  }, [load]); // in another language nothing is asked again

  if (failed !== '') return <Notice title={words.registration} text={failed} />;
  if (!answer) return <p role="status">{words.loading}</p>;
  if (!answer.viewer || !answer.mine) return <SignIn registration={id} />;
  const { application, applications } = answer.mine;
  const then: Change = async <T,>(document: string, input: Record<string, unknown>) => {
    setSaved(false);
    const payload = await change<T>(document, input);
    await load();
    setSaved(true);
    return payload;
  };
  return (
    <>
      {application && (
        <One
          registration={application}
          callClosesAt={answer.openCalls?.find((call) => call.id === application.preSession)?.closesAt}
          onChange={then}
        />
      )}
      {!application && id && <Notice title={words.registration} text={words.noRegistration} />}
      {applications && <List registrations={applications} />}
      <p role="status" className="saved">
        {saved && words.saved}
      </p>
      <SignedIn email={answer.viewer.email ?? ''} />
    </>
  );
}

function One(props: { registration: Registration; callClosesAt?: string; onChange: Change }) {
  const { registration, onChange } = props;
  const { words } = useSpeech();
  const name = useStates([registration.stateUnderReview]);
  return (
    <>
      <Title>{words.registrationOn(name(registration.stateUnderReview))}</Title>
      <p>
        {words.session(registration.session)}
        <br />
        {words.reference(registration.reference)}
      </p>
      <StateSection {...props} />
      {(registration.state === 'CONFIRMED' || registration.state === 'SPOKE') && <Statements id={registration.id} />}
      <AnswersSection registration={registration} onChange={onChange} />
      <Speakers registration={registration} onChange={onChange} />
    </>
  );
}

function List({ registrations }: { registrations: Listed[] }) {
  const { words } = useSpeech();
  const name = useStates(registrations.map(({ stateUnderReview }) => stateUnderReview));
  return (
    <>
      <Title>{words.ownRegistrations}</Title>
      {registrations.length === 0 && <p>{words.noRegistrations}</p>}
      <ul>
        {registrations.map(({ id, stateUnderReview, session, state }) => (
          <li key={id}>
            <a href={`/registrations/${id}${location.search}`}>{words.registrationOn(name(stateUnderReview))}</a>
            <br />
            {words.session(session)}. {words.states[state]}
          </li>
        ))}
      </ul>
    </>
  );
}

function Notice({ title, text }: { title: string; text: string }) {
  return (
    <>
      <Title>{title}</Title>
      <p role="alert">{text}</p>
    </>
  );
}

function SignedIn({ email }: { email: string }) {
  const { words } = useSpeech();
  return (
    <footer>
      <h2>{words.signedInAs(email)}</h2>
      <button type="button" className="quiet" onClick={() => void change('sign-out').finally(() => location.reload())}>
        {words.signOut}
      </button>
    </footer>
  );
}
