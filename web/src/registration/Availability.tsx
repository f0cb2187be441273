import { useState } from 'react';
import { Form, LongField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Change, Registration } from './types.ts';

/** When who speaks can, and cannot: as long as answers may be changed, and while the registration waits or has an offer. */
export function Availability({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [availability, setAvailability] = useState(registration.availability);
  const { id, revision, editable, state } = registration;
  if (!editable && state !== 'WAITLISTED' && state !== 'OFFERED') return null;
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
