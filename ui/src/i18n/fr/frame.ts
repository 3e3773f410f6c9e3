// Le cadre des vues, la première vue et les premiers pas.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const frame: Catalogue['frame'] = {
  requestWindow: 'Chaperone : une demande',
  indicator: {
    window: 'Chaperone : captures',
    label: 'Captures',
    does: {
      photographs: '{agent} prend une image avec {source}',
      looks: '{agent} voit {source}',
      looksAndHearsMicrophone: '{agent} voit {source} et entend votre micro',
      looksAndHearsOutput: '{agent} voit {source} et entend ce que joue cet ordinateur',
    },
    about: (connection: string, time: string) => `par ${connection}, depuis ${time}`,
    over: 'Terminé',
    notStopped: 'Impossible de l’arrêter. Mettez tout en pause dans la fenêtre.',
  },
  desktop: {
    title: 'Ce bureau',
    start: 'Démarrer à l’ouverture de session',
    startBody: 'Sans fenêtre : une demande ouvre quand même la sienne.',
    shortcut: 'Tout mettre en pause, où que vous soyez :',
    hearing: {
      works: 'Ces touches ne font que mettre en pause ; la reprise se fait dans cette fenêtre.',
      taken: 'Un autre programme a pris ces touches : elles ne font rien ici.',
      notHere:
        'Ce bureau ne laisse aucun programme écouter les touches. Dans ses réglages, vous pouvez attribuer `chaperone-headless pause` à une touche.',
    },
    noTray: 'Rien ici n’affiche d’icônes de notification',
    noTrayBody:
      'Fermer cette fenêtre laisse Chaperone en marche. Démarrez-le à nouveau pour ouvrir la fenêtre.',
    logs: 'Ouvrir le dossier du journal',
    linkRefused: 'Ce lien n’a pas été suivi.',
    updates: {
      title: 'Mises à jour',
      body: 'Personne n’est interrogé sur les nouvelles versions avant que vous ne le fassiez.',
      none: 'Cette version ne cherche pas de version plus récente. Prenez-la là où vous avez pris celle-ci.',
      look: 'Chercher une version plus récente',
      looking: 'Recherche…',
      newest: 'Vous avez la version la plus récente.',
      found: (version: string) => `Chaperone ${version} est disponible.`,
      ends: 'Chaperone se ferme un instant et redémarre. Ce qui est en cours est arrêté.',
      install: 'Installer et redémarrer',
      installing: 'Installation…',
      fetched: (had: string, of: string) => `${had} sur ${of}`,
      problem: {
        noSource: 'Aucun lieu pour les nouvelles versions n’a été indiqué à celle-ci.',
        unreachable:
          'Le lieu où les nouvelles versions sont annoncées n’a pas répondu comme il le devrait.',
        notForThis: 'Il n’y en a pas pour ce système.',
        notGenuine:
          'Ce qui est arrivé n’était pas signé par les auteurs de cette version. Tout a été jeté.',
        notAllowed: 'Le système n’a pas été autorisé à l’installer.',
        notInstalled: 'L’installation a échoué. La version que vous avez est toujours là.',
      },
    },
  },
  views: 'Vues',
  view: {
    now: 'Maintenant',
    requests: 'Demandes',
    activity: 'Activité',
    agents: 'Agents',
    connections: 'Connexions',
    capabilities: 'Capacités',
    settings: 'Réglages',
  },
  toContent: 'Aller au contenu',
  waits: 'Vous attend',
  runs: 'En cours',
  standing: 'Ce que les agents peuvent faire en ce moment',
  changeTable: 'Changer le tableau',
  justNow: 'Tout récemment',
  allActivity: 'Toute l’activité',
  connections: 'Connexions',
  firstTitle: 'Faites votre première demande',
  firstBody:
    'Rien ne se passe sur cet ordinateur sans votre « oui ». Collez une de ces lignes dans un terminal, soyez l’agent, et voyez ce qu’on vous demande.',
  again: 'Connecter un agent',
  againBody: 'Les agents de cet ordinateur demandent avec une de ces clés : {address}',
  notices: 'À savoir',
  lostTitle: 'Pas de contact avec Chaperone.',
  lostBody: 'Vous voyez ce qui était connu en dernier. Nouvelle tentative de contact…',
  requestsEmptyTitle: 'Rien ne vous attend',
  requestsEmptyBody:
    'Quand un agent veut quelque chose qui exige votre « oui », cela apparaît ici.',
  denyEverything: 'Tout refuser',
  waitingCount: (count) =>
    plural(count, {
      one: `${digits(count)} demande attend`,
      other: `${digits(count)} demandes attendent`,
    }),
  announced: (request) => `Nouvelle demande : ${request}`,
  headline: {
    lost: 'Pas de contact avec Chaperone',
    starting: 'Un instant…',
    paused: 'Tout est en pause',
    nothing: 'Rien ne vous attend',
    waiting: (agents) =>
      plural(agents, {
        one: `${digits(agents)} agent vous attend`,
        other: `${digits(agents)} agents vous attendent`,
      }),
  },
  subline: {
    waiting: (requests) =>
      plural(requests, {
        one: `${digits(requests)} demande en attente`,
        other: `${digits(requests)} demandes en attente`,
      }),
    requests: (requests) =>
      plural(requests, {
        one: `${digits(requests)} demande`,
        other: `${digits(requests)} demandes`,
      }),
    running: (commands) =>
      plural(commands, {
        one: `${digits(commands)} commande en cours`,
        other: `${digits(commands)} commandes en cours`,
      }),
    both: (requests, running) => `${requests}, ${running}`,
  },
  pause: {
    pause: 'Tout mettre en pause',
    pausing: 'Mise en pause…',
    resume: 'Reprendre',
    resuming: 'Reprise…',
    title: 'Tout est en pause.',
    body: 'Rien ne s’exécute et chaque demande est refusée jusqu’à ce que vous repreniez. Cela vaut aussi après un redémarrage.',
  },
  running: { stop: 'Arrêter', stopping: 'Arrêt…' },
  table: {
    capability: 'Capacité',
    remembered: (time, verdict) => `une fois en ${time}, puis ${verdict}`,
    preview: 'vous regardez d’abord',
    precision: (exactness) => `pas plus exact que : ${exactness}`,
    perMinute: (most) => `jusqu’à ${digits(most)} par minute`,
  },
  starters: {
    key: 'Clé',
    reveal: 'Montrer',
    hide: 'Cacher',
    copyKey: 'Copier la clé',
    copyCommand: 'Copier la ligne',
    notCopiedHint: 'Montrez la clé, puis sélectionnez et copiez le texte à la main.',
    none: 'Le hub de cet ordinateur n’écoute pas ; il n’y a rien à coller.',
    expect: {
      student: 'Peut regarder, et ne rien faire encore.',
      intern: 'Peut afficher des notifications, en demandant à chaque fois.',
      supervised: 'Affiche des notifications de lui-même une fois que vous l’avez autorisé.',
      autonomous: 'Peut aussi exécuter des commandes, en demandant à chaque fois.',
    },
  },
};

export const welcome: Catalogue['welcome'] = {
  step: (step, steps) => `${digits(step)} sur ${digits(steps)}`,
  whatTitle: 'Rien ne se passe sans vous',
  what: 'Chaperone se tient entre cet ordinateur et les agents d’IA qui en veulent quelque chose : une notification, une image, un enregistrement, le lieu, une commande.',
  asks: 'Ils demandent ; vous décidez.',
  asksMore:
    'Vous voyez exactement ce qui se passerait, et qui demande. Ne pas répondre compte comme un non.',
  look: 'Vous regardez avant que cela parte.',
  lookMore:
    'Une image ou un enregistrement vous est montré d’abord. Tant que vous ne l’envoyez pas, il reste ici.',
  stop: 'Vous pouvez tout arrêter à tout moment.',
  stopMore:
    '« Tout mettre en pause » termine ce qui s’exécute et refuse ce qui vient, jusqu’à ce que vous repreniez.',
  record: 'Tout est écrit.',
  recordMore:
    'Le registre de ce qui a été demandé et fait ne peut pas être changé sans que cela se voie.',
  mayTitle: 'Ce que les agents peuvent faire',
  may: 'Chaque agent a un niveau, de « Élève » à « Autonome ». Son hub l’annonce ; vous pouvez fixer une limite, et seul le plus bas compte. On commence avec ce tableau. Vous pouvez le changer à tout moment dans les réglages.',
  tryTitle: 'Faites votre première demande',
  practice:
    'Le plus rapide : envoyez-vous une demande. Elle suit le chemin de toutes, et demande une notification.',
  practiceSend: 'S’envoyer une demande',
  practiceSending: 'Envoi…',
  practiceTitle: 'Bonjour de Chaperone',
  practiceBody: 'Vous avez autorisé cette notification.',
  tried: 'C’est tout : un agent a demandé, et vous avez eu le dernier mot.',
  triedMore: 'Ce qui s’est passé est dans le registre, sous « Activité ».',
  nextTable: 'Suite : ce que les agents peuvent faire',
  nextTry: 'Suite : essayer',
  finish: 'Terminé',
  skip: 'Passer',
};
