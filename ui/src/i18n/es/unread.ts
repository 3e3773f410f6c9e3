// Por qué las palabras de una línea no dicen lo que hace: cada una, una frase tras dos puntos.

import type { Catalogue } from '../catalogue';

export const unread: Catalogue['unread'] = {
  needsShell: {
    arithmetic: 'la línea contiene un cálculo',
    background: 'la línea ejecuta un programa en segundo plano',
    backquote: 'la línea contiene un acento grave, cuyo contenido la shell ejecuta primero',
    braces: 'la línea contiene llaves, que la shell convierte en varias palabras',
    builtin: '{name} solo existe dentro de una shell',
    condition: 'la línea contiene una condición',
    doubleNegation: 'la línea niega un resultado dos veces',
    expansion: 'la línea contiene {sign}, que la shell sustituye antes de ejecutar nada',
    function: 'la línea define una función',
    group: 'la línea agrupa órdenes',
    hereDocument:
      'la línea contiene un documento incrustado («here-document») o algo que lo parece',
    history: 'la línea contiene {sign}, que algunas shells sustituyen por una orden anterior',
    loop: 'la línea contiene un bucle',
    negation: 'la línea invierte un resultado con {sign}',
    noProgram: 'la línea no nombra ningún programa',
    notUnderstood: 'la línea está escrita de un modo que aquí no se puede comprobar',
    pattern:
      'la línea contiene un patrón de nombres de archivo, que la shell sustituye por los archivos que encuentra',
    processSubstitution: 'la línea pasa la salida de un programa como si fuera un archivo',
    redirection: 'la línea redirige una entrada o una salida',
    test: 'la línea contiene una prueba con {sign}',
    tilde: 'la línea contiene {sign}, que la shell sustituye por una carpeta',
    timing: 'la línea pide a la shell que mida el tiempo',
    tooInvolved: 'la línea es demasiado compleja para comprobarla aquí',
    unclearQuotes: 'sus comillas se pueden leer de más de una manera',
    variable: 'la línea define una variable',
  },
  wraps: '{program} ejecuta o escribe lo que dicen sus argumentos',
  notTakenApart: 'nada ha analizado la línea',
};
