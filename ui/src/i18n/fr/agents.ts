// Ce qui est dit des agents et des règles.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const agents: Catalogue['agents'] = {
  list: 'Agents qui sont venus ici',
  emptyTitle: 'Aucun agent n’est encore venu',
  emptyBody: 'Chaque agent apparaît ici dès qu’il a demandé quelque chose.',
  at: 'chez {connection}',
  seen: (first, last) => `Vu la première fois ${first}, la dernière ${last}`,
  commands: (count) =>
    plural(count, { one: `${digits(count)} commande`, other: `${digits(count)} commandes` }),
  mute: 'Mettre en sourdine',
  unmute: 'Écouter de nouveau',
  mutedBadge: 'en sourdine',
  muted: 'En sourdine : quoi qu’il demande, c’est refusé sans vous demander.',
  trust: 'Jusqu’où vous lui faites confiance ici',
  countsAs: (level) => `Compte ici comme « ${level} »`,
  claims: (claim) => `Son hub dit « ${claim} ».`,
  limitedByYou: (limit) => `Votre limite est « ${limit} ».`,
  limitedByConnection: 'Vous ne lui avez fixé aucune limite ; celle de sa connexion vaut.',
  claimedFlag: 'selon le hub',
  limitFlag: 'votre limite',
  countsFlag: 'compte',
  limitTitle: 'Le maximum qu’il peut compter',
  limitNone: 'Comme sa connexion',
  may: {
    nothing: 'ne peut rien faire',
    ask: (asked) =>
      `demande pour ${plural(asked, { one: `${digits(asked)} chose`, other: `${digits(asked)} choses` })}`,
    unasked: (unasked) =>
      `${plural(unasked, { one: `${digits(unasked)} chose`, other: `${digits(unasked)} choses` })} sans demander`,
  },
  lowerHolds: 'Une limite ne fait qu’abaisser : elle n’élève jamais ce que dit son hub.',
  history: 'Comment son niveau a changé',
  historyNone: 'Il n’a jamais changé.',
  changed: {
    firstClaim: (to) => `Son hub l’a appelé « ${to} »`,
    claim: (from, to) => `Son hub l’appelle « ${to} », et non plus « ${from} »`,
    limitSet: (to) => `Vous avez fixé sa limite à « ${to} »`,
    limitTaken: 'Vous avez retiré sa limite',
  },
  explain: 'Ce qui se passerait s’il exécutait ceci',
  explainAny: 'Ce qui se passerait si un agent exécutait ceci',
  explainLine: 'Une ligne de commande',
  somebody: 'Un tel agent',
  explainLevel: 'En tant qu’agent du niveau',
  explainNothingRuns: 'Rien n’est exécuté : seul le jugement est demandé.',
  tryIt: 'Essayer',
  trying: 'Jugement…',
  would: {
    forbid: 'Ce serait bloqué.',
    ask: 'On vous demanderait.',
    watch: 'Cela s’exécuterait sous vos yeux.',
    free: 'Cela s’exécuterait sans demander.',
  },
  script: 'Cela a besoin d’un shell : {because}',
  risks: 'À regarder de plus près',
  missed: 'Règles qui conviennent presque',
};
