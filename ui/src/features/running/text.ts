export const text = {
  stop: 'Stop',
  stopping: 'Stopping…',
} as const;
