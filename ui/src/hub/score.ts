// What a person's word does to an agent's score, as the hub has it (`crates/hub/README.md`).

export const STARS = ['1', '2', '3', '4', '5'] as const;
export type Stars = (typeof STARS)[number];

const MOVES: Record<Stars, number> = { 1: -0.1, 2: -0.02, 3: 0, 4: 0.01, 5: 0.05 };

export function moveOf(stars: Stars): number {
  return MOVES[stars];
}

/** How many stars a training's result comes to. */
export function starsOf(percent: number): Stars {
  const reached = [80, 60, 40, 20].findIndex((least) => percent >= least);
  return STARS[reached === -1 ? 0 : 4 - reached] ?? '1';
}

/** A whole number of percent that was typed; null where it is none. */
export function percentOf(typed: string): number | null {
  const text = typed.trim();
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : null;
}
