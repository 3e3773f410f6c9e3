// Ce qui est dit des agents du hub d’ici.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const ownAgents: Catalogue['ownAgents'] = {
  title: 'Agents de cet ordinateur',
  body: 'Les programmes d’ici demandent par le hub contenu dans Chaperone, chacun avec sa propre clé. Une clé n’ouvre rien à elle seule : c’est vous qui décidez de ce qu’elle permet.',
  add: 'Nouvel agent',
  none: 'Il n’y en a pas encore. Créez-en un, et donnez sa clé à un programme.',
  allAsked: 'Tous ont déjà demandé : chacun figure plus haut, avec ses clés.',
  name: 'Nom',
  nameHint: 'Tel que vous le lirez dans ses demandes.',
  needsName: 'Saisissez un nom.',
  level: 'Niveau',
  levelStays:
    'Le niveau reste tel que vous le choisissez maintenant. Vous pouvez à tout moment abaisser ce qui compte ici.',
  create: 'Créer l’agent',
  keyTitle: 'La clé de {agent}',
  keyOnce: 'Elle n’est montrée que cette fois. Quiconque l’a peut demander en tant que cet agent.',
  how: 'Comment son programme demande',
  ways: { curl: 'Ligne de commande', python: 'Python', mcp: 'Configuration MCP' },
  wayHints: {
    curl: 'À coller dans un terminal.',
    python: 'À enregistrer dans un fichier et à exécuter. Il ne faut rien d’autre que Python 3.',
    mcp: 'Pour les programmes qui parlent le Model Context Protocol : dans le fichier où ils énumèrent leurs serveurs.',
  },
  more: 'La suite en faisant défiler',
  docs: 'Ce qu’il peut demander d’autre : {address}',
  kept: 'J’ai conservé la clé',
  facts: (made) => `Créé le ${made} · n’a encore rien demandé`,
  open: (keys) => plural(keys, { one: `${digits(keys)} clé`, other: `${digits(keys)} clés` }),
  keys: 'Clés',
  keyNone: 'Il n’a pas de clé : personne ne peut demander en tant que cet agent.',
  keyMade: (when) => `créée le ${when}`,
  newKey: 'Nouvelle clé',
  keyLabel: 'À quoi sert une nouvelle clé',
  keyLabelHint: 'Pour la reconnaître : portable, serveur de compilation.',
  needsLabel: 'Saisissez à quoi sert la clé.',
  revoke: 'Révoquer',
  revokeKey: (label) => `Révoquer la clé : ${label}`,
  revoked: 'La clé ne vaut plus.',
  perMinute: 'Commandes par minute',
  perMinuteHint: 'Le hub refuse ce qui vient en plus.',
  perMinuteWrong: (least, most) => `Entre ${digits(least)} et ${digits(most)}.`,
  remove: 'Retirer l’agent…',
  removeTitle: 'Retirer {agent} ?',
  removeMeans:
    'Toutes ses clés cessent aussitôt de valoir, et personne ne peut plus demander en tant que cet agent.',
  removeStays:
    'Le registre garde ce qu’il a fait. Vos règles pour lui restent jusqu’à ce que vous les retiriez.',
  removeIt: 'Retirer l’agent',
  removed: 'L’agent est retiré.',
};
