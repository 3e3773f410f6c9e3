import { describe, expect, it } from 'vitest';
import type { LevelChangeView } from '../../api/generated/LevelChangeView';
import { agents, levelChanges } from '../../host/fake-samples';
import { standing } from '../../host/samples';
import { changed, mayDo, why } from './text';

const [releaseBot, fieldNotes] = agents(0);

describe('an agent', () => {
  it('counts for what its hub says and the person allows', () => {
    if (!releaseBot || !fieldNotes) throw new Error('no samples');
    expect(why(releaseBot)).toBe('Its hub says Autonomous. Your limit is Supervised.');
    expect(why(fieldNotes)).toBe(
      'Its hub says Autonomous. You set no limit of its own; that of its connection holds.',
    );
  });

  it('may do what the table says', () => {
    expect(mayDo(standing, 'student')).toEqual(['may do nothing']);
    expect(mayDo(standing, 'intern')).toEqual(['asks for three things']);
    expect(mayDo(standing, 'autonomous')).toEqual([
      'asks for four things',
      'two things without asking',
    ]);
  });

  it('has a history that names who changed what', () => {
    const taken: LevelChangeView = {
      what: 'ceiling',
      by: 'person',
      at: 0,
      from: 'intern',
      to: null,
    };
    expect([...levelChanges(0), taken].map(changed)).toEqual([
      'You set its limit to Supervised',
      'Its hub calls it Autonomous, no longer Supervised',
      'Its hub called it Supervised',
      'You took its limit back',
    ]);
  });
});
