import { useState } from 'react';
import { CarefulButton, CheckField, ChoiceField, Form, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { SpeakerForm } from './SpeakerForm.tsx';
import { type Audience, awaitsReview, type Change, type Consent, type Item, type Registration, type Speaker } from './types.ts';

const MOST = 4;

/** Who speaks, what the public will know of each, and how that is changed. */
export function Speakers({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const { participants, editable, state } = registration;
  const changeable = editable || state === 'OFFERED' || state === 'CONFIRMED';
  const waits = state === 'WAITLISTED';
  return (
    <section aria-label={words.speakers}>
      <h2>{words.speakers}</h2>
      <p>{words.speakersText}</p>
      {participants.map((speaker, i) => (
        <SpeakerCard
          key={speaker.about.id}
          number={i + 1}
          speaker={speaker}
          application={registration.id}
          changeable={changeable || waits}
          waits={waits}
          onChange={onChange}
        />
      ))}
      {changeable && participants.length < MOST && (
        <details>
          <summary>{words.addSpeaker}</summary>
          <SpeakerForm key={participants.length} application={registration.id} onChange={onChange} />
        </details>
      )}
    </section>
  );
}

function SpeakerCard(props: {
  number: number;
  speaker: Speaker;
  application: string;
  changeable: boolean;
  waits: boolean;
  onChange: Change;
}) {
  const { speaker, onChange } = props;
  const { words } = useSpeech();
  const { about, publicly } = speaker;
  const known = [publicly?.name, publicly?.position, publicly?.organisation].filter(Boolean).join(', ');
  return (
    <section className="card" aria-label={words.speaker(props.number)}>
      <h3>{speaker.identity?.name || words.speaker(props.number)}</h3>
      <p>
        <strong>{words.publicly}</strong> {known || words.publiclyNothing}
      </p>
      {awaitsReview(about) && <p>{words.publiclyNotYet}</p>}
      <details>
        <summary>{words.consents}</summary>
        <ConsentsForm speaker={speaker} onChange={onChange} />
      </details>
      <details>
        <summary>{words.protection}</summary>
        <ProtectionForm speaker={speaker} onChange={onChange} />
      </details>
      {props.changeable && (
        <details>
          <summary>{words.changeSpeaker}</summary>
          <SpeakerForm key={about.level} application={props.application} speaker={speaker} waits={props.waits} onChange={onChange} />
        </details>
      )}
      <CarefulButton
        label={words.removeSpeaker}
        warning={words.removeWarning}
        yes={words.removeYes}
        onYes={() => onChange('remove-participant', { id: about.id })}
      />
    </section>
  );
}

/** The security of the building needs a name, and with whom somebody comes. */
const FOR_A_BADGE: Item[] = ['NAME', 'ORGANISATION'];

function ConsentsForm({ speaker, onChange }: { speaker: Speaker; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [given, setGiven] = useState<Consent[]>(speaker.about.consents);
  const has = (audience: Audience, item: Item) => given.some((c) => c.audience === audience && c.item === item);
  const give = (audience: Audience, item: Item, on: boolean) =>
    setGiven([...given.filter((c) => c.audience !== audience || c.item !== item), ...(on ? [{ audience, item }] : [])]);
  return (
    <Form sending={sending} label={words.consents} onSend={() => onChange('give-consents', { id: speaker.about.id, consents: given })}>
      <p>{words.consentsText}</p>
      {entries(words.audiences).map(([audience, to]) => (
        <fieldset className="checks" key={audience}>
          <legend>{to}</legend>
          {entries(words.items)
            .filter(([item]) => audience !== 'UN_SECURITY' || FOR_A_BADGE.includes(item))
            .map(([item, what]) => (
              <CheckField key={item} label={what} checked={has(audience, item)} onChange={(on) => give(audience, item, on)} />
            ))}
        </fieldset>
      ))}
      <button disabled={sending.busy}>{words.saveConsents}</button>
    </Form>
  );
}

const entries = <K extends string>(table: Record<K, string>) => Object.entries(table) as [K, string][];

function ProtectionForm({ speaker, onChange }: { speaker: Speaker; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const { id, level, lowerTo } = speaker.about;
  const [wanted, setWanted] = useState(String(level));
  return (
    <Form sending={sending} label={words.protection} onSend={() => onChange('request-protection', { id, level: Number(wanted) })}>
      {lowerTo !== null && !awaitsReview(speaker.about) && <p>{words.lowerAsked(lowerTo)}</p>}
      <ChoiceField label={words.protection} hint={words.protectionHint} options={words.levels} value={wanted} onChange={setWanted} />
      <button disabled={sending.busy}>{words.protect}</button>
    </Form>
  );
}
