// Where each row of a long list stands, when only some of them were ever drawn. A binary indexed
// tree: the place of a row, and the row at a place, in a number of steps that grows with the
// logarithm of the rows.

export class Heights {
  /** What a row that was never drawn is taken to be. */
  readonly estimate: number;
  #heights: number[] = [];
  #sums = new Float64Array(1);

  constructor(estimate: number) {
    this.estimate = estimate;
  }

  get count(): number {
    return this.#heights.length;
  }

  /** How high all rows are together. */
  get total(): number {
    return this.top(this.count);
  }

  height(index: number): number {
    return this.#heights[index] ?? this.estimate;
  }

  /** Begins anew with so many rows. */
  reset(count: number): void {
    this.#heights = Array.from({ length: count }, () => this.estimate);
    this.#build();
  }

  /** More rows before the first and after the last; those between keep what is known of them. */
  grow(before: number, after: number): void {
    const some = (length: number) => Array.from({ length }, () => this.estimate);
    this.#heights = [...some(before), ...this.#heights, ...some(after)];
    this.#build();
  }

  /** Says how high a row is; answers by how much that is more than it was taken to be. */
  set(index: number, height: number): number {
    const difference = height - this.height(index);
    if (difference === 0 || index < 0 || index >= this.count) return 0;
    this.#heights[index] = height;
    for (let at = index + 1; at <= this.count; at += at & -at) {
      this.#sums[at] = (this.#sums[at] ?? 0) + difference;
    }
    return difference;
  }

  /** How far a row is from the beginning. */
  top(index: number): number {
    let sum = 0;
    for (let at = Math.min(index, this.count); at > 0; at -= at & -at) sum += this.#sums[at] ?? 0;
    return sum;
  }

  /** The row at this distance from the beginning: the first or the last where there is none. */
  at(place: number): number {
    let found = 0;
    let rest = place;
    let step = 1;
    while (step * 2 <= this.count) step *= 2;
    for (; step > 0; step >>= 1) {
      const sum = this.#sums[found + step];
      if (found + step <= this.count && sum !== undefined && sum <= rest) {
        found += step;
        rest -= sum;
      }
    }
    return Math.max(0, Math.min(found, this.count - 1));
  }

  #build(): void {
    const sums = new Float64Array(this.count + 1);
    for (const [index, height] of this.#heights.entries()) {
      const at = index + 1;
      sums[at] = (sums[at] ?? 0) + height;
      const next = at + (at & -at);
      if (next <= this.count) sums[next] = (sums[next] ?? 0) + (sums[at] ?? 0);
    }
    this.#sums = sums;
  }
}
