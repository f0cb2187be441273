import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type Language, languages, SpeechContext } from '../people/language.ts';
import { Speakers } from './Speakers.tsx';
import type { Registration, Speaker } from './types.ts';

const speaker = (level: number, lowerTo: number | null): Speaker => ({
  about: { id: 'par_1', level, lowerTo, pseudonym: '', gender: 'UNKNOWN', contact: 'EMAIL', language: 'EN', neutral: false, named: true, revision: 1, consents: [] },
  identity: { name: 'Quokka', position: '', email: '', phone: '' },
  publicly: null,
});

function shown(language: Language, one: Speaker): string {
  const registration = { id: 'reg_1', editable: true, state: 'SUBMITTED', participants: [one] } as unknown as Registration;
  return renderToStaticMarkup(
    <SpeechContext value={{ language, words: languages[language] }}>
      <Speakers registration={registration} onChange={() => Promise.reject(new Error('nothing changes'))} />
    </SpeechContext>,
  );
}

describe.each(Object.keys(languages) as Language[])('in %s', (language) => {
  const words = languages[language];
  it('whoever waits for UPR Info reads why nothing is shown, and not that they asked for it', () => {
    const text = shown(language, speaker(0, 0));
    expect(text).toContain(`${words.publiclyNothing}</p><p>${words.publiclyNotYet}</p>`);
    expect(text).not.toContain(words.lowerAsked(0));
  });
  it('whoever asked for a lower level reads that, and nobody else', () => {
    expect(shown(language, speaker(2, 1))).toContain(words.lowerAsked(1));
    expect(shown(language, speaker(2, 1))).not.toContain(words.publiclyNotYet);
    expect(shown(language, speaker(0, null))).not.toContain(words.publiclyNotYet);
  });
});
