import { useState } from 'react';
import { change } from '../people/ask.ts';
import { Form, TextField, useSending } from '../people/form.tsx';
import { linkTo, useSpeech } from '../people/language.ts';
import { useStates } from '../people/Page.tsx';
import { atTime } from '../people/time.ts';
import type { OpenCall } from './types.ts';

export const PATH = '/registrations';

/** Pre-sessions for which somebody may apply, each with the page that begins. */
export function Calls({ calls, accessCode = '' }: { calls: OpenCall[]; accessCode?: string }) {
  const speech = useSpeech();
  const { words } = speech;
  const name = useStates(calls.map(({ stateUnderReview }) => stateUnderReview));
  // As in an invitation, what stands behind the # is sent to no server in an address.
  const hash = accessCode && `#${accessCode}`;
  return (
    <ul>
      {calls.map(({ id, session, stateUnderReview, closesAt }) => (
        <li key={id}>
          <a href={linkTo(PATH, { call: id }) + hash}>{words.registrationOn(name(stateUnderReview))}</a>
          <br />
          {words.session(session)}. {words.openUntil(atTime(closesAt, speech))}
        </li>
      ))}
    </ul>
  );
}

/** Shows what an access code opens. */
export function AccessCode({ code: given = '' }: { code?: string }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [code, setCode] = useState(given);
  const [opened, setOpened] = useState<{ calls: OpenCall[]; accessCode: string }>();
  const accessCode = code.trim().toUpperCase();
  const open = async () => {
    setOpened(undefined);
    const { calls } = await change<{ calls: OpenCall[] }>('open-access-code', { accessCode });
    setOpened({ calls, accessCode });
  };
  return (
    <>
      <Form sending={sending} label={words.accessCode} fields={['accessCode']} onSend={open}>
        <TextField
          label={words.accessCode}
          hint={words.accessCodeHint}
          name="accessCode"
          required
          errors={sending.errors}
          value={code}
          onChange={setCode}
        />
        <button disabled={sending.busy} className="quiet">
          {words.showCalls}
        </button>
      </Form>
      <div role="status">{opened && <Calls {...opened} />}</div>
    </>
  );
}
