import { CarefulButton } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { atTime } from '../people/time.ts';
import { DelegateForm } from './DelegateForm.tsx';
import { Statements } from './Statements.tsx';
import type { Change, Delegate, Invitation, Meeting } from './types.ts';

/** One Pre-session: when it is, who comes, and how somebody else is registered. */
export function MeetingSection(props: {
  name: string;
  meeting: Meeting;
  invitation: Invitation;
  token: string;
  onChange: Change;
}) {
  const { name, meeting, invitation, onChange } = props;
  const speech = useSpeech();
  const { words } = speech;
  const delegates = invitation.delegates.filter(({ preSession }) => preSession === meeting.id);
  const coming = delegates.filter(({ status }) => status !== 'DECLINED').length;
  const at = (time: string) => atTime(time, speech);
  return (
    <details className="card">
      <summary>
        {words.registrationOn(name)}
        {coming > 0 && `, ${words.delegates(coming)}`}
      </summary>
      <p>
        {meeting.startsAt ? [at(meeting.startsAt), meeting.room].filter(Boolean).join(', ') : words.noTime}
        <br />
        {!meeting.open ? words.closed : meeting.closesAt && words.registerUntil(at(meeting.closesAt))}
      </p>
      <ul>
        {delegates.map((delegate) => (
          <li key={delegate.id}>
            <OneDelegate {...props} delegate={delegate} />
          </li>
        ))}
      </ul>
      {meeting.open && (
        <>
          <h2>{words.registerDelegate}</h2>
          <DelegateForm key={delegates.length} meeting={meeting} invitation={invitation} onChange={onChange} />
        </>
      )}
      {invitation.category === 'MISSION' && <Statements token={props.token} preSession={meeting.id} />}
    </details>
  );
}

function OneDelegate(props: { delegate: Delegate; meeting: Meeting; invitation: Invitation; onChange: Change }) {
  const { delegate, meeting, onChange } = props;
  const { words } = useSpeech();
  const { id, name, position, email, status, floor } = delegate;
  const before = status === 'REGISTERED' || status === 'INVITED';
  return (
    <>
      <p>
        {[name || words.purged, position, email].filter(Boolean).join(', ')}: <strong>{words.statuses[status]}</strong>.{' '}
        {floor && words.floors[floor]} {delegate.stateNamed && words.stateNamed}
      </p>
      {meeting.open && name && (before || status === 'DECLINED') && (
        <details>
          <summary>{words.changeDelegate}</summary>
          <DelegateForm {...props} />
        </details>
      )}
      {before && (
        <CarefulButton
          label={words.notComing}
          warning={words.notComingWarning}
          yes={words.notComingYes}
          onYes={() => onChange('decline-delegate', { id })}
        />
      )}
    </>
  );
}
