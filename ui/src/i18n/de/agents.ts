// Was über Agenten und Regeln gesagt wird.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const agents: Catalogue['agents'] = {
  list: 'Agenten, die hier waren',
  emptyTitle: 'Noch war kein Agent hier',
  emptyBody: 'Jeder Agent erscheint hier, sobald er um etwas gefragt hat.',
  at: 'bei {connection}',
  seen: (first, last) => `Zuerst gesehen ${first}, zuletzt ${last}`,
  commands: (count) => plural(count, { one: 'ein Befehl', other: `${digits(count)} Befehle` }),
  mute: 'Stummschalten',
  unmute: 'Wieder anhören',
  mutedBadge: 'stumm',
  muted: 'Stumm: Was er auch fragt, wird abgelehnt, ohne Sie zu fragen.',
  trust: 'Wie weit Sie ihm hier vertrauen',
  countsAs: (level) => `Zählt hier als „${level}“`,
  claims: (claim) => `Sein Hub sagt „${claim}“.`,
  limitedByYou: (limit) => `Ihre Grenze ist „${limit}“.`,
  limitedByConnection: 'Sie haben ihm keine eigene Grenze gesetzt; es gilt die seiner Verbindung.',
  claimedFlag: 'laut Hub',
  limitFlag: 'Ihre Grenze',
  countsFlag: 'zählt',
  limitTitle: 'Als was er höchstens zählen darf',
  limitNone: 'Wie seine Verbindung',
  may: {
    nothing: 'darf nichts',
    ask: (asked) =>
      `fragt bei ${plural(asked, { one: 'einer Sache', other: `${digits(asked)} Dingen` })}`,
    unasked: (unasked) =>
      `${plural(unasked, { one: 'eine Sache', other: `${digits(unasked)} Dinge` })} ohne zu fragen`,
  },
  lowerHolds: 'Eine Grenze senkt nur: Was sein Hub sagt, wird durch sie nie angehoben.',
  history: 'Wie sich seine Stufe änderte',
  historyNone: 'Sie hat sich nie geändert.',
  changed: {
    firstClaim: (to) => `Sein Hub nannte ihn „${to}“`,
    claim: (from, to) => `Sein Hub nennt ihn „${to}“, nicht mehr „${from}“`,
    limitSet: (to) => `Sie haben seine Grenze auf „${to}“ gesetzt`,
    limitTaken: 'Sie haben seine Grenze zurückgenommen',
  },
  explain: 'Was geschähe, wenn er dies ausführte',
  explainAny: 'Was geschähe, wenn ein Agent dies ausführte',
  explainLine: 'Eine Befehlszeile',
  somebody: 'So ein Agent',
  explainLevel: 'Als Agent der Stufe',
  explainNothingRuns: 'Nichts wird ausgeführt: Es wird nur nach dem Urteil gefragt.',
  tryIt: 'Ausprobieren',
  trying: 'Wird beurteilt…',
  would: {
    forbid: 'Es würde gesperrt.',
    ask: 'Sie würden gefragt.',
    watch: 'Es würde so laufen, dass Sie es sehen.',
    free: 'Es würde ohne Nachfrage laufen.',
  },
  script: 'Es braucht eine Shell: {because}',
  risks: 'Einen zweiten Blick wert',
  missed: 'Regeln, die fast passen',
};
