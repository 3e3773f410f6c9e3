import { beforeEach, describe, expect, it } from 'vitest';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { de as hubDe } from './hub/de';
import { en as hubEn } from './hub/en';
import { es as hubEs } from './hub/es';
import { fr as hubFr } from './hub/fr';
import { ja as hubJa } from './hub/ja';
import { zh as hubZh } from './hub/zh';
import { ja } from './ja';
import { LANGUAGES, type Language } from './languages';
import { zh } from './zh';

const CATALOGUES = { en, de, es, fr, ja, zh } as const satisfies Record<Language, unknown>;
const HUB = {
  en: hubEn,
  de: hubDe,
  es: hubEs,
  fr: hubFr,
  ja: hubJa,
  zh: hubZh,
} as const satisfies Record<Language, unknown>;
const OTHERS = LANGUAGES.filter((language) => language !== 'en');

type Said = string | ((...given: unknown[]) => string);

/** Every text by its path. What is absent in all languages (no word after the verb) is none. */
function texts(value: unknown, path = ''): [string, Said | null][] {
  if (typeof value === 'string' || value === null) return [[path, value]];
  if (typeof value === 'function') return [[path, value as Said]];
  return Object.entries(value as object).flatMap(([name, inner]) =>
    texts(inner, path === '' ? name : `${path}.${name}`),
  );
}

const MARK = 701;

/** Stands for any text and any number, and is found again in what is made of it. */
function marker(index: number): unknown {
  return {
    toString: () => `⟦${index}⟧`,
    valueOf: () => MARK + index,
    // Texts that look at how they begin.
    charAt: (at: number) => `⟦${index}⟧`.charAt(at),
    slice: (from: number) => `⟦${index}⟧`.slice(from),
  };
}

/** What a text lets through of what it was given: parameters by their place, slots by their name. */
function through(said: Said | null): string[] {
  if (said === null) return [];
  const text =
    typeof said === 'string'
      ? said
      : said(...Array.from({ length: said.length }, (_, index) => marker(index)));
  const found = new Set<string>();
  for (const [, slot] of text.matchAll(/\{(\w+)\}/g)) found.add(`{${slot ?? ''}}`);
  for (const [, index] of text.matchAll(/⟦(\d)⟧/g)) found.add(index ?? '');
  for (const [number] of text.matchAll(/70[1-9]/g)) found.add(String(Number(number) - MARK));
  return [...found].sort();
}

const SETS = [
  ['the app', CATALOGUES],
  ['the hub', HUB],
] as const;
const CASES = SETS.flatMap(([whose, set]) =>
  OTHERS.map((language) => [language, whose, set[language], set.en] as const),
);

describe.each(CASES)('%s of %s', (_language, _whose, other, own) => {
  const english = new Map(texts(own));
  const others = new Map(texts(other));

  it('has every text, and no other', () => {
    expect([...others.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('leaves nothing out of what is to be said, and makes nothing up', () => {
    const lost = [...english]
      .map(([path, said]) => [path, through(said), through(others.get(path) ?? null)] as const)
      .filter(([, wanted, given]) => wanted.join() !== given.join());
    expect(lost).toEqual([]);
  });

  it('says something everywhere', () => {
    const empty = [...others].filter(([, said]) => typeof said === 'string' && said.trim() === '');
    expect(empty).toEqual([]);
  });

  it('is not English', () => {
    // Names, and words that are the same in both, are few.
    const same = [...english].filter(
      ([path, said]) => typeof said === 'string' && said.length > 24 && others.get(path) === said,
    );
    expect(same).toEqual([]);
  });
});

describe.each(SETS)('English of %s', (_whose, set) => {
  it('lets through what it is given', () => {
    const deaf = texts(set.en)
      .filter(([, said]) => typeof said === 'function' && through(said).length < said.length)
      .map(([path]) => path);
    // The number of connections that are up is not told where it is one; it is then the state.
    expect(deaf).toEqual([]);
  });
});

describe('plurals', () => {
  beforeEach(() => {
    expect(Object.keys(CATALOGUES)).toHaveLength(LANGUAGES.length);
  });

  it.each<[Language, string, string]>([
    ['en', 'One agent is waiting for you', 'Three agents are waiting for you'],
    ['de', 'Ein Agent wartet auf Sie', '3 Agenten warten auf Sie'],
    ['es', 'Un agente le espera', '3 agentes le esperan'],
    ['fr', '1 agent vous attend', '3 agents vous attendent'],
    ['ja', '1 件のエージェントがあなたを待っています', '3 件のエージェントがあなたを待っています'],
    ['zh', '1 个智能体在等待您', '3 个智能体在等待您'],
  ])('%s tells one from many', (language, one, many) => {
    const { waiting } = CATALOGUES[language].frame.headline;
    expect([waiting(1), waiting(3)]).toEqual([one, many]);
  });
});
