// 为何单凭文字无法判断一行命令做什么：每句都跟在冒号之后。

import type { Catalogue } from '../catalogue';

export const unread: Catalogue['unread'] = {
  needsShell: {
    arithmetic: '其中有算术运算',
    background: '它在后台运行程序',
    backquote: '其中有反引号，Shell 会先运行其中的内容',
    braces: '其中有花括号，Shell 会把它展开成多个词',
    builtin: '{name} 只存在于 Shell 中',
    condition: '其中有条件判断',
    doubleNegation: '它把结果取反了两次',
    expansion: '其中有 {sign}，Shell 会在运行之前替换它',
    function: '它定义了函数',
    group: '它把命令编成组',
    hereDocument: '其中有 here-document，或看起来像它的内容',
    history: '其中有 {sign}，有些 Shell 会把它替换为以前的命令',
    loop: '其中有循环',
    negation: '它用 {sign} 把结果取反',
    noProgram: '它没有指明程序',
    notUnderstood: '它的写法在这里无法检查',
    pattern: '其中有文件名通配符，Shell 会把它替换为找到的文件',
    processSubstitution: '它把程序的输出当作文件传递',
    redirection: '它重定向了输入或输出',
    test: '其中有使用 {sign} 的判断',
    tilde: '其中有 {sign}，Shell 会把它替换为文件夹',
    timing: '它让 Shell 计时',
    tooInvolved: '它太复杂，在这里无法检查',
    unclearQuotes: '其中的引号有不止一种读法',
    variable: '它设置了变量',
  },
  wraps: '{program} 会运行或写入其参数所指的内容',
  notTakenApart: '它还没有被拆解',
};
