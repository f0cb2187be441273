import { useState } from 'react';
import { Errors, Form, TextField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Change, Registration, State } from './types.ts';

const MERGEABLE: State[] = ['SUBMITTED', 'CHANGES_REQUESTED', 'WAITLISTED', 'OFFERED', 'CONFIRMED'];

/** Agrees to a registration being merged with another one, and takes that back. */
export function Merger({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const { id, state, agreesTo } = registration;
  const takingBack = useSending();
  if (!MERGEABLE.includes(state)) return null;
  return (
    <section aria-label={words.merger}>
      <h2>{words.merger}</h2>
      <p>{words.mergerText}</p>
      {agreesTo && (
        <>
          <p>{words.agreesTo(agreesTo)}</p>
          <button
            type="button"
            className="quiet"
            disabled={takingBack.busy}
            onClick={() => void takingBack.send(() => onChange('agree-to-merge', { application: id, reference: '' }))}
          >
            {words.agreeNot}
          </button>
          <Errors errors={takingBack.errors} />
        </>
      )}
      <details>
        <summary>{words.agree}</summary>
        <Agree key={agreesTo} application={id} onChange={onChange} />
      </details>
    </section>
  );
}

function Agree({ application, onChange }: { application: string; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [reference, setReference] = useState('');
  return (
    <Form sending={sending} label={words.agree} fields={['reference']} onSend={() => onChange('agree-to-merge', { application, reference })}>
      <TextField label={words.otherReference} name="reference" required errors={sending.errors} value={reference} onChange={setReference} />
      <button disabled={sending.busy}>{words.agree}</button>
    </Form>
  );
}
