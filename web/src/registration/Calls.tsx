import { Fragment, useState } from 'react';
import { change } from '../people/ask.ts';
import { Form, TextField, useSending } from '../people/form.tsx';
import { linkTo, useSpeech } from '../people/language.ts';
import { useStates } from '../people/Page.tsx';
import { atTime } from '../people/time.ts';
import type { OpenCall } from './types.ts';

export const PATH = '/registrations';

/** Pre-sessions for which somebody may apply, each with the page that begins; those that close together stand together. */
export function Calls({ calls, accessCode = '' }: { calls: OpenCall[]; accessCode?: string }) {
  const speech = useSpeech();
  const { words, language } = speech;
  const name = useStates(calls.map(({ stateUnderReview }) => stateUnderReview));
  const byName = [...calls].sort((a, b) => name(a.stateUnderReview).localeCompare(name(b.stateUnderReview), language));
  const together = new Map<string, OpenCall[]>();
  for (const call of byName) {
    const text = `${words.session(call.session)}. ${words.openUntil(atTime(call.closesAt, speech))}`;
    together.set(text, [...(together.get(text) ?? []), call]);
  }
  // As in an invitation, what stands behind the # is sent to no server in an address.
  const hash = accessCode && `#${accessCode}`;
  return [...together].map(([text, group]) => (
    <Fragment key={text}>
      <p>{text}</p>
      <ul className="calls">
        {group.map(({ id, stateUnderReview }) => (
          <li key={id}>
            <a href={linkTo(PATH, { call: id }) + hash}>{words.registrationOn(name(stateUnderReview))}</a>
          </li>
        ))}
      </ul>
    </Fragment>
  ));
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
