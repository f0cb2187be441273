import { useEffect, useRef, useState } from 'react';
import { CarefulButton, CheckField, Form, LongField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { useStates } from '../people/Page.tsx';
import { atTime } from '../people/time.ts';
import { type Change, inPlace, type Missions, type Registration, type Reserve, type State } from './types.ts';

const WITHDRAWABLE: State[] = ['DRAFT', 'SUBMITTED', 'CHANGES_REQUESTED', 'WAITLISTED', 'OFFERED', 'CONFIRMED', 'MERGED', 'SPOKE', 'NO_SHOW'];

/** What has become of a registration, and what its applicant can do next. */
export function StateSection(props: { registration: Registration; callClosesAt?: string; published: boolean; onChange: Change }) {
  const { registration, published, onChange } = props;
  const { words } = useSpeech();
  const { state, questions, outcome, feedback, mergerEnded, off, reserve } = registration;
  const notHeld = off === 'NOT_HELD';
  const shown = useRef<HTMLParagraphElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state) shown.current?.focus(); // what was pressed is gone
    before.current = state;
  }, [state]);
  return (
    <section aria-label={words.next}>
      <p ref={shown} className="state" role="status" tabIndex={-1}>
        <strong>{notHeld ? words.meetingOff.NOT_HELD : mergerEnded ? words.mergerEnded : words.states[state]}</strong> {outcome && words.outcomes[outcome]}
      </p>
      {reserve && <Waiting reserve={reserve} />}
      {questions && (
        <>
          <h2>{words.questions}</h2>
          <p className="quoted">{questions}</p>
        </>
      )}
      {feedback && (
        <>
          <h2>{words.feedback}</h2>
          <p className="quoted">{feedback}</p>
        </>
      )}
      <h2>{words.next}</h2>
      <Next registration={registration} callClosesAt={props.callClosesAt} />
      {!notHeld && registration.missions && <Coming missions={registration.missions} />}
      {!notHeld && state === 'OFFERED' && <Confirm registration={registration} onChange={onChange} />}
      {!notHeld && (state === 'CONFIRMED' || (state === 'MERGED' && registration.missions)) && <Letter registration={registration} onChange={onChange} />}
      {WITHDRAWABLE.includes(state) && <Withdraw registration={registration} published={published} onChange={onChange} />}
    </section>
  );
}

function Next({ registration, callClosesAt }: { registration: Registration; callClosesAt?: string }) {
  const speech = useSpeech();
  const { words } = speech;
  const { state, respondBy, offerExpiresAt, editable, off } = registration;
  const at = (time: string) => atTime(time, speech);
  if (off === 'NOT_HELD') return <p>{words.nextNothing}</p>;
  if (state === 'OFFERED' && offerExpiresAt) return <p>{words.confirmBy(at(offerExpiresAt))}</p>;
  if (state === 'CHANGES_REQUESTED' && respondBy) return <p>{words.answerBy(at(respondBy))}</p>;
  if (state === 'DRAFT' && editable) return <p>{callClosesAt ? words.nextDraft(at(callClosesAt)) : words.nextLate}</p>;
  if (state === 'SUBMITTED' && editable && callClosesAt) return <p>{words.nextSubmitted(at(callClosesAt))}</p>;
  if (state === 'CONFIRMED') return <p>{words.nextConfirmed}</p>;
  if (registration.mergerEnded) return <p>{words.nextMergerEnded}</p>;
  return <p>{words.nextNothing}</p>;
}

function Waiting({ reserve }: { reserve: Reserve }) {
  const speech = useSpeech();
  const { words } = speech;
  return (
    <p>
      {words.reserves[reserve.rank]} {reserve.decidedBy ? words.decidedBy(atTime(reserve.decidedBy, speech)) : words.decidedOnTheDay}
    </p>
  );
}

function Coming({ missions }: { missions: Missions }) {
  const { words } = useSpeech();
  const name = useStates(missions.states);
  return (
    <>
      <h3>{words.missions}</h3>
      <p>
        {missions.states.length > 0 ? words.missionsFrom(missions.states.map(name).join(', ')) : words.noMissions}{' '}
        {missions.stateUnderReview ? words.underReviewComes : words.underReviewNot}
      </p>
      <p>
        {missions.reprisals} <a href={missions.guidance}>{words.guidance}</a>
      </p>
    </>
  );
}

function Letter({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const speech = useSpeech();
  const { words } = speech;
  const sending = useSending();
  const { id, revision, letterRequested } = registration;
  if (letterRequested) return <p>{words.letterRequested(atTime(letterRequested, speech))}</p>;
  return (
    <Form sending={sending} label={words.letter} fields={[]} onSend={() => onChange('request-letter', { id, revision })}>
      <p>{words.letterText}</p>
      <button disabled={sending.busy}>{words.letter}</button>
    </Form>
  );
}

function Withdraw(props: { registration: Registration; published: boolean; onChange: Change }) {
  const { registration, published, onChange } = props;
  const { words } = useSpeech();
  const [reason, setReason] = useState('');
  const [keepStatement, setKeepStatement] = useState(false);
  const { id, revision, state } = registration;
  const offered = state === 'OFFERED';
  const over = state === 'SPOKE' || state === 'NO_SHOW';
  return (
    <CarefulButton
      label={offered ? words.decline : words.withdraw}
      warning={offered ? words.declineWarning : over ? words.withdrawAfterWarning : words.withdrawWarning}
      yes={offered ? words.declineYes : words.withdrawYes}
      fields={inPlace(registration) ? ['reason'] : []}
      onYes={() => onChange('withdraw-application', { id, revision, reason }, { keepStatement: published && keepStatement })}
    >
      {(errors) => (
        <>
          {inPlace(registration) && (
            <LongField label={words.reason} hint={words.reasonHint} name="reason" required errors={errors} value={reason} onChange={setReason} />
          )}
          {published && <CheckField label={words.keepStatement} checked={keepStatement} onChange={setKeepStatement} />}
        </>
      )}
    </CarefulButton>
  );
}

function Confirm({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const [stands, setStands] = useState(false);
  const [reason, setReason] = useState('');
  const { id, revision, participants, missions, meetingMoves } = registration;
  return (
    <Form
      sending={sending}
      label={words.confirmForm}
      fields={inPlace(registration) ? ['reason'] : []}
      onSend={() => onChange('confirm-offer', { id, revision, consentsStand: stands, reason, stateUnderReview: missions?.stateUnderReview })}
    >
      {meetingMoves && <p>{words.meetingMoves}</p>}
      {participants.length === 0 && <p>{words.nobodyNamed}</p>}
      <CheckField label={words.consentsStand} required checked={stands} onChange={setStands} />
      {inPlace(registration) && (
        <LongField label={words.reason} hint={words.reasonHint} name="reason" required errors={sending.errors} value={reason} onChange={setReason} />
      )}
      <button disabled={sending.busy}>{words.confirm}</button>
    </Form>
  );
}
