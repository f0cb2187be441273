import { useEffect, useRef, useState } from 'react';
import { ask, change, upload } from '../people/ask.ts';
import { CheckField, ChecksField, ChoiceField, FileField, Form, LongField, TextField, useSending } from '../people/form.tsx';
import { useSpeech } from '../people/language.ts';
import { Refused } from './Refused.tsx';
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
            <dt>{words.submission}</dt>
            <dd>
              <Submission registration={registration} />
            </dd>
          </dl>
        </>
      )}
    </section>
  );
}

/** What was sent to the UPR, as far as it is here. */
function Submission({ registration }: { registration: Registration }) {
  const { words } = useSpeech();
  const { submission, submissionLink } = registration.answers;
  if (submission === 'ATTACHED') return <SubmissionFile registration={registration} />;
  if (submission === 'LINK') return <span className="quoted">{submissionLink}</span>;
  return submission && words.submissions[submission];
}

/** How far the document has come that was uploaded last. */
function SubmissionFile({ registration }: { registration: Registration }) {
  const { words } = useSpeech();
  const { submissionFile: file } = registration;
  if (!file) return words.submissionNone;
  return (
    <>
      {[file.kind, words.submissionFiles[file.state]].filter(Boolean).join(', ')}. <Refused file={file} />
    </>
  );
}

const FIELDS = ['organisation', 'organisationKind', 'national', 'founded', 'aims', 'submission', 'submissionLink', 'file', 'consent'];
const SUBMISSIONS = '.pdf,.docx,.odt,.txt';

function AnswersForm({ registration, onChange }: { registration: Registration; onChange: Change }) {
  const { words } = useSpeech();
  const sending = useSending();
  const issues = useIssues();
  const [answers, setAnswers] = useState<Answers>(registration.answers);
  const [founded, setFounded] = useState(String(registration.answers.founded ?? ''));
  const [file, setFile] = useState<File>();
  const uploaded = useRef<File>(undefined);
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
    const { submission, submissionLink } = answers;
    if (submission === 'ATTACHED' && file && file !== uploaded.current) {
      const { permit } = await change<{ permit: string }>('permit-submission', { application: id });
      await upload('permit-submission', permit, file);
      uploaded.current = file; // another try goes on with it
    }
    const sent = { ...answers, submissionLink: submission === 'LINK' ? submissionLink : '', founded: year === '' ? null : Number(year) };
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
        onChange={(submission) => set({ submission: (submission || null) as Answers['submission'] })}
      />
      {answers.submission === 'ATTACHED' && (
        <>
          <FileField label={words.submissionFile} hint={words.submissionFileHint} name="file" errors={errors} accept={SUBMISSIONS} onChange={setFile} />
          <p>
            <SubmissionFile registration={registration} />
          </p>
        </>
      )}
      {answers.submission === 'LINK' && (
        <TextField
          label={words.submissionLink}
          hint={words.submissionLinkHint}
          name="submissionLink"
          type="url"
          errors={errors}
          value={answers.submissionLink}
          onChange={(submissionLink) => set({ submissionLink })}
        />
      )}
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
