// Lo que se dice de agentes y reglas.

import type { Catalogue } from '../catalogue';
import { digits, plural } from './counted';

export const agents: Catalogue['agents'] = {
  list: 'Agentes que estuvieron aquí',
  emptyTitle: 'Todavía no ha venido ningún agente',
  emptyBody: 'Cada agente aparece aquí cuando ha pedido algo.',
  at: 'en {connection}',
  seen: (first, last) => `Visto por primera vez ${first}, por última ${last}`,
  commands: (count) => plural(count, { one: 'una orden', other: `${digits(count)} órdenes` }),
  mute: 'Silenciar',
  unmute: 'Volver a escuchar',
  mutedBadge: 'silenciado',
  muted: 'Silenciado: lo que pida se rechaza sin preguntarle.',
  trust: 'Hasta dónde confía en él aquí',
  countsAs: (level) => `Cuenta aquí como «${level}»`,
  claims: (claim) => `Su hub dice «${claim}».`,
  limitedByYou: (limit) => `El límite de usted es «${limit}».`,
  limitedByConnection: 'No le puso límite propio; vale el de su conexión.',
  claimedFlag: 'según el hub',
  limitFlag: 'su límite',
  countsFlag: 'cuenta',
  limitTitle: 'Lo máximo que puede contar',
  limitNone: 'Como su conexión',
  may: {
    nothing: 'no puede hacer nada',
    ask: (asked) =>
      `pregunta por ${plural(asked, { one: 'una cosa', other: `${digits(asked)} cosas` })}`,
    unasked: (unasked) =>
      `${plural(unasked, { one: 'una cosa', other: `${digits(unasked)} cosas` })} sin preguntar`,
  },
  lowerHolds: 'Un límite solo baja: nunca eleva lo que dice su hub.',
  history: 'Cómo cambió su nivel',
  historyNone: 'Nunca cambió.',
  changed: {
    firstClaim: (to) => `Su hub lo llamó «${to}»`,
    claim: (from, to) => `Su hub lo llama «${to}», ya no «${from}»`,
    limitSet: (to) => `Usted puso su límite en «${to}»`,
    limitTaken: 'Usted retiró su límite',
  },
  explain: 'Qué pasaría si ejecutara esto',
  explainAny: 'Qué pasaría si un agente ejecutara esto',
  explainLine: 'Una línea de órdenes',
  somebody: 'Un agente así',
  explainLevel: 'Como agente del nivel',
  explainNothingRuns: 'No se ejecuta nada: solo se pide el juicio.',
  tryIt: 'Probar',
  trying: 'Juzgando…',
  would: {
    forbid: 'Se bloquearía.',
    ask: 'Se le preguntaría.',
    watch: 'Se ejecutaría a la vista.',
    free: 'Se ejecutaría sin preguntar.',
  },
  script: 'Necesita una shell: {because}',
  risks: 'Merece una segunda mirada',
  missed: 'Reglas que casi encajan',
};
