// Lo que se dice de capacidades y ajustes.

import type { Catalogue } from '../catalogue';

export const capabilities: Catalogue['capabilities'] = {
  intro: 'Lo que aquí está desactivado se niega a todos los agentes, sea cual sea su nivel.',
  means: {
    notification: 'Mostrar mensajes en la pantalla de este ordenador, con el nombre del agente.',
    location: 'Decir dónde está este ordenador, con la exactitud que usted permita.',
    camera: 'Tomar imágenes con una cámara. Usted ve cada una antes de que salga.',
    microphone: 'Grabar sonido junto con la pantalla.',
    screen: 'Tomar imágenes de la pantalla y grabarla. Un indicador lo muestra todo el tiempo.',
    agents: 'Iniciar programas que usted ha preparado para hubs.',
    network: 'Dejar que las órdenes lleguen a otros ordenadores.',
    shell: 'Ejecutar órdenes en un entorno aislado.',
  },
  available: 'Este ordenador lo tiene:',
  missing: 'Este ordenador no puede hacerlo ahora:',
  fix: {
    notification: 'Active las notificaciones en los ajustes del sistema.',
    location:
      'Active el servicio de ubicación del sistema y deje que Chaperone lo use, o escriba un lugar en los ajustes.',
    camera:
      'Conecte una cámara y deje que Chaperone la use en los ajustes de privacidad del sistema.',
    microphone:
      'Conecte un micrófono, o elija en los ajustes que las grabaciones oigan lo que reproduce este ordenador.',
    screen: 'Deje que Chaperone grabe la pantalla en los ajustes de privacidad del sistema.',
    agents: 'Prepare primero un programa.',
    network: 'En Linux, instale bubblewrap: aísla los programas que usan la red.',
    shell: 'En Linux, instale bubblewrap: aísla lo que pueden hacer los programas.',
  },
  look: 'Mirar otra vez',
  looking: 'Mirando qué tiene este ordenador…',
  kept: 'Imágenes y grabaciones guardadas aquí',
  keptBody: 'Cifradas, solo en este ordenador, y borradas cuando pasa su tiempo.',
  keepFor: 'Días que se guardan',
  keepForHint: 'Lo que se capture desde ahora.',
  daysWrong: 'Entre 1 y 3650 días.',
  keptNone: 'No se guarda ninguna.',
  picture: 'Imagen',
  recording: 'Grabación',
  taken: (when) => `capturada ${when}`,
  deletes: (when) => `se borra ${when}`,
  delete: 'Borrar',
  deleteThis: (what) => `Borrar: ${what}`,
  deleted: 'Borrado.',
  older: 'Anteriores',
};

export const settings: Catalogue['settings'] = {
  table: 'Lo que pueden hacer los agentes',
  tableBody:
    'Para cada capacidad, según el nivel que cuenta. Algunos niveles nunca bastan, elija lo que elija. Una respuesta más estricta también endurece los niveles anteriores.',
  tableCell: (capability, level) => `${capability}, ${level}`,
  never: (needs) => `requiere «${needs}»`,
  shell: 'Órdenes',
  graduated: 'Los niveles inferiores pueden pedir órdenes inofensivas',
  graduatedMore:
    'Un becario puede pedir entonces ls, pwd, cat, grep, head, tail, echo, date y whoami; un agente supervisado, también find, ps, top, df, du, netstat y lsof. Se le pregunta cada vez, y se ejecutan en un entorno aislado.',
  folders: 'Carpetas donde los programas pueden hacer más que leer',
  foldersBody:
    'En cualquier otro sitio, una orden lee lo que otros usuarios podrían leer, no escribe nada y no tiene red.',
  foldersNone: 'No hay carpetas. Las órdenes no escriben en ninguna parte.',
  folder: 'Carpeta',
  folderHint: 'Una ruta completa: /home/ada/code',
  access: 'Los programas de allí pueden',
  accesses: {
    write: 'escribir, sin red',
    writeNetwork: 'escribir y usar la red',
    uncontained: 'todo lo que puede usted',
  },
  uncontainedWarning:
    'Sin entorno aislado: una orden allí puede hacer todo lo que puede usted. Se le pregunta cada vez.',
  addFolder: 'Añadir la carpeta',
  removeFolder: (path) => `Quitar la carpeta ${path}`,
  needsFolder: 'Escriba la ruta completa de una carpeta.',
  captures: 'Capturas',
  sound: 'Lo que oyen las grabaciones con sonido',
  sounds: { microphone: 'el micrófono', output: 'lo que reproduce este ordenador' },
  camera: 'La cámara cuando un agente no nombra ninguna',
  cameraHint:
    'Su nombre, como aparece entre paréntesis en «Capacidades». Vacío: la primera que se encuentre.',
  unseen: 'Capturas sin indicador',
  unseenMore:
    'Solo para un equipo sin pantalla: entonces pueden hacerse imágenes y grabaciones donde nada puede mostrarlo.',
  place: 'El lugar que se dice',
  placeFound: 'Donde el sistema encuentra este ordenador',
  placeTyped: 'Un lugar que usted escribe',
  latitude: 'Latitud',
  longitude: 'Longitud',
  accuracy: 'Con este margen en metros',
  placeWrong: 'La latitud está entre −90 y 90; la longitud, entre −180 y 180.',
  perMinute: 'Órdenes por minuto que puede enviar un hub',
  perMinuteHint: 'Lo que pase de ahí se rechaza sin escuchar.',
  perMinuteWrong: 'Entre 1 y 100.000.',
  look: 'Idioma y aspecto',
  language: 'Idioma',
  languageSystem: (language) => `Como el sistema: ${language}`,
  theme: 'Colores',
  themes: { system: 'Como el sistema', light: 'Claro', dark: 'Oscuro' },
  pause: 'Pausa',
  pausedNow: 'Todo está en pausa: nada se ejecuta y cada solicitud se rechaza.',
  runsNow:
    'Termina todo lo que se ejecuta para los agentes y rechaza todo lo que pidan hasta que usted reanude.',
  record: 'Registro',
  checkpoint: 'Hacer un sello del registro',
  checkpointBody:
    'Una línea que representa todo lo escrito hasta ahora. Guárdela en otro sitio: más tarde muestra si algo cambió desde entonces.',
  checkpointIs: 'El sello',
  about: 'Acerca de',
  version: 'Versión',
  device: 'Este ordenador',
  hub: 'Su propio hub',
  hubOff: 'no está escuchando',
  welcome: 'Mostrar otra vez los primeros pasos',
  licence: 'Licencia',
  saved: (what) => `Guardado: ${what}`,
};
