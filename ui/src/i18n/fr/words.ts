// Un mot pour chaque chose.

import { around } from '../around';
import type { Catalogue } from '../catalogue';
import type { Words } from '../en';
import { digits, plural } from './counted';

export const words: Words = {
  level: {
    student: 'Élève',
    intern: 'Stagiaire',
    supervised: 'Supervisé',
    autonomous: 'Autonome',
  },
  capability: {
    notification: 'Notifications',
    location: 'Position',
    camera: 'Caméra',
    microphone: 'Micro',
    screen: 'Écran',
    agents: 'Programmes des hubs',
    network: 'Réseau',
    shell: 'Shell',
  },
  the: {
    notification: 'les notifications',
    location: 'la position',
    camera: 'la caméra',
    microphone: 'le micro',
    screen: 'l’écran',
    agents: 'les programmes pour les hubs',
    network: 'le réseau',
    shell: 'le shell',
  },
  verdict: { forbid: 'Bloqué', ask: 'Demander', watch: 'À vue', free: 'Libre' },
  verdictMeans: {
    forbid: 'pas autorisé',
    ask: 'demandé à chaque fois',
    watch: 's’exécute sous vos yeux',
    free: 's’exécute sans demander',
  },
  risk: {
    script: 'Un script : ses mots seuls ne disent pas ce qu’il fait.',
    wrapper: 'Exécute un autre programme, ou du code, donné dans ses arguments.',
    destructive: 'Supprime ou écrase.',
    privilege: 'Devient un autre utilisateur.',
    network: 'Parle au réseau.',
    lookAlike: 'Des lettres d’écritures différentes qui se ressemblent.',
    hidden: 'Des caractères que l’on ne voit pas.',
  },
  time: { today: 'Aujourd’hui', yesterday: 'Hier', justNow: 'à l’instant', now: 'maintenant' },
  errors: {
    gone: 'C’est déjà répondu ou terminé.',
    changed: 'Cela a changé pendant que vous regardiez.',
    changedHint: 'Regardez-le encore avant de répondre.',
    invalid: 'Chaperone n’a pas compris cette fenêtre.',
    noAnswer: 'Chaperone ne répond pas.',
    noAnswerHint: 'Vérifiez s’il fonctionne encore sur cet ordinateur.',
    signedOut: 'Cette page n’est plus connectée.',
    signedOutHint: 'Lancez `chaperone-headless link` et ouvrez l’adresse affichée.',
    answered: (status) => `Chaperone a répondu par ${status}.`,
  },
  common: {
    loading: 'Chargement…',
    retry: 'Réessayer',
    cancel: 'Annuler',
    back: 'Retour',
    next: 'Suivant',
    done: 'Terminé',
    save: 'Enregistrer',
    saved: 'Enregistré',
    remove: 'Retirer',
    copy: 'Copier',
    copied: 'Copié',
    notCopied: 'Le presse-papiers n’est pas accessible.',
    notCopiedHint: 'Sélectionnez et copiez le texte à la main.',
    dismiss: 'Fermer',
    from: 'de {connection}',
    says: 'Chaperone dit :',
  },
};

export const actions: Catalogue['actions'] = {
  exactness: { low: 'à la ville près', medium: 'à la rue près', high: 'exactement' },
  so: (exactness) => `(${exactness})`,
  upTo: (time) => `pendant ${time} au plus`,
  upToWithSound: (time) => `pendant ${time} au plus, avec le son`,
  of: (time) => `de ${time}`,
  waits: {
    camera: around('attend l’image de'),
    screenshot: around('attend l’image de'),
    recording: around('attend son enregistrement'),
    other: around('attend ce qui a été capturé'),
  },
  wants: {
    notification: around('veut afficher une notification'),
    shell: around('veut exécuter'),
    location: around('veut savoir où vous êtes'),
    camera: around('veut une image de'),
    screenshot: around('veut une image de'),
    recording: around('veut enregistrer'),
    endRecording: around('veut terminer son enregistrement'),
  },
  does: {
    notification: around('affiche une notification'),
    shell: around('exécute'),
    location: around('cherche où vous êtes'),
    camera: around('prend une image avec'),
    screenshot: around('prend une image de'),
    recording: around('enregistre'),
    endRecording: around('termine son enregistrement'),
  },
  did: {
    notification: around('a affiché une notification'),
    shell: around('a exécuté'),
    location: around('a appris où vous êtes'),
    camera: around('a pris une image avec la caméra'),
    screenshot: around('a pris une image de l’écran'),
    recording: around('a commencé à enregistrer l’écran'),
    endRecording: around('a reçu son enregistrement'),
  },
  asked: {
    notification: around('a demandé à afficher une notification'),
    shell: around('a demandé à exécuter'),
    location: around('a demandé où vous êtes'),
    camera: around('a demandé une image de la caméra'),
    screenshot: around('a demandé une image de l’écran'),
    recording: around('a demandé à enregistrer l’écran'),
    endRecording: around('a demandé son enregistrement'),
    unknown: around('a demandé quelque chose d’inconnu ici :'),
    unreadable: around('a envoyé quelque chose d’illisible'),
  },
};

export const reasons: Catalogue['reasons'] = {
  ending: 'Cela termine quelque chose qui s’exécute, et rien ne l’interdit.',
  paused: 'Tout est en pause sur cet ordinateur.',
  on: {
    notification: 'Les notifications sont activées.',
    location: 'La position est activée.',
    camera: 'La caméra est activée.',
    microphone: 'Le micro est activé.',
    screen: 'L’écran est activé.',
    agents: 'Les programmes pour les hubs sont activés.',
    network: 'Le réseau est activé.',
    shell: 'Le shell est activé.',
  },
  off: {
    notification: 'Les notifications sont désactivées sur cet ordinateur.',
    location: 'La position est désactivée sur cet ordinateur.',
    camera: 'La caméra est désactivée sur cet ordinateur.',
    microphone: 'Le micro est désactivé sur cet ordinateur.',
    screen: 'L’écran est désactivé sur cet ordinateur.',
    agents: 'Les programmes pour les hubs sont désactivés sur cet ordinateur.',
    network: 'Le réseau est désactivé sur cet ordinateur.',
    shell: 'Le shell est désactivé sur cet ordinateur.',
  },
  needs: {
    notification: 'Les notifications exigent',
    location: 'La position exige',
    camera: 'La caméra exige',
    microphone: 'Le micro exige',
    screen: 'L’écran exige',
    agents: 'Lancer des programmes exige',
    network: 'Le réseau exige',
    shell: 'Le shell exige',
  },
  granted: (the) => `Le système laisse Chaperone utiliser ${the}.`,
  notGranted: (the) =>
    `Le système ne laisse pas Chaperone utiliser ${the} : changez cela dans ses propres réglages.`,
  counts: (agent, level) => `${agent} compte ici comme « ${level} ».`,
  limited: (agent, level, claimed, ceiling) =>
    `${agent} compte ici comme « ${level} » : son hub dit « ${claimed} », votre limite est « ${ceiling} ».`,
  belowFloor: (needs, level, agent, has) =>
    `${needs} « ${level} » ; ${agent} n’est ici que « ${has} ».`,
  aboveFloor: (needs, level, agent) => `${needs} au moins « ${level} », ce que ${agent} a.`,
  standing: (the, level, means) =>
    `Votre tableau pour ${the} et le niveau « ${level} » : ${means}.`,
  graduated: (level) =>
    `La ligne ne fait que regarder, et à partir du niveau « ${level} » on peut demander de telles lignes.`,
  remembered: (the, until) => `Votre « oui » précédent pour ${the} vaut jusqu’à ${until}.`,
  precision: (exactness) =>
    `Un lieu plus exact est voulu que ce que votre tableau donne sans demander (${exactness}).`,
  variables: (names) => `Cela définit ${names}, ce qui peut changer ce que fait tout programme.`,
  uncontained:
    'Cela s’exécuterait sans bac à sable. Une telle commande est demandée à chaque fois.',
  policy: (the) => `Son hub veut plus de rigueur pour ${the}.`,
  rule: (rule, means) => `Votre règle ${rule} : ${means}.`,
  firstUse: (agent, the) =>
    `${agent} n’a encore jamais été autorisé à utiliser ${the} sur cet ordinateur.`,
  script: (because) =>
    `Ses mots ne disent pas ce que cela fait : ${because}. Une telle ligne est demandée à chaque fois.`,
  rate: (agent, recent, limit) =>
    `${agent} l’a fait ${plural(recent, { one: `${digits(recent)} fois`, other: `${digits(recent)} fois` })} sans demander dans la dernière minute ; ${plural(limit, { one: `${digits(limit)} est autorisée`, other: `${digits(limit)} sont autorisées` })}.`,
  answered: (sentence) => `${sentence} Une de vos règles y répond.`,
  decided: 'décisif',
};
