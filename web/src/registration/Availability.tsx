import { useState } from 'react';
import { Form, LongField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Change, Registration, State } from './types.ts';

const OPEN: State[] = ['DRAFT', 'SUBMITTED', 'CHANGES_REQUESTED', 'SHORTLISTED', 'WAITLISTED', 'OFFERED', 'CONFIRMED', 'MERGED'];

/** When who speaks can, and cannot: until the meeting is over, also where its time has changed. */
export function Availability({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [availability, setAvailability] = useState(registration.availability);
  const { id, revision, state, mergerEnded } = registration;
  if (!OPEN.includes(state) || mergerEnded) return null;
  return (
    <section aria-label={words.availability}>
      <h2>{words.availability}</h2>
      <Form
        sending={sending}
        label={words.availability}
        fields={['availability']}
        onSend={() => onChange('save-availability', { id, revision, availability })}
      >
        <LongField
          label={words.availabilityLabel}
          hint={words.availabilityHint}
          name="availability"
          errors={sending.errors}
          value={availability}
          onChange={setAvailability}
        />
        <button disabled={sending.busy} className="quiet">
          {words.save}
        </button>
      </Form>
    </section>
  );
}
