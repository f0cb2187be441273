import { useState } from 'react';
import { CheckField, ChoiceField, Form, TextField, useSending } from '../people/form.tsx';
import { languageNames, useSpeech } from '../people/language.ts';
import type { Change, Identity, Speaker } from './types.ts';

const FIELDS = ['identity.name', 'identity.position', 'identity.email', 'identity.phone', 'pseudonym'];
const NOBODY: Identity = { name: '', position: '', email: '', phone: '' };

/** Adds a speaker, or changes one: while the registration waits, how to reach them alone. */
export function SpeakerForm(props: { application: string; speaker?: Speaker; waits?: boolean; onChange: Change }) {
  const { application, speaker, waits, onChange } = props;
  const { words, language } = useSpeech();
  const sending = useSending();
  const about = speaker?.about;
  const [identity, setIdentity] = useState(speaker?.identity ?? NOBODY);
  const [level, setLevel] = useState('0');
  const [said, setSaid] = useState({
    pseudonym: about?.pseudonym ?? '',
    gender: about?.gender ?? 'UNDISCLOSED',
    contact: about?.contact ?? 'EMAIL',
    language: about?.language ?? language.toUpperCase(),
    neutral: about?.neutral ?? false,
  });
  const sealed = about?.named && !speaker?.identity;
  const reachable = !waits || about?.named;
  const nobody = Object.values(identity).every((text) => text.trim() === '');
  const { errors } = sending;
  const who = (field: keyof Identity, label: string, type = 'text') => (
    <TextField
      label={label}
      name={`identity.${field}`}
      type={type}
      errors={errors}
      value={identity[field]}
      onChange={(text) => setIdentity({ ...identity, [field]: text })}
    />
  );
  const send = () =>
    onChange('save-participant', {
      application,
      ...said,
      ...(about ? { id: about.id, revision: about.revision } : { level: Number(level) }),
      ...(nobody ? {} : { identity }),
    });
  return (
    <Form sending={sending} label={speaker ? words.changeSpeaker : words.addSpeaker} fields={FIELDS} onSend={send}>
      {waits && <p>{words.waits}</p>}
      {sealed && <p>{waits ? words.contactHidden : words.identityHidden}</p>}
      {!waits && who('name', words.fullName)}
      {!waits && who('position', words.optional(words.position))}
      {reachable && who('email', words.optional(words.email), 'email')}
      {reachable && who('phone', words.optional(words.phone), 'tel')}
      {!speaker && (
        <ChoiceField label={words.protection} hint={words.protectionHint} options={words.levels} value={level} onChange={setLevel} />
      )}
      {!waits && (
        <>
          <TextField
            label={words.optional(words.pseudonym)}
            name="pseudonym"
            errors={errors}
            value={said.pseudonym}
            onChange={(pseudonym) => setSaid({ ...said, pseudonym })}
          />
          <ChoiceField label={words.gender} options={words.genders} value={said.gender} onChange={(gender) => setSaid({ ...said, gender })} />
        </>
      )}
      <ChoiceField label={words.contact} options={words.contacts} value={said.contact} onChange={(contact) => setSaid({ ...said, contact })} />
      <ChoiceField label={words.language} options={languageNames} value={said.language} onChange={(to) => setSaid({ ...said, language: to })} />
      <CheckField label={words.neutral} checked={said.neutral} onChange={(neutral) => setSaid({ ...said, neutral })} />
      <button disabled={sending.busy}>{words.save}</button>
    </Form>
  );
}
