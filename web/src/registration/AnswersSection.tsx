import { useEffect, useState } from 'react';
import { ask } from '../people/ask.ts';
import { CheckField, ChecksField, ChoiceField, Form, LongField, TextField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import type { Answers, Change, Registration } from './types.ts';

/** What an applicant has answered, which can be changed as long as the server says so. */
export function AnswersSection({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  return (
    <section aria-label={words.answers}>
      <h2>{words.answers}</h2>
      {registration.editable ? (
        <AnswersForm registration={registration} onChange={onChange} />
      ) : (
        <>
          <p>{words.editableNot}</p>
          <dl>
            <dt>{words.organisation}</dt>
            <dd>{registration.answers.organisation}</dd>
            <dt>{words.aims}</dt>
            <dd className="quoted">{registration.answers.aims}</dd>
          </dl>
        </>
      )}
    </section>
  );
}

const FIELDS = ['organisation', 'organisationKind', 'national', 'founded', 'aims', 'submission', 'consent'];

function AnswersForm({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const issues = useIssues();
  const [answers, setAnswers] = useState<Answers>(registration.answers);
  const [founded, setFounded] = useState(String(registration.answers.founded ?? ''));
  const set = (changed: Partial<Answers>) => setAnswers({ ...answers, ...changed });
  const year = founded.trim();
  const errors =
    year === '' || /^\d{4}$/.test(year)
      ? sending.errors
      : [...sending.errors, { field: 'founded', message: words.foundedWrong, code: '' }];
  const { id, revision, state } = registration;
  const submits = state === 'DRAFT' || state === 'CHANGES_REQUESTED';
  const save = async () => {
    if (errors.length > sending.errors.length) return null;
    const sent = { ...answers, founded: year === '' ? null : Number(year) };
    return onChange<{ application: { revision: number } }>('save-application', { id, revision, answers: sent });
  };
  const submit = async () => {
    const saved = await save();
    if (saved) await onChange('submit-application', { id, revision: saved.application.revision });
  };
  return (
    <Form sending={sending} label={words.answers} fields={FIELDS} onSend={save}>
      <TextField label={words.organisation} name="organisation" errors={errors} value={answers.organisation} onChange={(organisation) => set({ organisation })} />
      <ChoiceField
        label={words.organisationKind}
        name="organisationKind"
        errors={errors}
        none={words.choose}
        options={words.organisationKinds}
        value={answers.organisationKind ?? ''}
        onChange={(kind) => set({ organisationKind: kind || null })}
      />
      <ChoiceField
        label={words.national}
        name="national"
        errors={errors}
        none={words.choose}
        options={words.nationals}
        value={answers.national === null ? '' : answers.national ? 'yes' : 'no'}
        onChange={(where) => set({ national: where === '' ? null : where === 'yes' })}
      />
      <CheckField label={words.womenLed} checked={answers.womenLed} onChange={(womenLed) => set({ womenLed })} />
      <CheckField label={words.groupAtRisk} checked={answers.groupAtRisk} onChange={(groupAtRisk) => set({ groupAtRisk })} />
      <CheckField label={words.ecosoc} checked={answers.ecosoc} onChange={(ecosoc) => set({ ecosoc })} />
      <TextField label={words.optional(words.founded)} name="founded" errors={errors} value={founded} onChange={setFounded} />
      <LongField label={words.aims} hint={words.aimsHint} name="aims" errors={errors} value={answers.aims} onChange={(aims) => set({ aims })} />
      <details>
        <summary>{words.optional(words.issues)}</summary>
        <ChecksField label={words.issues} options={issues} value={answers.issues} onChange={(chosen) => set({ issues: chosen })} />
      </details>
      <ChoiceField
        label={words.submission}
        name="submission"
        errors={errors}
        none={words.choose}
        options={words.submissions}
        value={answers.submission ?? ''}
        onChange={(submission) => set({ submission: submission || null })}
      />
      <CheckField label={words.answersConsent} name="consent" errors={errors} checked={answers.consent} onChange={(consent) => set({ consent })} />
      <button disabled={sending.busy} className={submits ? 'quiet' : undefined}>
        {words.save}
      </button>{' '}
      {submits && (
        <button type="button" disabled={sending.busy} onClick={() => void sending.send(submit)}>
          {state === 'DRAFT' ? words.submit : words.sendAnswers}
        </button>
      )}
    </Form>
  );
}

/** The names of issues by their codes. */
function useIssues(): Record<string, string> {
  const [issues, setIssues] = useState<Record<string, string>>({});
  useEffect(() => {
    ask<{ issues: { code: string; name: string }[] }>('issues').then(
      (answer) => setIssues(Object.fromEntries(answer.issues.map(({ code, name }) => [code, name]))),
      (error: unknown) => console.warn('the issues are not known:', error),
    );
  }, []);
  return issues;
}
