import { useEffect, useRef, useState } from 'react';
import { CarefulButton, CheckField, Form, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { useStates } from '../people/Page.tsx';
import { atTime } from '../people/time.ts';
import type { Change, Registration, State } from './types.ts';

const WITHDRAWABLE: State[] = ['DRAFT', 'SUBMITTED', 'CHANGES_REQUESTED', 'WAITLISTED', 'OFFERED', 'CONFIRMED'];

/** What has become of a registration, and what its applicant can do next. */
export function StateSection(props: { registration: Registration; callClosesAt?: string; onChange: Change }) {
  const { registration, onChange } = props;
  const { words } = useSpeech();
  const { id, revision, state, questions, outcome } = registration;
  const shown = useRef<HTMLParagraphElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state) shown.current?.focus(); // what was pressed is gone
    before.current = state;
  }, [state]);
  const offered = state === 'OFFERED';
  return (
    <section aria-label={words.next}>
      <p ref={shown} className="state" role="status" tabIndex={-1}>
        <strong>{words.states[state]}</strong> {outcome && words.outcomes[outcome]}
      </p>
      {questions && (
        <>
          <h2>{words.questions}</h2>
          <p className="quoted">{questions}</p>
        </>
      )}
      <h2>{words.next}</h2>
      <Next registration={registration} callClosesAt={props.callClosesAt} />
      {registration.missions && <Missions missions={registration.missions} />}
      {offered && <Confirm registration={registration} onChange={onChange} />}
      {WITHDRAWABLE.includes(state) && (
        <CarefulButton
          label={offered ? words.decline : words.withdraw}
          warning={offered ? words.declineWarning : words.withdrawWarning}
          yes={offered ? words.declineYes : words.withdrawYes}
          onYes={() => onChange('withdraw-application', { id, revision })}
        />
      )}
    </section>
  );
}

function Next({ registration, callClosesAt }: { registration: Registration; callClosesAt?: string }) {
  const speech = useSpeech();
  const { words } = speech;
  const { state, respondBy, offerExpiresAt, editable } = registration;
  const at = (time: string) => atTime(time, speech);
  if (state === 'OFFERED' && offerExpiresAt) return <p>{words.confirmBy(at(offerExpiresAt))}</p>;
  if (state === 'CHANGES_REQUESTED' && respondBy) return <p>{words.answerBy(at(respondBy))}</p>;
  if (state === 'DRAFT' && editable) return <p>{callClosesAt ? words.nextDraft(at(callClosesAt)) : words.nextLate}</p>;
  if (state === 'SUBMITTED' && editable && callClosesAt) return <p>{words.nextSubmitted(at(callClosesAt))}</p>;
  if (state === 'CONFIRMED') return <p>{words.nextConfirmed}</p>;
  return <p>{words.nextNothing}</p>;
}

function Missions({ missions }: { missions: { states: string[]; stateUnderReview: boolean } }) {
  const { words } = useSpeech();
  const name = useStates(missions.states);
  return (
    <>
      <h3>{words.missions}</h3>
      <p>
        {missions.states.length > 0 ? words.missionsFrom(missions.states.map(name).join(', ')) : words.noMissions}{' '}
        {missions.stateUnderReview ? words.underReviewComes : words.underReviewNot}
      </p>
    </>
  );
}

function Confirm({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [stands, setStands] = useState(false);
  const { id, revision, participants } = registration;
  return (
    <Form
      sending={sending}
      label={words.confirmForm}
      onSend={() => onChange('confirm-offer', { id, revision, consentsStand: stands })}
    >
      {participants.length === 0 && <p>{words.nobodyNamed}</p>}
      <CheckField label={words.consentsStand} required checked={stands} onChange={setStands} />
      <button disabled={sending.busy}>{words.confirm}</button>
    </Form>
  );
}
