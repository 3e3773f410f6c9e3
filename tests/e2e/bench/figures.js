// Samples into figures, and figures into a table.

/** Milliseconds between two readings of the monotonic clock. */
export function milliseconds(from, to) {
  return Number(to - from) / 1e6;
}

/** The value below which a share of the samples lies. */
export function percentile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export function spread(samples) {
  return { p50: percentile(samples, 0.5), p95: percentile(samples, 0.95), n: samples.length };
}

const digits = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

/** One row: what, its figures, and what they are measured against. */
export function timeRow(what, ours, against, theirs) {
  return [
    what,
    `${digits(ours.p50)} ms`,
    `${digits(ours.p95)} ms`,
    `${ours.n}`,
    against,
    `${digits(theirs.p50)} ms`,
    (ours.p50 / theirs.p50).toFixed(2),
  ];
}

export function memoryRow(what, ours, against, theirs) {
  return [
    what,
    `${digits(ours)} MB`,
    '',
    '1',
    against,
    `${digits(theirs)} MB`,
    (ours / theirs).toFixed(2),
  ];
}

/** A share of one processor, in percent. */
export function idleRow(what, ours, against, theirs) {
  const percent = (value) => `${value.toFixed(2)} %`;
  const ratio = theirs > 0 ? (ours / theirs).toFixed(2) : '–';
  return [what, percent(ours), '', '1', against, percent(theirs), ratio];
}

export function table(rows) {
  const head = ['what', 'p50', 'p95', 'n', 'against', 'its p50', 'ratio'];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
