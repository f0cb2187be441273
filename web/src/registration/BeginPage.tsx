import { useCallback, useEffect, useState } from 'react';
import { ask, change, isSignedOut, Refusal } from '../people/ask.ts';
import { Form, TextField, useSending } from '../people/form.tsx';
import { linkTo, useSpeech } from '../people/language.ts';
import { Title, useStates } from '../people/Page.tsx';
import { atTime } from '../people/time.ts';
import { AccessCode, PATH } from './Calls.tsx';
import { Notice } from './Notice.tsx';
import { SignedIn } from './SignedIn.tsx';
import type { OpenCall } from './types.ts';

interface Answer {
  viewer: { email: string | null } | null;
  openCalls: OpenCall[];
}

/** What is known when the page is shown: a call that is open, or that the code opens; none. */
interface Found {
  viewer: Answer['viewer'];
  call?: OpenCall;
  accessCode?: string;
}

async function find(preSession: string, accessCode: string): Promise<Found> {
  const { viewer, openCalls } = await ask<Answer>('open-calls');
  const wanted = ({ id }: OpenCall) => id === preSession;
  const open = openCalls.find(wanted);
  if (open || accessCode === '') return { viewer, call: open };
  try {
    const { calls } = await change<{ calls: OpenCall[] }>('open-access-code', { accessCode });
    return { viewer, call: calls.find(wanted), accessCode };
  } catch (error) {
    if (error instanceof Refusal) return { viewer };
    throw error;
  }
}

/** Begins a registration for a Pre-session, at once for whoever is signed in, by a mailed link for others. */
export function BeginPage({ preSession }: { preSession: string }) {
  const { words } = useSpeech();
  const [code, setCode] = useState(() => location.hash.slice(1));
  const [found, setFound] = useState<Found>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const another = () => setCode(location.hash.slice(1));
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, []);
  const load = useCallback(() => find(preSession, code).then(setFound, () => setFailed(true)), [preSession, code]);
  useEffect(() => void load(), [load]);

  if (failed) return <Notice title={words.apply} text={words.unreachable} />;
  if (!found) return <p role="status">{words.loading}</p>;
  return (
    <>
      {found.call ? (
        <Begin {...found} call={found.call} onSignedOut={load} />
      ) : (
        <>
          <Notice title={words.apply} text={words.callNotOpen} />
          <AccessCode key={code} code={code} />
        </>
      )}
      <p>
        <a href={linkTo(PATH)}>{words.otherCalls}</a>
      </p>
      {found.viewer && <SignedIn email={found.viewer.email ?? ''} />}
    </>
  );
}

function Begin({ call, accessCode, viewer, onSignedOut }: Found & { call: OpenCall; onSignedOut: () => Promise<void> }) {
  const speech = useSpeech();
  const { words } = speech;
  const name = useStates([call.stateUnderReview]);
  const about = { preSession: call.id, accessCode };
  return (
    <>
      <Title>{words.registrationOn(name(call.stateUnderReview))}</Title>
      <p>
        {words.session(call.session)}
        <br />
        {words.openUntil(atTime(call.closesAt, speech))}
      </p>
      <h2>{words.askedFor}</h2>
      <ul>
        {Object.entries(words.asked).map(([what, text]) => (
          <li key={what}>{text}</li>
        ))}
      </ul>
      <p>{words.beginText}</p>
      {viewer ? <BeginForm about={about} onSignedOut={onSignedOut} /> : <LinkForm about={about} />}
    </>
  );
}

interface About {
  preSession: string;
  accessCode?: string;
}

function BeginForm({ about, onSignedOut }: { about: About; onSignedOut: () => Promise<void> }) {
  const { words } = useSpeech();
  const sending = useSending();
  const begin = async () => {
    try {
      const { application } = await change<{ application: { id: string } }>('start-application', { ...about });
      location.assign(linkTo(`${PATH}/${application.id}`));
    } catch (error) {
      if (isSignedOut(error)) await onSignedOut(); // the form of who is not signed in takes the place of this one
      throw error;
    }
  };
  return (
    <Form sending={sending} label={words.begin} onSend={begin}>
      <button disabled={sending.busy}>{words.begin}</button>
    </Form>
  );
}

/** Asks for a link that signs in and begins. */
function LinkForm({ about }: { about: About }) {
  const { words, language } = useSpeech();
  const sending = useSending();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState(false);
  const { errors } = sending;
  const send = async () => {
    setSent(false);
    await change('request-account', { name, email, language: language.toUpperCase(), ...about });
    setSent(true);
  };
  return (
    <>
      <h2>{words.begin}</h2>
      <p>{words.beginSignIn}</p>
      <Form sending={sending} label={words.begin} fields={['name', 'email']} onSend={send}>
        <TextField
          label={words.ownName}
          hint={words.ownNameHint}
          name="name"
          autoComplete="name"
          required
          errors={errors}
          value={name}
          onChange={setName}
        />
        <TextField label={words.email} name="email" type="email" autoComplete="email" required errors={errors} value={email} onChange={setEmail} />
        <button disabled={sending.busy}>{words.sendLink}</button>
      </Form>
      <p role="status">{sent && words.beginLinkSent}</p>
    </>
  );
}
