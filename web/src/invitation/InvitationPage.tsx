import { useCallback, useEffect, useState } from 'react';
import { change, Refusal } from '../people/ask.ts';
import { CarefulButton } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { Title, useStates } from '../people/Page.tsx';
import { MeetingSection } from './MeetingSection.tsx';
import type { Change, Invitation } from './types.ts';

/** The token stands behind the # of the address, which browsers keep to themselves. */
const tokenOf = (hash: string) => hash.slice(1);

/** What an invitation is for, and who comes, for whoever has its link. */
export function InvitationPage() {
  const { words } = useSpeech();
  const [token, setToken] = useState(() => tokenOf(location.hash));
  const [invitation, setInvitation] = useState<Invitation>();
  const [failed, setFailed] = useState<'invalid' | 'unreachable'>();
  const [saved, setSaved] = useState(false);

  useEffect(() => {
    const another = () => setToken(tokenOf(location.hash));
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, []);

  const load = useCallback(async () => {
    const answer = await change<{ invitation: Invitation }>('open-invitation', { token });
    setInvitation(answer.invitation);
    setFailed(undefined);
  }, [token]);
  useEffect(() => {
    load().catch((error: unknown) => {
      const refused = error instanceof Refusal && error.errors.some(({ code }) => code === 'NOT_FOUND');
      setFailed(refused ? 'invalid' : 'unreachable');
    });
  }, [load]);

  const then: Change = async (document, input) => {
    setSaved(false);
    await change(document, { token, ...input });
    await load();
    setSaved(true);
  };
  if (failed) {
    return (
      <>
        <Title>{words.invitation}</Title>
        <p role="alert">{failed === 'invalid' ? words.invalidInvitation : words.unreachable}</p>
      </>
    );
  }
  if (!invitation) return <p role="status">{words.loading}</p>;
  return (
    <>
      <Held invitation={invitation} token={token} onChange={then} />
      <p role="status" className="saved">
        {saved && words.saved}
      </p>
    </>
  );
}

function Held({ invitation, token, onChange }: { invitation: Invitation; token: string; onChange: Change }) {
  const { words } = useSpeech();
  const { state, label, session, domain, meetings, delegates } = invitation;
  const name = useStates([...meetings.map(({ stateUnderReview }) => stateUnderReview), ...(state ? [state] : [])]);
  return (
    <>
      <Title>{words.invitation}</Title>
      <p>
        <strong>{state ? words.missionOf(name(state)) : label}</strong>
        <br />
        {words.session(session)}
      </p>
      <p>{words.invitationText(domain)}</p>
      {delegates.some(({ stateNamed }) => stateNamed) && (
        <CarefulButton
          label={words.withdrawNaming}
          warning={words.withdrawNamingWarning}
          yes={words.withdrawNamingYes}
          onYes={() => onChange('withdraw-naming')}
        />
      )}
      {meetings.map((meeting) => (
        <MeetingSection
          key={meeting.id}
          name={name(meeting.stateUnderReview)}
          meeting={meeting}
          invitation={invitation}
          token={token}
          onChange={onChange}
        />
      ))}
    </>
  );
}
