// Ce qui est dit des capacités et des réglages.

import type { Catalogue } from '../catalogue';

export const capabilities: Catalogue['capabilities'] = {
  intro: 'Ce qui est désactivé ici est refusé à tout agent, quel que soit son niveau.',
  means: {
    notification: 'Afficher des messages sur l’écran de cet ordinateur, avec le nom de l’agent.',
    location: 'Dire où est cet ordinateur, aussi exactement que vous l’autorisez.',
    camera: 'Prendre des images avec une caméra. Vous voyez chacune avant qu’elle parte.',
    microphone: 'Enregistrer le son avec l’écran.',
    screen: 'Prendre des images de l’écran et l’enregistrer. Un indicateur le montre tout du long.',
    agents: 'Lancer des programmes que vous avez préparés pour des hubs.',
    network: 'Laisser les commandes atteindre d’autres ordinateurs.',
    shell: 'Exécuter des commandes dans un bac à sable.',
  },
  available: 'Cet ordinateur l’a :',
  missing: 'Cet ordinateur ne le peut pas maintenant :',
  fix: {
    notification: 'Activez les notifications dans les réglages du système.',
    location:
      'Activez le service de localisation du système et laissez Chaperone l’utiliser, ou tapez un lieu dans les réglages.',
    camera:
      'Branchez une caméra et laissez Chaperone l’utiliser dans les réglages de confidentialité du système.',
    microphone:
      'Branchez un micro, ou choisissez dans les réglages que les enregistrements entendent ce que joue cet ordinateur.',
    screen:
      'Laissez Chaperone enregistrer l’écran dans les réglages de confidentialité du système.',
    agents: 'Préparez d’abord un programme.',
    network:
      'Sous Linux, installez bubblewrap : il confine les programmes qui utilisent le réseau.',
    shell: 'Sous Linux, installez bubblewrap : il confine ce que les programmes peuvent faire.',
  },
  look: 'Regarder de nouveau',
  looking: 'Recherche de ce que cet ordinateur a…',
  kept: 'Images et enregistrements conservés ici',
  keptBody: 'Chiffrés, sur cet ordinateur seulement, et supprimés quand leur temps est passé.',
  keepFor: 'Jours de conservation',
  keepForHint: 'Ce qui sera capturé à partir de maintenant.',
  daysWrong: 'Entre 1 et 3650 jours.',
  keptNone: 'Rien n’est conservé.',
  picture: 'Image',
  recording: 'Enregistrement',
  taken: (when) => `capture : ${when}`,
  deletes: (when) => `suppression : ${when}`,
  delete: 'Supprimer',
  deleteThis: (what) => `Supprimer : ${what}`,
  deleted: 'Supprimé.',
  older: 'Plus anciens',
};

export const settings: Catalogue['settings'] = {
  table: 'Ce que les agents peuvent faire',
  tableBody:
    'Pour chaque capacité, selon le niveau qui compte. Certains niveaux ne suffisent jamais, quoi que vous choisissiez. Une réponse plus stricte durcit aussi les niveaux qui précèdent.',
  tableCell: (capability, level) => `${capability}, ${level}`,
  never: (needs) => `exige « ${needs} »`,
  shell: 'Commandes',
  graduated: 'Les niveaux inférieurs peuvent demander des commandes inoffensives',
  graduatedMore:
    'Un stagiaire peut alors demander ls, pwd, cat, grep, head, tail, echo, date et whoami ; un agent supervisé aussi find, ps, top, df, du, netstat et lsof. On vous demande à chaque fois, et elles s’exécutent dans un bac à sable.',
  folders: 'Dossiers où les programmes peuvent plus que lire',
  foldersBody:
    'Partout ailleurs, une commande lit ce que d’autres utilisateurs pourraient lire, n’écrit rien et n’a pas de réseau.',
  foldersNone: 'Aucun dossier. Les commandes n’écrivent nulle part.',
  folder: 'Dossier',
  folderHint: 'Un chemin complet : /home/ada/code',
  access: 'Les programmes y peuvent',
  accesses: {
    write: 'écrire, pas de réseau',
    writeNetwork: 'écrire et utiliser le réseau',
    uncontained: 'tout ce que vous pouvez',
  },
  uncontainedWarning:
    'Pas de bac à sable : une commande y peut tout ce que vous pouvez. On vous demande à chaque fois.',
  addFolder: 'Ajouter le dossier',
  removeFolder: (path) => `Retirer le dossier ${path}`,
  needsFolder: 'Tapez le chemin complet d’un dossier.',
  captures: 'Captures',
  sound: 'Ce qu’entendent les enregistrements avec son',
  sounds: { microphone: 'le micro', output: 'ce que joue cet ordinateur' },
  camera: 'La caméra quand un agent n’en nomme pas',
  cameraHint:
    'Son nom, comme « Capacités » le montre entre parenthèses. Vide : la première trouvée.',
  unseen: 'Captures sans indicateur',
  unseenMore:
    'Seulement pour une machine sans écran : images et enregistrements peuvent alors se faire là où rien ne peut le montrer.',
  place: 'Le lieu qui est révélé',
  placeFound: 'Là où le système trouve cet ordinateur',
  placeTyped: 'Un lieu que vous tapez',
  latitude: 'Latitude',
  longitude: 'Longitude',
  accuracy: 'À tant de mètres près',
  placeWrong: 'La latitude va de −90 à 90, la longitude de −180 à 180.',
  perMinute: 'Commandes par minute qu’un hub peut envoyer',
  perMinuteHint: 'Ce qui dépasse est refusé sans être entendu.',
  perMinuteWrong: 'Entre 1 et 100 000.',
  look: 'Langue et apparence',
  language: 'Langue',
  languageSystem: (language) => `Comme le système : ${language}`,
  theme: 'Couleurs',
  themes: { system: 'Comme le système', light: 'Clair', dark: 'Sombre' },
  pause: 'Pause',
  pausedNow: 'Tout est en pause : rien ne s’exécute et chaque demande est refusée.',
  runsNow:
    'Termine tout ce qui s’exécute pour les agents et refuse tout ce qu’ils demandent jusqu’à ce que vous repreniez.',
  record: 'Registre',
  checkpoint: 'Faire un sceau du registre',
  checkpointBody:
    'Une ligne qui vaut pour tout ce qui est écrit jusqu’ici. Gardez-la ailleurs : plus tard, elle montre si quelque chose a changé depuis.',
  checkpointIs: 'Le sceau',
  about: 'À propos',
  version: 'Version',
  device: 'Cet ordinateur',
  hub: 'Son propre hub',
  hubOff: 'n’écoute pas',
  welcome: 'Montrer de nouveau les premiers pas',
  licence: 'Licence',
  saved: (what) => `Enregistré : ${what}`,
};
