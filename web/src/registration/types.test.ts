import { expect, it } from 'vitest';
import { meetingOf } from './types.ts';

it('a Pre-session is found by its session, also once its review was postponed, and not before an agenda has it', () => {
  const meeting = { startsAt: '2026-11-13T09:00:00Z', endsAt: '2026-11-13T10:00:00Z', room: 'XXI', mode: 'HYBRID', status: 'PLANNED' } as const;
  const review = (number: number, planned: number[], has: typeof meeting | null) => ({
    session: { number },
    postponements: planned.map((number) => ({ plannedSession: { number } })),
    meeting: has,
  });
  const reviews = [review(34, [], null), review(48, [46, 47], meeting), review(53, [], null)];
  expect(meetingOf(reviews, 48)).toEqual({ meeting, session: 48 });
  expect(meetingOf(reviews, 46)).toEqual({ meeting, session: 48 });
  expect(meetingOf(reviews, 53)).toBeUndefined();
  expect(meetingOf(reviews, 34)).toBeUndefined();
  expect(meetingOf([], 48)).toBeUndefined();
});
