export const text = {
  pause: 'Pause everything',
  pausing: 'Pausing…',
  resume: 'Resume',
  resuming: 'Resuming…',
  title: 'Everything is paused.',
  body: 'Nothing runs and every request is refused until you resume. This holds over a restart.',
} as const;
