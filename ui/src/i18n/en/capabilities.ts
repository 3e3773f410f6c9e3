// What this computer can do for agents.

import type { CapabilityView } from '../../api/generated/CapabilityView';

export const capabilities = {
  intro: 'What is switched off here is refused to every agent, whatever its level.',
  means: {
    notification: 'Show messages on this computer’s screen, with the agent’s name.',
    location: 'Tell where this computer is, as exactly as you allow.',
    camera: 'Take pictures with a camera. You see each before it leaves.',
    microphone: 'Record sound together with the screen.',
    screen: 'Take pictures of the screen, and record it. An indicator shows it all the while.',
    agents: 'Start programs that you have set up for hubs.',
    network: 'Let commands reach other computers.',
    shell: 'Run commands in a sandbox.',
  } satisfies Record<CapabilityView, string>,
  available: 'This computer has it:',
  missing: 'This computer cannot do it now:',
  fix: {
    notification: 'Switch on notifications in the system’s settings.',
    location:
      'Switch on the location service of the system and let Chaperone use it, or type a place in the settings.',
    camera: 'Plug in a camera and let Chaperone use it in the system’s privacy settings.',
    microphone:
      'Plug in a microphone, or choose in the settings that recordings hear what this computer plays.',
    screen: 'Let Chaperone record the screen in the system’s privacy settings.',
    agents: 'Set up a program first.',
    network: 'On Linux, install bubblewrap: it contains programs that use the network.',
    shell: 'On Linux, install bubblewrap: it contains what programs can do.',
  } satisfies Record<CapabilityView, string>,
  look: 'Look again',
  looking: 'Looking what this computer has…',
  kept: 'Pictures and recordings kept here',
  keptBody: 'Encrypted, on this computer only, and deleted when their time is over.',
  keepFor: 'Days that captures are kept',
  keepForHint: 'What is captured from now on.',
  daysWrong: 'Between 1 and 3650 days.',
  keptNone: 'None are kept.',
  picture: 'Picture',
  recording: 'Recording',
  taken: (when: string) => `taken ${when}`,
  deletes: (when: string) => `deleted ${when}`,
  delete: 'Delete',
  deleteThis: (what: string) => `Delete: ${what}`,
  deleted: 'Deleted.',
  older: 'Older',
};
