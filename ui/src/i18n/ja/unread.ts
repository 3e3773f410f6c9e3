// 行の言葉からは何をするか分からない理由。どれもコロンの後に続く。

import type { Catalogue } from '../catalogue';

export const unread: Catalogue['unread'] = {
  needsShell: {
    arithmetic: '計算が含まれています',
    background: 'プログラムをバックグラウンドで実行します',
    backquote: 'バッククォートがあり、シェルがその中身を先に実行します',
    braces: '波かっこがあり、シェルがそれを複数の語に展開します',
    builtin: '{name} はシェルの中にしかありません',
    condition: '条件分岐が含まれています',
    doubleNegation: '結果を二重に反転しています',
    expansion: '{sign} があり、シェルが実行前にそれを置き換えます',
    function: '関数を定義しています',
    group: 'コマンドをまとめています',
    hereDocument: 'ヒアドキュメント、またはそう見えるものが含まれています',
    history: '{sign} があり、一部のシェルがそれを以前のコマンドに置き換えます',
    loop: 'ループが含まれています',
    negation: '{sign} で結果を反転しています',
    noProgram: 'プログラムの名前がありません',
    notUnderstood: 'ここでは確認できない書き方です',
    pattern: 'ファイル名のパターンがあり、シェルが見つけたファイルに置き換えます',
    processSubstitution: 'プログラムの出力をファイルとして渡しています',
    redirection: '入出力をリダイレクトしています',
    test: '{sign} による判定が含まれています',
    tilde: '{sign} があり、シェルがそれをフォルダーに置き換えます',
    timing: 'シェルに時間を計らせています',
    tooInvolved: '複雑すぎて、ここでは確認できません',
    unclearQuotes: '引用符が何通りにも読めます',
    variable: '変数を設定しています',
  },
  wraps: '{program} は引数で指定されたものを実行したり書き込んだりします',
  notTakenApart: '行が解析されていません',
};
