import { expect, it } from 'vitest';
import type { RiskView } from '../../api/generated/RiskView';
import { pieces } from './highlight';

function check(line: string, parts: (string | null)[], marked: string) {
  const risks = parts.map((part): RiskView => ({ kind: 'destructive', part }));
  const found = pieces(line, risks);
  expect(found.map(({ text }) => text).join('')).toBe(line);
  expect(found.map(({ text, risky }) => (risky ? `[${text}]` : text)).join('')).toBe(marked);
}

it('marks a part within the line', () => {
  check('git push --force origin', ['--force'], 'git push [--force] origin');
});

it('marks every place of a part, but not inside of other words', () => {
  check('rm form; rm x', ['rm'], '[rm] form; [rm] x');
});

it('marks inside of words where the part is nowhere else', () => {
  check('a\\u{202e}b', ['\\u{202e}'], 'a[\\u{202e}]b');
});

it('joins parts that overlap', () => {
  check('sudo rm -rf /', ['rm -rf', '-rf /'], 'sudo [rm -rf /]');
});

it('marks nothing for a risk without a part, an empty part, or one that is not there', () => {
  check('date', [null, '', 'rm'], 'date');
});

it('leaves an empty line empty', () => {
  check('', ['rm'], '');
});
