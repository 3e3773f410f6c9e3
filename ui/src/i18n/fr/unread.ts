// Pourquoi les mots d’une ligne ne disent pas ce qu’elle fait : chacun, une phrase après deux points.

import type { Catalogue } from '../catalogue';

export const unread: Catalogue['unread'] = {
  needsShell: {
    arithmetic: 'la ligne contient un calcul',
    background: 'la ligne lance un programme en arrière-plan',
    backquote: 'la ligne contient un accent grave, dont le shell exécute d’abord le contenu',
    braces: 'la ligne contient des accolades, dont le shell fait plusieurs mots',
    builtin: '{name} n’existe que dans un shell',
    condition: 'la ligne contient une condition',
    doubleNegation: 'la ligne inverse deux fois un résultat',
    expansion: 'la ligne contient {sign}, que le shell remplace avant toute exécution',
    function: 'la ligne définit une fonction',
    group: 'la ligne regroupe des commandes',
    hereDocument: 'la ligne contient un « here-document », ou ce qui y ressemble',
    history: 'la ligne contient {sign}, que certains shells remplacent par une commande antérieure',
    loop: 'la ligne contient une boucle',
    negation: 'la ligne inverse un résultat avec {sign}',
    noProgram: 'la ligne ne nomme aucun programme',
    notUnderstood: 'la ligne est écrite d’une façon qui ne peut pas être vérifiée ici',
    pattern:
      'la ligne contient un motif de noms de fichiers, que le shell remplace par les fichiers trouvés',
    processSubstitution: 'la ligne transmet la sortie d’un programme comme un fichier',
    redirection: 'la ligne redirige une entrée ou une sortie',
    test: 'la ligne contient un test avec {sign}',
    tilde: 'la ligne contient {sign}, que le shell remplace par un dossier',
    timing: 'la ligne demande au shell de mesurer le temps',
    tooInvolved: 'la ligne est trop complexe pour être vérifiée ici',
    unclearQuotes: 'ses guillemets peuvent se lire de plusieurs façons',
    variable: 'la ligne définit une variable',
  },
  wraps: '{program} exécute ou écrit ce que nomment ses arguments',
  notTakenApart: 'rien n’a analysé la ligne',
};
